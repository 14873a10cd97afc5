"""Colors as three numbers that vary apart, and moving them from one picture's to another's."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.networks.layers import exchange

OPPONENT = torch.tensor([[2.0, 2.0, 2.0], [6**0.5, 0.0, -(6**0.5)], [2**0.5, -(8**0.5), 2**0.5]])
OPPONENT /= 12**0.5
"""Light, red against blue, and green against both: rows of an orthogonal matrix."""

LOUDEST = 4.0
"""Most that a color is amplified: a gray photograph's has nothing but noise to give."""


def opponent(picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 h w"]:
    """Turn red, green and blue into opponent colors, which vary nearly apart in most pictures."""
    there = OPPONENT.to(picture.device)[None]
    return mix(picture, there, torch.zeros_like(there[0, :1]))


def recolor(
    picture: Float[Tensor, "b 3 h w"], target: Float[Tensor, "b 6"], own: Float[Tensor, "b 6"]
) -> Float[Tensor, "b 3 h w"]:
    """Give a picture's opponent colors the target's mean and deviation in place of their own.

    Notes:
        Reinhard et al. 2001, Color transfer between images. Differs: orthogonal opponent colors
        take the place of Lab, so that one matrix does it all.
    """
    gain, shift = exchange(target, own, loudest=LOUDEST)
    there = OPPONENT.to(picture.device)
    matrix = (gain[:, :, None, None] * there[:, :, None] * there[:, None]).sum(1)
    return mix(picture, matrix, (shift[..., None] * there).sum(1))


def mix(
    picture: Float[Tensor, "b 3 h w"], matrix: Float[Tensor, "n 3 3"], shift: Float[Tensor, "n 3"]
) -> Float[Tensor, "b 3 h w"]:
    """Multiply every pixel by a matrix and add to it, in float32 whatever the surroundings say."""
    with torch.autocast(picture.device.type, enabled=False):
        if len(matrix) == 1:  # a convolution is several times faster, but shares its weights
            return F.conv2d(picture, matrix[0, :, :, None, None], shift[0])
        return torch.einsum("bij,bjhw->bihw", matrix, picture) + shift[..., None, None]
