"""Building blocks that several networks share."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx


def convolve(
    input: Float[Tensor, "b c _ _"],
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int = 1,
    groups: int = 1,
) -> Float[Tensor, "b o _ _"]:
    """Mirror the border, so that no frame shows, and convolve; a side of one pixel repeats itself.

    Takes what `torch.nn.functional.conv2d` takes, weights in any precision.
    """
    margin = weight.shape[-1] // 2
    if margin:
        mode = "reflect" if min(input.shape[-2:]) > margin else "replicate"
        input = F.pad(input, (margin,) * 4, mode=mode)
    bias = None if bias is None else bias.to(input.dtype)
    return F.conv2d(input, weight.to(input.dtype), bias, stride, groups=groups)


class EvenConv(nn.Conv2d):
    """A convolution whose filters stay equally strong: what it sees keeps its size as it learns.

    Whoever normalizes what a layer returns tells it neither how large nor how far from zero that
    is. Free to, both drift until the means are a thousand times what varies about them, and half
    precision sees nothing of it any more.

    Args:
        centered: Whether filters sum to zero, too; not those that must see brightness itself.

    Notes:
        Weight standardization: Qiao et al. 2019, arXiv:1903.10520. Differs: it has no bias.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int, *, centered: bool = True
    ) -> None:
        super().__init__(inputs, outputs, kernel, stride, bias=False)
        self.centered = centered
        nn.init.kaiming_normal_(self.weight)

    def kernel(self) -> Float[Tensor, "o c k k"]:
        """The filters as used: noise, seen by them and halved by a rectifier, stays as large."""
        weight = precise(self.weight)
        if self.centered:
            weight = weight - weight.mean((1, 2, 3), keepdim=True)
        norm: Tensor = torch.linalg.vector_norm(weight, dim=(1, 2, 3), keepdim=True)
        return weight * (2**0.5 / (norm + 1e-6))

    def forward(self, input: Tensor) -> Tensor:
        """Convolve ``(b, c, h, w)``."""
        return convolve(input, self.kernel(), stride=self.stride[0])


class StyledConv(nn.Conv2d):
    """A convolution whose kernel is mixed anew for each style; one picture costs no more for it.

    Notes:
        Mixed kernels: Yang et al. 2019, CondConv, arXiv:1904.04971. Differs: the experts are added
        to a kernel that all styles share, and their shares may be negative.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, *, experts: int) -> None:
        super().__init__(inputs, outputs, kernel)
        self.bias: nn.Parameter
        self.count = experts
        self.experts = nn.Parameter(torch.empty(experts * outputs, inputs, kernel, kernel))

    @property
    def touch_size(self) -> int:
        """How many numbers choose a kernel: a share an expert, a gain and a shift a channel."""
        return self.count + 2 * self.out_channels

    def kernel(self, touch: Float[Tensor, "b n"]) -> tuple[Tensor, Tensor]:
        """Mix the kernels ``(b*o, c, k, k)`` and biases ``(b*o,)`` that touches ask for."""
        sizes = [self.count, self.out_channels, self.out_channels]
        shares, gains, shifts = torch.split(touch, sizes, 1)
        shares, gains = shares.tanh(), gains.tanh()  # ten without bounds would explode
        experts = self.experts.view(self.count, *self.weight.shape)
        mixed = self.weight + torch.tensordot(shares, precise(experts), 1)
        loud = 1 + gains
        weights, biases = mixed * loud[..., None, None, None], self.bias * loud + shifts
        return weights.flatten(0, 1), biases.flatten()


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
