"""The same test set drawn again and again: the bootstrap, over works or over groups of works."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int, Real
from scipy.special import ndtr
from scipy.stats import t as student

Values = dict[str, Float[np.ndarray, " _d"]]
Statistic = Callable[[Float[np.ndarray, "d n"]], Values]
"""Figures by name, a number a row of weights: how often each work counts."""

CELLS = 4_000_000  # weights held at a time: 32 MB
KNOWN = 500  # from so many units on, the correction for their number is next to nothing


def replicates(
    statistic: Statistic, units: int, *, draws: int, rows: int, generator: np.random.Generator
) -> Values:
    """Compute figures on test sets drawn from the one at hand, with replacement.

    Args:
        statistic: Figures of rows of weights, one weight a unit.
        units: How many works, or groups of works, there are to draw from.
        draws: How many test sets.
        rows: How many of them are held at a time.
        generator: Source of every random choice.
    """
    sizes = [min(rows, draws - start) for start in range(0, draws, rows)]
    return _joined([statistic(_counts(units, size, generator)) for size in sizes])


def left_out(statistic: Statistic, units: int) -> Values:
    """Compute figures with each unit left out in turn: the jackknife."""
    return statistic(1 - np.eye(units))


def _counts(units: int, draws: int, generator: np.random.Generator) -> Float[np.ndarray, "d u"]:
    picks = generator.integers(units, size=(draws, units)) + units * np.arange(draws)[:, None]
    counts = np.bincount(picks.ravel(), minlength=draws * units)
    return counts.reshape(draws, units).astype(np.float64)


def _joined(parts: list[Values]) -> Values:
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def tail(sizes: Int[np.ndarray, " g"], without: Float[np.ndarray, " g"] | None) -> float:
    """Return the quantile of the draws at which a 95 % interval begins: a little below 2.5 %.

    Args:
        sizes: How many works each group has.
        without: The figure with each group left out in turn, if known.

    Notes:
        The expanded percentile interval of Hesterberg 2015, What Teachers Should Know about the
        Bootstrap, arXiv:1411.5279: the normal quantile becomes Student's, the
        deviation its unbiased one. Differs: the groups count by their effective number
        (Σ n)² / Σ n², as in Kish 1965, and the degrees of freedom are at most 2 (Σ d²)² / Σ d⁴
        for the groups' influences d, after Satterthwaite 1946: few large groups say little, and
        few influential ones say little about the deviation.
    """
    effective = effective_number(sizes)
    freedom = effective - 1
    if without is not None and np.isfinite(without).any():
        squares = np.square(without - np.nanmean(without))
        freedom = min(freedom, 2 * effective_number(squares))
    spread = np.sqrt(effective / (effective - 1))
    return float(ndtr(spread * student.ppf(0.025, max(1.0, freedom))))


def effective_number(values: Real[np.ndarray, " g"]) -> float:
    """Count unequal things: how many equal ones would say as much; infinity if all are 0."""
    total, squares = float(np.nansum(values)), float(np.nansum(np.square(values)))
    return total**2 / squares if squares > 0 else float(np.inf)
