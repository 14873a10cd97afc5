"""Drawings laid out on paper: one as it is, or many side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from impasto.data.strokes import Drawing
from impasto.errors import DataError

CELL, ROOM = 100.0, 84.0
"""Side of the square that a drawing among others has, and how much of it the drawing may fill."""

INK = 0.02
"""Width of the lines, as a share of the square."""

MARGIN = 0.08
"""Paper around a single drawing, as a share of its longer side."""

Line = Float[np.ndarray, "_ 2"]
"""The points of a stroke, across and down."""


@dataclass(frozen=True, eq=False)
class Place:
    """A drawing on the paper.

    Attributes:
        lines: Its strokes, in its own units.
        x: How far to the right its own zero lies.
        y: How far down.
        scale: How much larger than in its own units it is.
    """

    lines: tuple[Line, ...]
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0

    def on_paper(self) -> list[Line]:
        """Its strokes in the units of the paper."""
        return [line * self.scale + (self.x, self.y) for line in self.lines]


@dataclass(frozen=True, eq=False)
class Paper:
    """Drawings on paper.

    Attributes:
        left: Where the paper begins.
        top: The same from above.
        width: Of the paper.
        height: Of the paper.
        ink: Width of the lines.
        places: The drawings.
    """

    left: float
    top: float
    width: float
    height: float
    ink: float
    places: tuple[Place, ...]


def lines_of(drawing: Drawing) -> tuple[Line, ...]:
    """Follow the pen, and note each stroke's points where they lie; a dot is a stroke of one."""
    places = np.asarray(drawing[:, :2], np.float64).cumsum(0)
    ends = np.flatnonzero(drawing[:, 2]) + 1
    return tuple(part for part in np.split(places, ends) if len(part))


def alone(lines: Sequence[Line]) -> Paper:
    """Lay paper under one drawing, which stays where it is and as large as it is.

    Raises:
        DataError: If there is nothing to see.
    """
    low, side = _box(lines)
    longer = float(side.max()) or 1.0
    margin = MARGIN * longer
    left, top = (float(edge) - margin for edge in low)
    width, height = (float(edge) + 2 * margin for edge in side)
    return Paper(left, top, width, height, INK * longer * CELL / ROOM, (Place(tuple(lines)),))


def beside(drawings: Sequence[Sequence[Line]], *, columns: int) -> Paper:
    """Lay drawings out in rows, each in the middle of a square.

    Each fills its square alike, but for those that are less than half as large as most.

    Raises:
        DataError: If there is nothing to see.
    """
    boxes = [_box(lines) for lines in drawings]
    sides = np.array([side.max() for _, side in boxes])
    usual = float(np.median(sides)) or 1.0
    columns = max(1, min(columns, len(drawings)))
    places = []
    for number, (lines, (low, side)) in enumerate(zip(drawings, boxes, strict=True)):
        row, column = divmod(number, columns)
        scale = ROOM / max(float(side.max()), usual / 2)
        middle = CELL * np.array([column + 0.5, row + 0.5]) - scale * (low + side / 2)
        places.append(Place(tuple(lines), float(middle[0]), float(middle[1]), scale))
    rows = -(-len(drawings) // columns)
    return Paper(0.0, 0.0, CELL * columns, CELL * rows, INK * CELL, tuple(places))


def square(count: int) -> int:
    """Choose how many drawings lie side by side: half as many again as one below the other.

    Examples:
        >>> [square(count) for count in (1, 2, 8, 24, 100)]
        [1, 2, 4, 6, 13]
    """
    return min(count, math.ceil(math.sqrt(1.5 * count)))


def _box(lines: Sequence[Line]) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """Find the upper left corner of a drawing, and its sides."""
    if not lines:
        raise DataError(
            "there is nothing to lay on paper; expected a drawing of one stroke or more"
        )
    points = np.concatenate([np.asarray(line, np.float64) for line in lines])
    return points.min(0), np.ptp(points, axis=0)
