"""The colors of maps, on the page and on paper."""

from typing import NamedTuple

from impasto.analysis.mapping.labels import Column
from impasto.report.sheet import CHALK, INK
from impasto.report.sheet import NIGHT as DARK
from impasto.report.sheet import PAPER as LIGHT

Color = tuple[int, int, int]

HUES = [
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8c564b",
    "#7b5cb8",
    "#a8a800",
    "#c23b5a",
    "#3b6e4f",
    "#6b7fa3",
]
"""Of the most frequent values; most eyes tell the first six apart (Okabe, Ito 2008)."""

REST = "#9a948c"
"""Of all other values, and of what isn't known."""

RAMP: tuple[Color, ...] = (
    (68, 1, 84),
    (59, 82, 139),
    (33, 145, 140),
    (94, 201, 98),
    (253, 231, 37),
)
"""Of numbers, from low to high: five steps of viridis (Smith, van der Walt 2015)."""


class Inks(NamedTuple):
    """What a poster is printed with.

    Attributes:
        ground: The paper.
        ink: Words.
        soft: Words that matter less.
    """

    ground: Color
    ink: Color
    soft: Color


PAPER = Inks(LIGHT, INK, (118, 110, 102))
NIGHT = Inks(DARK, CHALK, (140, 134, 126))


def tint(column: Column, work: int) -> Color:
    """The color of a work's value."""
    if column.kind == "number":
        number = column.numbers[work]
        return rgb(REST) if number is None else ramp(_share(column, number))
    text, values = column.texts[work], column.values[: len(HUES)]
    return rgb(HUES[values.index(text)] if text in values else REST)


def ramp(share: float) -> Color:
    """The color of a number, 0 for the lowest and 1 for the highest."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    k = min(int(place), len(RAMP) - 2)
    low, high = RAMP[k], RAMP[k + 1]
    r, g, b = (round(a + (z - a) * (place - k)) for a, z in zip(low, high, strict=True))
    return r, g, b


def rgb(code: str) -> Color:
    """Read a color as pages write it.

    Examples:
        >>> rgb("#0072b2")
        (0, 114, 178)
    """
    r, g, b = bytes.fromhex(code[1:])
    return r, g, b


def _share(column: Column, number: float) -> float:
    known = [value for value in column.numbers if value is not None]
    return (number - min(known)) / ((max(known) - min(known)) or 1)
