"""The curve through what trainings with fewer works got wrong, with its intervals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from impasto.learning.curve.power_law import PowerLaw, fit_many, fit_power_law
from impasto.learning.curve.record import Curve, Point
from impasto.metrics.checks import group_index
from impasto.metrics.intervals import Estimate
from impasto.metrics.resampling import CELLS, Values, replicates, tail

DRAWS = 2000


@dataclass(frozen=True)
class Repetition:
    """Trainings with each share of the works, from the smallest share to all.

    Attributes:
        works: How many each learned from.
        errors: Of each share, that of each work of the test.
    """

    works: Sequence[int]
    errors: Float[np.ndarray, "s n"]


def curve_of(
    found: Sequence[Repetition],
    *,
    metric: str,
    shares: Sequence[float],
    asked: int,
    groups: Sequence[str] | None = None,
    grouped: str = "",
) -> Curve:
    """Draw the curve through what was measured.

    Args:
        found: The repetitions that are complete, at least one.
        metric: accuracy, mae or emd.
        shares: Of the works, as they were asked for.
        asked: How many repetitions were.
        groups: Of the works of the test, where whole groups were put aside.
        grouped: What the groups are called, such as artist.
    """
    sizes = np.mean([each.works for each in found], 0)
    errors = np.stack([each.errors for each in found])
    drawn, at = _draws(errors, groups)
    measured = errors.mean((0, 2))
    law = fit_power_law(sizes, measured)
    return Curve(
        metric,
        tuple(_points(metric, shares, sizes, errors, drawn, at)),
        law,
        _gain(law, sizes, drawn, at),
        _misses(law, sizes, measured, drawn),
        grouped,
        tuple(_notes(shares, sizes, len(found), asked, groups)),
    )


def _draws(
    found: Float[np.ndarray, "r s n"], groups: Sequence[str] | None
) -> tuple[Float[np.ndarray, "d s"], float]:
    """Draw other test works, the same for all shares, and other trainings.

    Returns:
        Mean errors of each share, a row a draw; and the quantile at which an interval begins.

    Notes:
        Works, or groups of them, by the bootstrap; trainings by a normal with the deviation of
        the repetitions, taken together over all shares: there are too few of each to draw from.
    """
    repeats, many = found.shape[:2]
    units = group_index(groups, found.shape[2])
    count = np.bincount(units)
    sums = [np.bincount(units, found[:, i].mean(0)) for i in range(many)]

    def of_works(weights: Float[np.ndarray, "d u"]) -> Values:
        total = weights @ count
        return {str(i): weights @ each / total for i, each in enumerate(sums)}

    generator = np.random.default_rng(0)
    rows = max(1, CELLS // len(count))
    drawn = replicates(of_works, len(count), draws=DRAWS, rows=rows, generator=generator)
    means = np.stack([drawn[str(i)] for i in range(many)], 1)
    if repeats > 1:
        apart = float(np.sqrt(found.mean(2).var(0, ddof=1).mean() / repeats))
        means = means + generator.normal(0, apart, means.shape)
    return means, tail(count, None) if len(count) > 1 else 0.025


def _points(
    metric: str,
    shares: Sequence[float],
    sizes: Float[np.ndarray, " s"],
    found: Float[np.ndarray, "r s n"],
    drawn: Float[np.ndarray, "d s"],
    at: float,
) -> Iterator[Point]:
    for i, share in enumerate(shares):
        each = found[:, i].mean(1)
        ends = np.quantile(drawn[:, i], [at, 1 - at])
        values = [float(v) for v in (each.mean(), *ends)]
        if metric == "accuracy":
            each, values = 1 - each, [1 - values[0], 1 - values[2], 1 - values[1]]
        value, low, high = np.clip(values, 0, 1 if metric == "accuracy" else None).tolist()
        figure = Estimate(value, min(low, value), max(high, value))
        yield Point(share, float(sizes[i]), figure, tuple(each.tolist()))


def _gain(
    law: PowerLaw, sizes: Float[np.ndarray, " s"], drawn: Float[np.ndarray, "d s"], at: float
) -> Estimate:
    """How much error twice the works take away, with a law laid through each draw."""
    _, steep, exponent = fit_many(sizes / sizes.max(), drawn)
    low, high = (float(q) for q in np.quantile(steep * (1 - 2.0**-exponent), [at, 1 - at]))
    value = law.of(law.unit) - law.of(2 * law.unit)
    return Estimate(value, min(low, value), max(high, value))


def _misses(
    law: PowerLaw,
    sizes: Float[np.ndarray, " s"],
    measured: Float[np.ndarray, " s"],
    drawn: Float[np.ndarray, "d s"],
) -> bool:
    """Tell whether the law misses what was measured by twice what chance explains."""
    off = measured - [law.of(n) for n in sizes]
    chance = (drawn - drawn.mean(1, keepdims=True)).std(0)
    return bool(np.sqrt(np.square(off).mean()) > 2 * np.sqrt(np.square(chance).mean()) + 1e-9)


def _notes(
    shares: Sequence[float],
    sizes: Float[np.ndarray, " s"],
    repeats: int,
    asked: int,
    groups: Sequence[str] | None,
) -> Iterator[str]:
    if repeats < asked:
        yield f"stopped after {repeats} of {asked} repetitions"
    if repeats == 1:
        yield "trained once a share: what chance does in training is not in the intervals"
    larger = [s for s, n in zip(shares, sizes, strict=True) if n > 1.3 * s * sizes[-1] + 1]
    if larger:
        yield (
            f"shares of {', '.join(f'{s:g}' for s in larger)} hold more works than that, so that "
            "no class is missing"
        )
    if groups and len(set(groups)) < 10:
        yield f"only {len(set(groups))} groups are tested on, which makes for rough intervals"
    yield "it is supposed that new works are like these, and of as many more groups"
