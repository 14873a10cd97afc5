"""The scales on which a new picture is made, from a small one on which the layout is decided."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.picture import resize

SMALLEST = 21, 28
"""Shorter side of the smallest scale, at least and at most: three to four patches of seven."""

LAYOUT = 7
"""The smallest scale is so many times smaller than the full size, between these limits."""

RATIO = 0.75
"""From one scale to the next smaller one."""

_MARGIN = 4
"""Pixels beyond the edge that cubic enlarging looks at, and some."""

Size = tuple[int, int]
"""Height and width."""


@dataclass(frozen=True)
class Scale:
    """How large the sources and the new picture are on one scale."""

    sources: tuple[Size, ...]
    made: Size


def scales(sources: Sequence[Size], made: Size) -> list[Scale]:
    """List the scales, the smallest first; on the last everything has its full size.

    Examples:
        >>> [scale.made for scale in scales([(64, 48)], (64, 96))]
        [(36, 54), (48, 72), (64, 96)]
    """
    least, most = SMALLEST
    smallest = min(most, max(least, min(map(min, (*sources, made))) // LAYOUT))
    found = [Scale(tuple(sources), made)]
    while True:
        factor = RATIO ** len(found)
        sizes = [(round(h * factor), round(w * factor)) for h, w in (*sources, made)]
        if min(map(min, sizes)) < smallest:
            return found[::-1]
        found.append(Scale(tuple(sizes[:-1]), sizes[-1]))


def shrunk_to_match(
    sources: Sequence[Float[Tensor, "1 3 _ _"]], made: Size
) -> list[Float[Tensor, "1 3 _ _"]]:
    """Shrink sources that have more pixels than the new picture will, so that it holds as much.

    A larger picture isn't made of larger marks but of more: nothing is ever enlarged.
    """
    return [_shrunk(source, made[0] * made[1]) for source in sources]


def enlarged(
    picture: Float[Tensor, "1 3 h w"], size: Size, *, wrap: bool
) -> Float[Tensor, "1 3 n m"]:
    """Bring a picture to a larger scale; with `wrap` opposite edges are neighbors."""
    if not wrap or tuple(picture.shape[-2:]) == size:
        return resize(picture, size=size)
    height, width = picture.shape[-2:]
    margin = min(_MARGIN, height, width)
    around = F.pad(picture, (margin,) * 4, mode="circular")
    rows, columns = (
        ((torch.arange(new) + 0.5) * old / new + margin) * 2 / (old + 2 * margin) - 1
        for old, new in zip((height, width), size, strict=True)
    )
    places = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1)
    return F.grid_sample(around, places[None], "bicubic", "border", align_corners=False).clamp(0, 1)


def _shrunk(source: Tensor, area: int) -> Tensor:
    height, width = source.shape[-2:]
    factor = (area / (height * width)) ** 0.5
    if factor >= 1:
        return source
    return resize(source, size=(max(1, round(height * factor)), max(1, round(width * factor))))
