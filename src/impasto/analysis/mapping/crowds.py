"""Where the name of a group stands on a map: in the thickest crowd of its works."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

BIN = 4
"""Cells on a side of the squares in which works are counted."""

FEWEST = 3
"""Works together that make a crowd."""


class Crowd(NamedTuple):
    """A name, and where it stands.

    Attributes:
        value: The name.
        works: How many works of that name are there.
        x: Column of the grid.
        y: Row.
    """

    value: str
    works: int
    x: float
    y: float


def crowds(texts: Sequence[str | None], cells: Int[np.ndarray, "n 2"]) -> list[Crowd]:
    """Find where each value's works are thickest, the largest crowd first.

    Args:
        texts: The value of each work.
        cells: Where it hangs.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        if text is not None:
            groups[text].append(row)
    found = [_crowd(value, cells[rows]) for value, rows in groups.items()]
    return sorted(
        (crowd for crowd in found if crowd.works >= FEWEST), key=lambda c: (-c.works, c.value)
    )


def _crowd(value: str, cells: Int[np.ndarray, "n 2"]) -> Crowd:
    bins = cells // BIN
    near = (np.abs(bins[:, None] - bins[None]) <= 1).all(2) if len(bins) <= 2000 else None
    counts = near.sum(1) if near is not None else _counts(bins)
    middle = bins[np.argmax(counts)]
    there = cells[(np.abs(bins - middle) <= 1).all(1)]
    x, y = there.mean(0).tolist()
    return Crowd(value, len(there), x, y)


def _counts(bins: Int[np.ndarray, "n 2"]) -> Int[np.ndarray, " n"]:
    """Count, for many works, those in each one's own square."""
    _, own, counts = np.unique(bins, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(counts[own.ravel()])
