"""How sure a figure is: its 95 % interval, with other works, or works by others, in mind."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from scipy.stats import binomtest

from impasto.errors import DataError
from impasto.metrics.checks import Array, aligned, group_index
from impasto.metrics.resampling import (
    CELLS,
    KNOWN,
    Statistic,
    Values,
    effective_number,
    left_out,
    replicates,
    tail,
)

FEW = 10


@dataclass(frozen=True)
class Estimate:
    """A figure that says how sure it is.

    Attributes:
        value: As measured.
        low: Where its 95 % interval begins; NaN where nothing can be said.
        high: Where it ends.
        note: What to be wary of, if anything.
    """

    value: float
    low: float
    high: float
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report: value and interval, null where they are no number."""
        found = [x if math.isfinite(x) else None for x in (self.value, self.low, self.high)]
        note = {"note": self.note} if self.note else {}
        return {"value": found[0], "interval": found[1:], **note}

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def estimates(
    statistic: Statistic,
    *,
    count: int,
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Give several figures of the same works their intervals, all from the same draws.

    Args:
        statistic: Returns figures by name, one a row, for rows of weights ``(d, count)`` that say
            how often each work counts.
        count: How many works there are.
        groups: What works have in common, such as their artist: whole groups are drawn, so that
            the interval holds for artists not seen yet.
        draws: How many test sets are drawn.
        seed: Source of every random choice.

    Returns:
        By name, each within its interval.

    Raises:
        DataError: If there are no works, or groups are given for more or fewer.

    Notes:
        Percentile bootstrap with its quantiles moved outwards for small numbers: see
        `impasto.metrics.resampling.tail`. Over 1,000 simulated test sets of 30 groups, unequal in
        size and kind, it covers the truth 93 to 97 times in a hundred, where the plain one covers
        89 to 94 times; `tests/metrics/test_coverage.py`.
    """
    if count < 1:
        raise DataError("expected at least one work to measure on, got none; choose a larger split")
    units = group_index(groups, count)

    def of_units(weights: Float[np.ndarray, "d g"]) -> Values:
        return statistic(weights[:, units])

    asked = _Asked(draws, seed, max(1, CELLS // count), bool(groups))
    return _drawn(of_units, np.bincount(units), asked)


@dataclass(frozen=True)
class _Asked:
    """How draws are made: how many, from which seed, how many at a time, and of groups."""

    draws: int
    seed: int
    rows: int
    grouped: bool


def _drawn(
    statistic: Statistic, sizes: Int[np.ndarray, " g"], asked: _Asked
) -> dict[str, Estimate]:
    many = len(sizes)
    found = statistic(np.ones((1, many)))
    if many < 2:
        note = f"only one {'group' if asked.grouped else 'work'}: nothing can be said of others"
        return {k: Estimate(float(v[0]), math.nan, math.nan, note) for k, v in found.items()}
    generator = np.random.default_rng(asked.seed)
    drawn = replicates(statistic, many, draws=asked.draws, rows=asked.rows, generator=generator)
    without: Values = left_out(statistic, many) if many < KNOWN else {}
    tails = {k: tail(sizes, without.get(k)) for k in found}
    warned = _warning(many, "groups" if asked.grouped else "works")
    return {k: _estimate(float(v[0]), drawn[k], tails[k], warned) for k, v in found.items()}


def means(
    scores: Mapping[str, Float[np.ndarray, " n"]],
    *,
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Give the means of several scores a work their intervals, all from the same draws.

    As `estimates`, but quick: of each group only the sums are needed.

    Args:
        scores: A number a work, by name.
        groups: What works have in common: whole groups are drawn.
        draws: How many test sets are drawn.
        seed: Source of every random choice.

    Raises:
        DataError: If groups are given for more or fewer works.
    """
    count = len(next(iter(scores.values())))
    units = group_index(groups, count)
    sizes = np.bincount(units)
    sums = {name: np.bincount(units, values) for name, values in scores.items()}

    def averaged(weights: Float[np.ndarray, "d g"]) -> Values:
        total = weights @ sizes
        return {name: weights @ values / total for name, values in sums.items()}

    asked = _Asked(draws, seed, max(1, CELLS // len(sizes)), bool(groups))
    return _drawn(averaged, sizes, asked)


def _warning(many: int, units: str) -> str:
    if many >= FEW:
        return ""
    return f"only {many} {units}, and fewer than {FEW} make for a rough interval"


def _joined(*notes: str) -> str:
    """Say all there is to be wary of."""
    return "; ".join(note for note in notes if note)


def _estimate(value: float, drawn: Float[np.ndarray, " d"], at: float, warned: str) -> Estimate:
    known = drawn[np.isfinite(drawn)]
    if not math.isfinite(value) or not len(known):
        return Estimate(value, math.nan, math.nan, _joined(warned, "not defined for these works"))
    low, high = (float(q) for q in np.quantile(known, [at, 1 - at]))
    same = "the same in every draw, so that the interval says nothing" if low == high else ""
    return Estimate(value, min(low, value), max(high, value), _joined(warned, same))


def bootstrap(
    statistic: Callable[..., float],
    *arrays: Shaped[Array, "..."],
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Give any figure its 95 % interval, by computing it again on works drawn from these.

    Slower than `estimates`, as it computes the figure `draws` times, but takes any function.

    Args:
        statistic: A function of the arrays, such as `impasto.metrics.regression.mae`.
        *arrays: What it is computed from, a row a work.
        groups: What works have in common: whole groups are drawn.
        draws: How many test sets are drawn.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or not as many in each array.
    """
    rows = aligned(*arrays)
    count = len(rows[0])

    def repeated(weights: Float[np.ndarray, "d n"]) -> Values:
        places = (np.repeat(np.arange(count), w.astype(int)) for w in weights)
        return {"figure": np.array([statistic(*(r[p] for r in rows)) for p in places], float)}

    return estimates(repeated, count=count, groups=groups, draws=draws, seed=seed)["figure"]


def mean(
    scores: Shaped[Array, " _n"],
    *,
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Give the mean of one score a work its 95 % interval: right or wrong, an error, a distance.

    Args:
        scores: Yes or no, or numbers.
        groups: What works have in common: whole groups are drawn.
        draws: How many test sets are drawn.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or groups are given for more or fewer.

    Notes:
        For yes and no without groups it is Wilson's score interval, which needs no draws and
        keeps its word near 0 and 1: Brown, Cai, DasGupta 2001, Interval Estimation for a Binomial
        Proportion. So it is, with the groups' effective number, where all works agree.
    """
    values = aligned(scores)[0].astype(np.float64)
    binary = bool(np.isin(values, (0, 1)).all())
    sizes = np.bincount(group_index(groups, len(values)))
    if binary and len(sizes) > 1 and (not groups or np.ptp(values) == 0):
        return _wilson(
            float(values.mean()), sizes, _warning(len(sizes), "groups") if groups else ""
        )
    return means({"mean": values}, groups=groups, draws=draws, seed=seed)["mean"]


def _wilson(share: float, sizes: Int[np.ndarray, " g"], warned: str) -> Estimate:
    z2 = 1.959963984540054**2 / effective_number(sizes)
    middle = (share + z2 / 2) / (1 + z2)
    half = math.sqrt(share * (1 - share) * z2 + z2 * z2 / 4) / (1 + z2)
    low, high = max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
    return Estimate(share, low, high, warned)


def paired(
    a_scores: Shaped[Array, " _n"],
    b_scores: Shaped[Array, " _n"],
    *,
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Say by how much the first is larger on the same works: the difference of means.

    Real where its interval excludes 0 and no note says that there are too few works. Since both
    saw the same works, it is much narrower than the intervals of the two apart suggest.

    Args:
        a_scores: One score a work, yes or no or a number.
        b_scores: Of the same works in the same order.
        groups: What works have in common: whole groups are drawn.
        draws: How many test sets are drawn.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or not as many scores of each.
    """
    first, second = (s.astype(np.float64) for s in aligned(a_scores, b_scores))

    scores = {"difference": first - second}
    return means(scores, groups=groups, draws=draws, seed=seed)["difference"]


def direction(difference: Estimate) -> int:
    """Say which way a difference goes: 1 for more, -1 for less, 0 where that isn't known.

    It is known where the interval excludes 0 and nothing is to be wary of, such as too few works.

    Examples:
        >>> direction(Estimate(0.12, 0.05, 0.19)), direction(Estimate(0.12, -0.05, 0.19))
        (1, 0)
    """
    if difference.note or not difference.low < difference.high:
        return 0
    return (difference.low > 0) - (difference.high < 0)


def mcnemar(a_right: Bool[Array, " _n"], b_right: Bool[Array, " _n"]) -> float:
    """Return how likely chance alone sets two networks so far apart: 0..1, exact.

    Only works count that one of them got right and the other wrong; 1 if there are none.
    It takes the works for independent: with groups, trust `paired` instead.

    Raises:
        DataError: If there are no works, or not as many of each.

    Notes:
        McNemar 1947; the exact test is the binomial one, scipy's binomtest.
    """
    first, second = aligned(a_right, b_right)
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    apart = only_first + only_second
    return float(binomtest(only_first, apart).pvalue) if apart else 1.0
