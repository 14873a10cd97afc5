"""How far what was made lies from the real works, as a whole: the kernel distance."""

import math

import numpy as np
from jaxtyping import Float
from scipy.stats import t as student

from impasto.errors import DataError
from impasto.metrics.checks import Array, as_numpy
from impasto.metrics.intervals import Estimate

FEW = 50
"""Works from which on the figure says something about works that nobody has seen."""


def kid(real: Float[Array, "n d"], made: Float[Array, "m d"]) -> Estimate:
    """Measure how differently two sets of pictures are spread; 0 if they are spread alike.

    It punishes poor pictures and missing kinds of pictures. An unbiased estimate is as often below
    0 as above where there is no difference at all.

    Args:
        real: Features of real works, best of those that were not learned from.
        made: Features of what was made.

    Returns:
        Less is better; with a 95 % interval that has other works and other pictures in mind.

    Raises:
        DataError: If there are fewer than three of either, or features aren't finite.

    Notes:
        Bińkowski et al. 2018, arXiv:1801.01401: the unbiased squared maximum mean discrepancy with
        the kernel (x·y/d + 1)³. Features should have about the length √d, as theirs do. Differs:
        instead of the spread over subsets the interval is that of the jackknife over both sets,
        whose variance is too large rather than too small (Efron, Stein 1981), with Student's
        quantile at Welch's degrees of freedom. Of simulated sets, 46 works and 128 pictures in the
        eye's space, it held the truth 92 to 99 times in a hundred; where few values far out decide,
        as a cube's may, it holds less often.
    """
    x, y = _checked(real, "real works"), _checked(made, "pictures made")
    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    value = _within(xx) + _within(yy) - 2 * float(xy.mean())
    half = _half_width([_without(xx, xy.mean(1)), _without(yy, xy.mean(0))])
    return Estimate(value, value - half, value + half, warning(len(x)))


def warning(works: int) -> str:
    """Say that there are too few works for the figure, if so."""
    if works >= FEW:
        return ""
    return f"only {works} works to compare with, and fewer than {FEW} say little about others"


def kernel(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "n m"]:
    """Say how alike pairs of pictures are."""
    return np.asarray((x @ y.T / x.shape[1] + 1) ** 3)


def _checked(features: Float[Array, "n d"], what: str) -> Float[np.ndarray, "n d"]:
    found = as_numpy(features)
    if len(found) < 3 or not np.isfinite(found).all():
        raise DataError(
            f"expected finite features of at least three {what}, got {len(found)}; add some"
        )
    return found


def _within(k: Float[np.ndarray, "n n"]) -> float:
    """Mean over all pairs of different pictures."""
    n = len(k)
    return float(k.sum() - np.trace(k)) / (n * (n - 1))


def _without(
    k: Float[np.ndarray, "n n"], cross: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """The part of the figure that changes when each picture of one set is left out in turn.

    Args:
        k: How alike the pictures of the set are.
        cross: How alike each is to those of the other set, on average.
    """
    n = len(k)
    pairs = k.sum() - np.trace(k) - 2 * (k.sum(1) - np.diag(k))
    return np.asarray(pairs / ((n - 1) * (n - 2)) - 2 * (cross.sum() - cross) / (n - 1))


def _half_width(without: list[Float[np.ndarray, " _n"]]) -> float:
    """Half the length of the interval, from the figures without each picture of either set."""
    counts = [len(each) for each in without]
    parts = [
        (n - 1) / n * np.square(each - each.mean()).sum()
        for n, each in zip(counts, without, strict=True)
    ]
    spread = float(sum(parts))
    if spread == 0:
        return 0.0
    freedom = spread**2 / sum(v**2 / (n - 1) for v, n in zip(parts, counts, strict=True))
    return float(student.ppf(0.975, freedom)) * math.sqrt(spread)
