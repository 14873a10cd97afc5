"""The hand that holds the brush: the network on its device, in its precision."""

import copy
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.device import best_device, best_dtype, channels_last, keep_buffers
from impasto.networks import catalog
from impasto.networks.brush import Brush

WEIGHTS = catalog.row("brush")


class Hand:
    """Paints tensors that lie anywhere, and brings them back.

    Args:
        brush: The network, in float32 on the processor; it is copied.
        device: Where to paint.
        dtype: Precision to paint in.
    """

    def __init__(self, brush: Brush, device: torch.device, dtype: torch.dtype) -> None:
        self.brush = channels_last(copy.deepcopy(brush).eval().to(device, dtype))
        self.device = device

    @torch.inference_mode()
    def vector(self, picture: Float[Tensor, "1 3 h w"]) -> Float[Tensor, "1 v"]:
        """Read the manner of a picture."""
        vector: Tensor = self.brush.style(self._bring(picture))
        return vector.cpu()

    @torch.inference_mode()
    def paint(
        self,
        photo: Float[Tensor, "1 3 h w"],
        *,
        style: Float[Tensor, "1 v"],
        own: Float[Tensor, "1 v"] | None = None,
        strength: float = 1.0,
        origin: tuple[int, int] = (0, 0),
    ) -> Float[Tensor, "1 3 h w"]:
        """Paint a picture, or a tile of one whose own vector and origin are given; 0..1."""
        own = None if own is None else own.to(self.device)
        painted: Tensor = self.brush(
            self._bring(photo), style.to(self.device), own, strength=strength, origin=origin
        )
        return painted.float().clamp_(0, 1).cpu()

    def _bring(self, picture: Tensor) -> Tensor:
        return picture.to(self.device, memory_format=torch.channels_last)


@cache
def hand(dtype: torch.dtype | None = None, device: torch.device | None = None) -> Hand:
    """The shipped brush, loaded once; in the device's best precision unless told otherwise."""
    keep_buffers()
    brush = catalog.load_named(WEIGHTS.name)
    assert isinstance(brush, Brush)
    return Hand(brush, device or best_device(), dtype or best_dtype())
