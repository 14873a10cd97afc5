"""Cutting a large picture into tiles that overlap by what the network can see."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise, product

from jaxtyping import Shaped
from torch import Tensor

from impasto.networks.brush import STRIDE
from impasto.styling.view import View

AREA = 2_600_000
"""Most pixels a tile reads: larger ones gain nothing, and the memory they need is given back to
the system and faulted in again on every layer."""


@dataclass(frozen=True)
class Span:
    """One direction of a tile: it reads ``[first, last)`` and keeps ``[start, stop)``."""

    first: int
    start: int
    stop: int
    last: int

    @property
    def kept(self) -> slice:
        """What is kept of what was read."""
        return slice(self.start - self.first, self.stop - self.first)


def spans(length: int, count: int, reach: int) -> list[Span]:
    """Divide a length into about equal parts, each read with an overlap of `reach` pixels.

    Parts begin at multiples of the network's stride; so do the overlaps, so that every tile falls
    on the same grid as the whole picture. All read equally much, those at the border too: buffers
    of one size serve every tile, where others would leave the memory in pieces.
    """
    overlap = _aligned(reach)
    step = _aligned(length / count)
    cuts = [*range(0, length, step), length]
    most = min(length, step + min(len(cuts) - 2, 2) * overlap)
    parts = []
    for start, stop in pairwise(cuts):
        first = max(0, min(start - overlap, _aligned(length - most)))
        parts.append(Span(first, start, stop, min(length, max(stop + overlap, first + most))))
    return parts


@cache
def plan(height: int, width: int, *, reach: int, area: int = AREA) -> tuple[list[Span], list[Span]]:
    """Choose the division into rows and columns that reads the fewest pixels in all.

    Args:
        height: Of the picture.
        width: Of the picture.
        reach: Overlap in pixels.
        area: Most pixels that a tile may read; exceeded only where the overlap alone does.
    """
    down, across = (
        [(count, _most(side, count, reach)) for count in range(1, -(-side // 256) + 1)]
        for side in (height, width)
    )
    fitting = [
        (rows * columns * high * wide, rows, columns)
        for (rows, high), (columns, wide) in product(down, across)
        if high * wide <= area
    ]
    _, rows, columns = min(fitting, default=(0, down[-1][0], across[-1][0]))
    return spans(height, rows, reach), spans(width, columns, reach)


def _most(length: int, count: int, reach: int) -> int:
    """Say how much each of so many spans reads."""
    return min(length, _aligned(length / count) + min(count - 1, 2) * _aligned(reach))


def _aligned(length: float) -> int:
    """Lengthen to a multiple of the network's stride."""
    return math.ceil(length / STRIDE) * STRIDE


def tile_by_tile(
    view: View, paint: Callable[[Tensor, Span, Span], Tensor], *, reach: int, area: int = AREA
) -> Iterator[Shaped[Tensor, "1 3 n w"]]:
    """Paint a picture in tiles and return it in rows, from the top.

    Args:
        view: The picture.
        paint: Is given a tile ``(1, 3, n, m)`` with its overlap, and where it lies; returns the
            tile painted, of the same size, in any type.
        reach: Overlap in pixels.
        area: Most pixels of a tile.
    """
    rows, columns = plan(view.height, view.width, reach=reach, area=area)
    for row in rows:
        yield _strip(view, paint, row, columns)


def _strip(
    view: View, paint: Callable[[Tensor, Span, Span], Tensor], row: Span, columns: list[Span]
) -> Tensor:
    """Paint one row of tiles into one tensor: tiles kept apart would leave memory in pieces."""
    tiles = (
        paint(view.rows(row.first, row.last, left=c.first, right=c.last), row, c)[
            ..., row.kept, c.kept
        ]
        for c in columns
    )
    first = next(tiles)
    if len(columns) == 1:
        return first
    strip = first.new_empty((*first.shape[:-1], view.width))
    for column, tile in zip(columns, chain([first], tiles), strict=True):
        strip[..., column.start : column.stop] = tile
    return strip
