"""What is known of works, made ready to be colored, filtered and read."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from impasto.analysis.mapping.works import Cell
from impasto.data.tables import column_of
from impasto.errors import printable

LONGEST = 500
"""Characters shown of any value."""

Kind = Literal["category", "number", "text"]

_YEARS = ("year", "date", "created", "dated", "jahr", "année", "datierung")
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2}|[5-9]\d{2})(?!\d)")
_DISTINCT = 8  # numbers of which there are fewer than that are labels


@dataclass(frozen=True)
class Column:
    """One column, its values made harmless and put in order.

    Attributes:
        name: What it is called.
        kind: Whether its values repeat (``category``), are measures (``number``), or neither.
        texts: Of each work; None where it isn't known.
        numbers: The same as measures; empty unless it is one.
    """

    name: str
    kind: Kind
    texts: tuple[str | None, ...]
    numbers: tuple[float | None, ...] = ()

    @property
    def values(self) -> list[str]:
        """Its different values, the most frequent first."""
        counts = Counter(text for text in self.texts if text is not None)
        return [value for value, _ in sorted(counts.items(), key=lambda c: (-c[1], c[0]))]


def read_columns(columns: Mapping[str, Sequence[Cell]]) -> list[Column]:
    """Find out of each column what it is; those that say nothing of any work are left out."""
    made = [_column(name, values) for name, values in columns.items()]
    return [column for column in made if any(text is not None for text in column.texts)]


def _column(name: str, cells: Sequence[Cell]) -> Column:
    texts = tuple(shown(cell) for cell in cells)
    numbers = tuple(measure(cell) for cell in cells)
    known = [text for text in texts if text is not None]
    title = printable(name, limit=80)
    distinct = len(set(known))
    if distinct >= _DISTINCT and all(
        n is not None for n, t in zip(numbers, texts, strict=True) if t is not None
    ):
        return Column(title, "number", texts, numbers)
    repeats = 1 < distinct <= max(2, len(known) // 2) or distinct <= 1 < len(known)
    return Column(title, "category" if repeats else "text", texts)


def shown(cell: Cell) -> str | None:
    r"""Make a value from outside harmless; what says nothing becomes None.

    Examples:
        >>> shown("a\tb"), shown(1840.0), shown("  "), shown(float("nan"))
        ('a\\tb', '1840', None, None)
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    plain = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return printable(plain, limit=LONGEST).strip() or None


def measure(cell: Cell) -> float | None:
    """Take a value for a number, if it is one.

    Examples:
        >>> measure("1.5"), measure("oil"), measure("inf"), measure(None)
        (1.5, None, None, None)
    """
    try:
        value = float(cell) if cell is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def years_of(
    columns: Mapping[str, Sequence[Cell]], name: str | None = None
) -> list[int | None] | None:
    """Find the year of each work, in the column of this name or in one that is called so.

    Returns:
        None if no column tells years.

    Raises:
        DataError: If there is no column of that name.
    """
    if name is not None:
        return [year_in(cell) for cell in _named(columns, name)]
    for word in _YEARS:
        for known, cells in columns.items():
            if known.strip().lower() == word:
                years = [year_in(cell) for cell in cells]
                return years if any(year is not None for year in years) else None
    return None


def _named(columns: Mapping[str, Sequence[Cell]], name: str) -> Iterable[Cell]:
    column_of(dict.fromkeys(columns, ()), name)
    return columns[name]


def year_in(cell: Cell) -> int | None:
    """Find the first year that is named, from 500 on.

    Examples:
        >>> year_in("c. 1831"), year_in(1890.0), year_in("12 May 1889"), year_in("1890-95")
        (1831, 1890, 1889, 1890)
        >>> year_in("40 x 60 cm"), year_in(None)
        (None, None)
    """
    found = _YEAR.search(shown(cell) or "")
    return int(found[0]) if found else None
