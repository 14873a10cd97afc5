"""How far the colors of two pictures lie apart, wherever they stand."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def color_loss(
    given: Float[Tensor, "b 3 h w"], wanted: Float[Tensor, "b 3 h w"], *, directions: Tensor
) -> Float[Tensor, ""]:
    """Compare two palettes: the mean distance that color has to travel; 0 is the same palette.

    Args:
        given: Pictures, 0..1.
        wanted: Pictures of the same number of pixels.
        directions: Unit vectors ``(n, 3)`` along which the colors are compared.

    Returns:
        Mean absolute difference of the sorted projections, in units of the pictures.

    Notes:
        Sliced Wasserstein distance of single pixels: Rabin et al. 2011, Wasserstein barycenter and
        its application to texture mixing.
    """
    first, second = (
        torch.sort(directions.to(p.device) @ p.float().flatten(2))[0] for p in (given, wanted)
    )
    return (first - second).abs().mean()


def random_directions(count: int, generator: torch.Generator) -> Float[Tensor, "n 3"]:
    """Draw unit vectors evenly from the sphere of colors."""
    return F.normalize(torch.randn(count, 3, generator=generator))
