"""Targets: what a network shall learn to say of a work, made from the columns of a table."""

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int64, Shaped
from torch import Tensor

from impasto.data.collection import Collection
from impasto.data.tables import column_of, few
from impasto.errors import DataError, printable


@dataclass(frozen=True, eq=False)
class Labelled:
    """The works that have a target, and how many were left out for which reason.

    Attributes:
        column: The column, or columns of votes, that the targets come from.
        indices: Which works of the collection are kept, in their order.
        targets: Classes ``(n,)`` int64, numbers ``(n,)`` float64, or shares ``(n, k)`` float32.
        classes: Names of the classes, or of the columns of votes; none for numbers.
        unlabeled: Works without a value.
        rare: Works of classes that were too small to keep.
        dropped: Those classes.
    """

    column: str
    indices: Int64[Tensor, " n"]
    targets: Shaped[Tensor, "n ..."]
    classes: tuple[str, ...] = ()
    unlabeled: int = 0
    rare: int = 0
    dropped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.indices)

    def lines(self) -> list[str]:
        """Say in plain words what is learned from, and what was left out."""
        total = len(self) + self.unlabeled + self.rare
        shown = printable(self.column, limit=60)
        said = [f"{len(self):,} of {total:,} works have a {shown} that is learned from"]
        if self.unlabeled:
            said.append(f"{self.unlabeled:,} works have no {shown} and are left out")
        if self.dropped:
            said.append(
                f"{self.rare:,} works of {len(self.dropped)} classes that are too small are "
                f"left out: {few(self.dropped)}"
            )
        return said


def classes_of(
    collection: Collection,
    label: str,
    *,
    at_least: int = 1,
    group: str | None = None,
    groups_at_least: int = 1,
) -> Labelled:
    """Take a column as the name of the class of each work.

    Args:
        collection: The works.
        label: The column, such as ``movement``.
        at_least: Classes of fewer works are left out,
        group: and, where a column such as ``artist`` is named,
        groups_at_least: those in which it has fewer values; a work whose group is not known is a
            group of its own.

    Returns:
        Classes in the order of their names, or of their value where all are numbers. Names that
        differ only in white space, or in how accents are spelled, are one.

    Raises:
        DataError: If there is no such column, one class only, or no class has two works.
    """
    column = [_tidy(cell) for cell in column_of(collection.columns, label)]
    groups = groups_of(collection, group) if group else collection.names
    kept = _large_enough(column, groups, at_least, groups_at_least if group else 1)
    present = {value for value in column if value is not None}
    classes = tuple(_ordered(kept))
    number = {name: i for i, name in enumerate(classes)}
    rows = [i for i, value in enumerate(column) if value in number]
    targets = [number[str(column[i])] for i in rows]
    _check_classes(label, classes, targets, present)
    missing = sum(value is None for value in column)
    return Labelled(
        label,
        torch.tensor(rows),
        torch.tensor(targets),
        classes,
        unlabeled=missing,
        rare=len(column) - missing - len(rows),
        dropped=tuple(_ordered(present - kept)),
    )


def groups_of(collection: Collection, column: str) -> tuple[str, ...]:
    """Say what works have in common; a work of which nothing is known is a group of its own.

    Names that differ only in white space, or in how accents are spelled, are one: otherwise a
    painter who is written in two ways would be learned from and tested on.

    Raises:
        DataError: If there is no such column.
    """
    values = [_tidy(cell) for cell in column_of(collection.columns, column)]
    return tuple(v or f"?{name}" for v, name in zip(values, collection.names, strict=True))


def numbers_of(collection: Collection, column: str) -> Labelled:
    """Take a column as a number for each work, such as the year it was painted in.

    Raises:
        DataError: If there is no such column, a value is no finite number, or all are the same.
    """
    values = column_of(collection.columns, column)
    rows = [i for i, value in enumerate(values) if value is not None]
    numbers = [_number(values[i], column, collection.names[i]) for i in rows]
    if len(set(numbers)) < 2:
        raise DataError(
            f"expected at least two different numbers in the column {_shown(column)}, got "
            f"{len(set(numbers))}; nothing can be learned from it"
        )
    targets = torch.tensor(numbers, dtype=torch.float64)
    return Labelled(column, torch.tensor(rows), targets, unlabeled=len(values) - len(rows))


