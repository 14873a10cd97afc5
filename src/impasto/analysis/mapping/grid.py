"""Hanging works on a grid: each near where it belongs, none on top of another."""

import math
from collections.abc import Iterable
from functools import cache

import numpy as np
from jaxtyping import Float, Int

FILLED = 0.5
"""Share of the cells that a map fills: the rest is the sea between the islands."""

Cell = tuple[int, int]


def step_for(positions: Float[np.ndarray, "n 2"]) -> float:
    """Choose how far cells lie apart, so that works have room and islands stay islands."""
    low, high = np.percentile(positions, [1, 99], axis=0)
    area = float(np.prod(np.maximum(high - low, 0.25 * np.ptp(positions))))
    return max(math.sqrt(area * FILLED / len(positions)), 1e-9)


def hang(
    positions: Float[np.ndarray, "n 2"],
    *,
    step: float,
    taken: Iterable[Cell] = (),
) -> Int[np.ndarray, "n 2"]:
    """Give each work the free cell nearest to its place; who comes first chooses first.

    Args:
        positions: Where they would lie.
        step: How far cells lie apart, in the same measure.
        taken: Cells in which something hangs already.

    Returns:
        Column and row of each; no two alike, none of them taken.
    """
    full, tried = set(taken), dict[Cell, int]()
    found = np.empty((len(positions), 2), np.int32)
    for row, (x, y) in enumerate(np.rint(positions / step).astype(int).tolist()):
        found[row] = cell = _free(x, y, full, tried)
        full.add(cell)
    return found


def _free(x: int, y: int, full: set[Cell], tried: dict[Cell, int]) -> Cell:
    """Look outwards from a cell, beginning where the last one who wanted it ended."""
    start = tried.get((x, y), 0)
    radius = 8
    while True:
        offsets = _outwards(radius)
        for number in range(start, len(offsets)):
            cell = x + offsets[number][0], y + offsets[number][1]
            if cell not in full:
                tried[x, y] = number
                return cell
        start, radius = len(offsets), 2 * radius


@cache
def _outwards(radius: int) -> tuple[Cell, ...]:
    """List the steps to all cells within a radius, the nearest first.

    A larger radius begins with the same steps as a smaller one.
    """
    reach = range(-radius, radius + 1)
    steps = [(x, y) for x in reach for y in reach if x * x + y * y <= radius * radius]
    return tuple(sorted(steps, key=lambda s: (s[0] ** 2 + s[1] ** 2, s)))
