"""How unlike the patches of two pictures are, wherever they lie."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

SIDE = 5
"""Pixels along a side of a patch."""


def patch_loss(
    given: Float[Tensor, "b 3 h w"],
    wanted: Float[Tensor, "b 3 h w"],
    *,
    directions: Float[Tensor, "n 3 s s"],
    scales: Sequence[int] = (1, 2, 4, 8),
) -> Float[Tensor, ""]:
    """Say how far patches must travel to become those wanted; 0 is the same set of patches.

    All pictures of a batch are taken as one: only together must they hold the same patches.

    Args:
        given: Pictures, about 0..1.
        wanted: As many of the same size.
        directions: What patches are projected on, unit vectors; see `patch_directions`.
        scales: How often pictures are shrunk before they are cut into patches; the smaller side
            must hold a patch then.

    Returns:
        Mean absolute difference of the sorted projections over directions and scales, in units of
        the pictures.

    Notes:
        Sliced Wasserstein distance of patches: Elnekave, Weiss 2022, GPDM, arXiv:2203.11862.
    """
    apart = [
        (_sorted(given, directions, scale) - _sorted(wanted, directions, scale)).abs().mean()
        for scale in scales
    ]
    return torch.stack(apart).mean()


def patch_directions(count: int, generator: torch.Generator) -> Float[Tensor, "n 3 s s"]:
    """Draw directions in the space of patches, evenly from its sphere."""
    numbers = torch.randn(count, 3 * SIDE**2, generator=generator)
    return F.normalize(numbers).view(count, 3, SIDE, SIDE)


def _sorted(
    pictures: Float[Tensor, "b 3 h w"], directions: Float[Tensor, "n 3 s s"], scale: int
) -> Float[Tensor, "n p"]:
    small = F.avg_pool2d(pictures, scale) if scale > 1 else pictures
    return F.conv2d(small, directions).transpose(0, 1).flatten(1).sort(1).values