def votes_of(
    columns: Mapping[str, Sequence[str | None]],
    votes: Sequence[str],
    *,
    names: Sequence[str] = (),
) -> Labelled:
    """Turn columns of votes into the share of each answer, a row a work.

    Args:
        columns: Of a collection or a table without pictures.
        votes: The columns, from the lowest grade to the highest; counts or shares.
        names: What the works are called in messages; their row unless given.

    Returns:
        Shares ``(n, k)`` whose rows sum to 1; works that lack one of the votes are left out.

    Raises:
        DataError: If a column is missing, a vote is no number or negative, a row has none at all,
            or fewer than two columns or works are left.
    """
    if len(set(votes)) != len(votes) or len(votes) < 2:
        raise DataError(f"expected two or more different columns of votes, got {few(votes)}")
    table = list(zip(*(column_of(columns, vote) for vote in votes), strict=True))
    called = names or [f"row {i}" for i in range(1, len(table) + 1)]
    rows = [i for i, row in enumerate(table) if None not in row]
    if len(rows) < 2:
        raise DataError(f"expected votes for at least two works, got {len(rows)} with all of them")
    shares = [_shares(table[i], votes, called[i]) for i in rows]
    return Labelled(
        ", ".join(votes),
        torch.tensor(rows),
        torch.tensor(shares, dtype=torch.float64).float(),
        tuple(votes),
        unlabeled=len(table) - len(rows),
    )


def _shares(row: Sequence[str | None], votes: Sequence[str], name: str) -> list[float]:
    counts = [_number(cell, vote, name) for cell, vote in zip(row, votes, strict=True)]
    if min(counts) < 0:
        raise DataError(
            f"expected votes of 0 or more, got {min(counts):g} for {_shown(name)}; mend the table"
        )
    total = sum(counts)
    if not 0 < total < math.inf:
        raise DataError(
            f"the votes for {_shown(name)} add up to {total:g}; empty its cells instead"
        )
    return [count / total for count in counts]


def _tidy(cell: str | None) -> str | None:
    """Spell a name in one way: Unicode's NFC, and one space where there is white space."""
    return " ".join(unicodedata.normalize("NFC", cell).split()) or None if cell else None


def _large_enough(
    column: Sequence[str | None], groups: Sequence[str], at_least: int, groups_at_least: int
) -> set[str]:
    works = Counter(value for value in column if value is not None)
    pairs = {(v, g) for v, g in zip(column, groups, strict=True) if v is not None}
    spread = Counter(value for value, _ in pairs)
    return {v for v in works if works[v] >= at_least and spread[v] >= groups_at_least}


def _check_classes(
    label: str, classes: Sequence[str], targets: Sequence[int], present: set[str]
) -> None:
    left = "" if len(present) == len(classes) else f" of {len(present)} are large enough"
    if len(classes) < 2:
        raise DataError(
            f"expected at least two classes in the column {_shown(label)}, got "
            f"{len(classes)}{left} ({few(classes) or 'none'}); name another column or add works"
        )
    if max(Counter(targets).values()) < 2:
        raise DataError(
            f"every class in the column {_shown(label)} has one picture only ({few(classes)}); "
            "nothing would be left to test with: add works or name another column"
        )


def _ordered(names: set[str]) -> list[str]:
    """Sort by value where all are numbers, so that grades stand in their order."""
    values = {name: _float(name) for name in names}
    if all(value is not None for value in values.values()):
        return sorted(names, key=lambda name: (values[name], name))
    return sorted(names)


def _number(text: str | None, column: str, name: str) -> float:
    value = _float(text or "")
    if value is None:
        raise DataError(
            f"expected numbers in the column {_shown(column)}, got "
            f"{printable(text, limit=40)!r} for {_shown(name)}; mend it or empty the cell"
        )
    return value


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _shown(name: str) -> str:
    return printable(name, limit=80)
