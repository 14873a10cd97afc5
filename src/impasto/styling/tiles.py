"""Cutting a large picture into tiles that overlap by what the network can see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

import torch
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
    on the same grid as the whole picture.
    """
    overlap = -(-reach // STRIDE) * STRIDE
    step = -(-length // (count * STRIDE)) * STRIDE
    cuts = [*range(0, length, step), length]
    return [Span(max(0, a - overlap), a, b, min(length, b + overlap)) for a, b in pairwise(cuts)]


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
    """Say how much the longest of so many spans reads, without making them."""
    overlap, step = (-(-n // STRIDE) * STRIDE for n in (reach, length / count))
    return min(length, int(step + (1 if count == 2 else 2) * overlap))


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
        tiles = []
        for column in columns:
            tile = view.rows(row.first, row.last, left=column.first, right=column.last)
            tiles.append(paint(tile, row, column)[..., row.kept, column.kept])
        yield torch.cat(tiles, -1)
