"""The words of a poster: its title, names where their works are thickest, and what colors mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from PIL import ImageFont

from impasto.analysis.mapping.crowds import crowds
from impasto.analysis.mapping.inks import HUES, REST, Inks, ramp, rgb
from impasto.analysis.mapping.labels import Column
from impasto.analysis.mapping.words import Mark, Patch, Words, cross
from impasto.errors import printable

NAMES = 36
"""Most names on a map."""


@dataclass(frozen=True)
class Plan:
    """Where everything stands on the paper, in pixels.

    Attributes:
        cell: Side of a cell.
        columns: Cells across.
        rows: Cells down.
        margin: Paper left free on every side.
        head: Room for the title.
        foot: Room for the legend.
    """

    cell: int
    columns: int
    rows: int
    margin: int
    head: int
    foot: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the paper."""
        return self.columns * self.cell + 2 * self.margin, self.bottom + self.foot + self.margin

    @property
    def top(self) -> int:
        """Upper edge of the map."""
        return self.margin + self.head

    @property
    def bottom(self) -> int:
        """Lower edge of the map."""
        return self.top + self.rows * self.cell


def planned(columns: int, rows: int, side: int) -> Plan:
    """Choose the size of a cell so that the paper's longer side has about so many pixels."""
    margin, head, foot = round(side * 0.04), round(side * 0.065), round(side * 0.03)
    across = (side - 2 * margin) // columns
    down = (side - 2 * margin - head - foot) // rows
    return Plan(max(4, min(across, down)), columns, rows, margin, head, foot)


def heading(plan: Plan, inks: Inks, title: str, count: int) -> list[Mark]:
    """Write the title, and below it how many works there are."""
    size, small = round(plan.head * 0.5), round(plan.head * 0.19)
    while size > small and _length(title, size) > plan.size[0] - 2 * plan.margin:
        size = round(size * 0.9)
    number = "1 work" if count == 1 else f"{count:,} works; what is alike hangs close together"
    left, top = plan.margin, plan.margin * 0.9
    return [
        Words(title, left, top, size, inks.ink),
        Words(number, left + size * 0.05, top + size * 1.3, small, inks.soft),
    ]


def names(
    plan: Plan, inks: Inks, column: Column | None, cells: Int[np.ndarray, "n 2"]
) -> list[Mark]:
    """Write values where most of their works hang, none over another."""
    if column is None or column.kind != "category":
        return []
    size, placed = max(10, round(plan.size[0] / 80)), list[Mark]()
    for crowd in crowds(column.texts, cells):
        x = plan.margin + (crowd.x + 0.5) * plan.cell
        y = plan.top + (crowd.y + 0.5) * plan.cell
        text = printable(crowd.value, limit=32)
        words = Words(text, x, y, size, inks.ink, anchor="mm", halo=inks.ground)
        inside = words.box[0] > plan.margin / 2 and words.box[2] < plan.size[0] - plan.margin / 2
        if inside and not any(cross(words.box, other.box) for other in placed):
            placed.append(words)
    return placed[:NAMES]


def legend(plan: Plan, inks: Inks, column: Column | None) -> list[Mark]:
    """Say what the colors mean, in a row below the map."""
    if column is None:
        return []
    return _scale(plan, inks, column) if column.kind == "number" else _values(plan, inks, column)


def _values(plan: Plan, inks: Inks, column: Column) -> list[Mark]:
    values = column.values
    pairs = [(printable(v, limit=28), rgb(hue)) for v, hue in zip(values, HUES, strict=False)]
    if len(values) > len(HUES):
        pairs.append(("others", rgb(REST)))
    size, made, x = _legend_size(plan, [text for text, _ in pairs]), list[Mark](), plan.margin * 1.0
    y = plan.bottom + plan.foot * 0.9
    for text, color in pairs:
        made.append(Patch((x, y, x + size, y + size), color))
        made.append(Words(text, x + 1.5 * size, y + size / 2, size, inks.ink, anchor="lm"))
        x += _length(text, size) + 3 * size
    return made


def _legend_size(plan: Plan, texts: Sequence[str]) -> int:
    """Choose letters so small that all values stand in one row."""
    size = max(6, round(plan.foot * 0.36))
    wide = sum(_length(text, size) + 3 * size for text in texts)
    return max(6, min(size, int(size * (plan.size[0] - 2 * plan.margin) / wide)))


def _scale(plan: Plan, inks: Inks, column: Column) -> list[Mark]:
    known = [number for number in column.numbers if number is not None]
    size, y = round(plan.foot * 0.36), plan.bottom + plan.foot * 0.9
    low, high = f"{column.name}  {min(known):g}", f"{max(known):g}"
    left, step = plan.margin + _length(low, size) + size, plan.size[0] * 0.2 / 100
    bars = [
        Patch((left + k * step, y, left + (k + 1) * step, y + size), ramp(k / 99))
        for k in range(100)
    ]
    middle, right = y + size / 2, left + 100 * step + size
    return [
        Words(low, plan.margin, middle, size, inks.ink, anchor="lm"),
        *bars,
        Words(high, right, middle, size, inks.ink, anchor="lm"),
    ]


def _length(text: str, size: int) -> float:
    return float(ImageFont.load_default(size).getlength(text))


def all_marks(
    plan: Plan,
    inks: Inks,
    *,
    title: str,
    cells: Int[np.ndarray, "n 2"],
    columns: Sequence[Column | None],
) -> list[Mark]:
    """Put everything together that is written on a poster.

    Args:
        plan: Where things stand.
        inks: What it is printed with.
        title: What stands above.
        cells: Column and row of each work, from the upper left.
        columns: The one that gives names, and the one that gives colors.
    """
    named, colored = columns
    return [
        *heading(plan, inks, title, len(cells)),
        *names(plan, inks, named, cells),
        *legend(plan, inks, colored),
    ]
