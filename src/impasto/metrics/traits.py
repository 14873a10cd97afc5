"""What sets a group of works apart: labels that they have more often than others."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from scipy.stats import hypergeom, mannwhitneyu

LEAST = 3
"""Works of a group that share a label before it is spoken of."""

SURE = 0.01
"""Chance, over all labels and groups together, that one is spoken of which means nothing."""

Value = str | int | float | None
Mask = Bool[np.ndarray, " n"]


@dataclass(frozen=True)
class Trait:
    """A label that a group has more often than other works, or numbers that are other there.

    Attributes:
        column: The label's column.
        value: Which label; a range of numbers, as text.
        inside: Share of the group's works that have it; for numbers their median.
        outside: Likewise of the other works.
        chance: How probable so much is if the groups meant nothing, corrected for the many labels
            and groups.
    """

    column: str
    value: str
    inside: float
    outside: float
    chance: float

    @property
    def figures(self) -> tuple[str, str]:
        """What stands for the group and for the others when it is written down."""
        form = ".0%" if self.value else ".10g"
        return f"{self.inside:{form}}", f"{self.outside:{form}}"

    def __str__(self) -> str:
        here, there = self.figures
        name = f"{self.column} {self.value}" if self.value else self.column
        return f"{name} {here} (others {there})"


def traits(
    columns: Mapping[str, Sequence[Value]], members: Sequence[Mask]
) -> list[tuple[Trait, ...]]:
    """Find what sets each group apart from all other works, the surest first.

    Args:
        columns: What is known of the works; None where it isn't.
        members: Which works are in each group that is asked about.

    Notes:
        Words by Fisher's exact test, one-sided (hypergeometric), the medians of numbers by Mann and
        Whitney's; the chances are multiplied by the number of tests of all groups together
        (Bonferroni). Works are taken for independent: a painter's are not, so that painters stand
        out easily.
    """
    found = [
        [trait for name, column in columns.items() for trait in _of(name, column, inside)]
        for inside in members
    ]
    tests = sum(map(len, found))
    return [tuple(_surest(each, tests)) for each in found]


def _surest(found: Sequence[Trait], tests: int) -> Iterator[Trait]:
    for trait in sorted(found, key=lambda trait: trait.chance):
        chance = min(1.0, trait.chance * tests)
        here, there = trait.figures
        if chance <= SURE and here != there and (not trait.value or trait.inside > trait.outside):
            yield replace(trait, chance=chance)


def _of(name: str, column: Sequence[Value], inside: Mask) -> Iterator[Trait]:
    known = np.array([value is not None for value in column], bool)
    if any(isinstance(value, str) for value in column):
        yield from _words(name, column, known, inside)
    elif min((known & inside).sum(), (known & ~inside).sum()) >= LEAST:
        numbers = np.array([0.0 if value is None else float(value) for value in column])
        here, there = numbers[known & inside], numbers[known & ~inside]
        chance = float(mannwhitneyu(here, there).pvalue)
        yield Trait(name, "", float(np.median(here)), float(np.median(there)), chance)


def _words(name: str, column: Sequence[Value], known: Mask, inside: Mask) -> Iterator[Trait]:
    """Test each word that enough works have, among those of which it is known.

    One that too few works of the group have is a test, too, which says nothing.
    """
    all_of = Counter(value for value in column if value is not None)
    here = Counter(column[i] for i in np.flatnonzero(known & inside).tolist())
    works, some = int(known.sum()), int((known & inside).sum())
    for value, count in all_of.items():
        if count >= LEAST and 0 < some < works:
            common = here[value] >= LEAST
            chance = float(hypergeom.sf(here[value] - 1, works, count, some)) if common else 1.0
            rest = (count - here[value]) / (works - some)
            yield Trait(name, str(value), here[value] / some, rest, chance)
