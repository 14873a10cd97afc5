"""Maps as colors: lighter is always more, for everybody, in print too."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.picture.color import luminance

STOPS = "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf"
"""Colors from nothing to most: from black over violet and red to pale yellow, ever lighter."""

THROUGH, SHADE = 0.2, 0.3
"""How much of the picture shines through, in gray; and how much darker it makes the colors."""


def colored(values: Float[Tensor, "h w"]) -> Float[Tensor, "1 3 h w"]:
    """Give numbers in 0..1 a color each.

    Notes:
        The map magma of Smith and van der Walt 2015 (CC0), read off at ten places: its lightness
        grows evenly, and those who see no red or no green see the same order.
    """
    stops = torch.tensor(
        [[int(stop[i : i + 2], 16) / 255 for i in (0, 2, 4)] for stop in STOPS.split()]
    )
    place = values.clamp(0, 1) * (len(stops) - 1)
    low = place.floor().long().clamp(max=len(stops) - 2)
    share = (place - low)[..., None]
    made = stops[low] * (1 - share) + stops[low + 1] * share
    return made.permute(2, 0, 1)[None]


def scaled(values: Float[Tensor, "h w"]) -> Float[Tensor, "h w"]:
    """Bring what speaks for an answer to 0..1, its most to 1; what speaks against it becomes 0."""
    kept = values.nan_to_num(0, 0, 0).clamp(min=0)
    most = float(kept.max())
    return kept / most if most > 0 else kept


def overlay(
    picture: Float[Tensor, "1 3 h w"], values: Float[Tensor, "n m"]
) -> Float[Tensor, "1 3 h w"]:
    """Lay a map over a picture, which turns gray, so that all color is the map's."""
    large = F.interpolate(
        values[None, None], picture.shape[2:], mode="bilinear", align_corners=False
    )
    gray = luminance(picture)
    shaded = colored(scaled(large[0, 0])) * (1 - SHADE + SHADE * gray)
    return THROUGH * gray + (1 - THROUGH) * shaded
