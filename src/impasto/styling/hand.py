"""The hand that holds the brush: the network on its device, in its precision."""

import copy
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.device import best_device, best_dtype, channels_last, keep_buffers
from impasto.networks import catalog
from impasto.networks.brush import Brush, Touch

WEIGHTS = catalog.row("brush")


class Hand:
    """Paints tensors that lie anywhere, and brings them back.

    Args:
        brush: The network, in float32 on the processor; it is copied.
        device: Where to paint.
        dtype: Precision to paint in.
    """

    def __init__(self, brush: Brush, device: torch.device, dtype: torch.dtype) -> None:
        self.brush = channels_last(copy.deepcopy(brush).eval().to(device))
        self.brush.encoder.to(dtype)  # all that follows comes in its precision, the kernels too
        self.brush.tower.to(dtype)
        self.device = device

    @torch.inference_mode()
    def vector(self, picture: Float[Tensor, "1 3 h w"]) -> Float[Tensor, "1 v"]:
        """Read the manner of a picture."""
        vector: Tensor = self.brush.style(self._bring(picture))
        return vector.cpu()

    @torch.inference_mode()
    def touch(
        self, photo: Float[Tensor, "1 3 h w"], style: Float[Tensor, "1 v"], strength: float
    ) -> Touch:
        """Prepare to paint a photograph, of which a thumbnail will do."""
        return self.brush.touch(self._bring(photo), style.to(self.device), strength=strength)

    @torch.inference_mode()
    def paint(self, photo: Float[Tensor, "1 3 h w"], touch: Touch) -> Float[Tensor, "1 3 h w"]:
        """Paint a photograph, or a tile of it; 0..1."""
        painted: Tensor = self.brush(self._bring(photo), touch=touch)
        return painted.float().clamp_(0, 1).cpu()

    @torch.inference_mode()
    def paint_whole(
        self, photo: Float[Tensor, "1 3 h w"], style: Float[Tensor, "1 v"], strength: float
    ) -> tuple[Float[Tensor, "1 3 h w"], Touch]:
        """Paint a whole photograph as `touch` and `paint` would, looking at it once; 0..1."""
        given = self._bring(photo), style.to(self.device)
        painted, touch = self.brush.begin_with(*given, strength)
        return painted.float().clamp_(0, 1).cpu(), touch

    def _bring(self, picture: Tensor) -> Tensor:
        return picture.to(self.device, memory_format=torch.channels_last)


@cache
def hand(dtype: torch.dtype | None = None, device: torch.device | None = None) -> Hand:
    """The shipped brush, loaded once; in the device's best precision unless told otherwise."""
    keep_buffers()
    brush = catalog.load_named(WEIGHTS.name)
    assert isinstance(brush, Brush)
    return Hand(brush, device or best_device(), dtype or best_dtype())
