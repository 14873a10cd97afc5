"""Building blocks that several networks share."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


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

    In float32 whatever comes in. The mean of squares is used because `torch.var_mean` takes ten
    times as long on channels-last tensors.
    """
    x = features.float()
    mean = x.mean((2, 3))
    variance = ((x * x).mean((2, 3)) - mean * mean).clamp_min(0)
    return torch.cat([mean, (variance + 1e-5).sqrt()], 1)
