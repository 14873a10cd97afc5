"""Building blocks that several networks share."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx


class Conv(nn.Conv2d):
    """A convolution that mirrors the picture at its border, so that no frame shows."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride)
        self.bias: nn.Parameter
        self.margin = kernel // 2

    def forward(self, input: Tensor, touch: Float[Tensor, "b n"] | None = None) -> Tensor:
        """Mirror the border, convolve, and touch the result.

        Args:
            input: ``(b, c, h, w)``; a side of one pixel repeats itself instead.
            touch: How much louder each output channel shall be, then how much higher.
        """
        mode = "reflect" if min(input.shape[-2:]) > self.margin else "replicate"
        padded = F.pad(input, (self.margin,) * 4, mode=mode)
        if touch is None:
            return super().forward(padded)
        gain, shift = touch.to(input.dtype).chunk(2, 1)
        if len(input) > 1:
            made = super().forward(padded)
            return torch.addcmul(shift[..., None, None], made, 1 + gain[..., None, None])
        # One picture, one style: touching the weights is cheaper than touching every pixel.
        loud = 1 + gain[0]
        weight = self.weight * loud[:, None, None, None]
        return F.conv2d(padded, weight, self.bias * loud + shift[0], self.stride)


def moments(features: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 2*c"]:
    """Say what features are like on average, and how much they vary: means, then deviations.

    In float32 at least, whatever comes in. The mean of squares is used because `torch.var_mean`
    takes far longer on channels-last tensors.
    """
    found: Tensor = _Moments.apply(features)  # type: ignore[no-untyped-call]
    return found


def precise(values: Tensor) -> Tensor:
    """Bring numbers to float32 unless they are finer already."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


class _Moments(torch.autograd.Function):
    """Moments with their gradient written out: PyTorch's own takes far longer."""

    @staticmethod
    def forward(ctx: FunctionCtx, features: Tensor) -> Tensor:
        x = precise(features)
        mean = x.mean((2, 3))
        deviation = ((x * x).mean((2, 3)) - mean * mean).clamp_min(0).add(1e-5).sqrt()
        ctx.save_for_backward(features, mean, deviation)
        return torch.cat([mean, deviation], 1)

    @staticmethod
    def backward(ctx: FunctionCtx, *given: Tensor) -> Tensor:
        features, mean, deviation = ctx.saved_tensors  # type: ignore[attr-defined]
        pixels = features.shape[2] * features.shape[3]
        by_mean, by_deviation = given[0].chunk(2, 1)
        gain = by_deviation / deviation / pixels
        shift = by_mean / pixels - gain * mean
        gain, shift = (t[..., None, None].to(features.dtype) for t in (gain, shift))
        return torch.addcmul(shift, features, gain)


def exchange(
    target: Float[Tensor, "b n"], own: Float[Tensor, "b n"], *, loudest: float
) -> tuple[Tensor, Tensor]:
    """Find the gain and the shift per channel that turn one's own `moments` into the target's.

    Args:
        target: Moments to reach.
        own: Moments as they are.
        loudest: Most that a channel is amplified: what hardly varies is mostly noise.
    """
    (mean, deviation), (own_mean, own_deviation) = target.chunk(2, 1), own.chunk(2, 1)
    gain = (deviation / own_deviation).clamp(max=loudest)
    return gain, mean - own_mean * gain
