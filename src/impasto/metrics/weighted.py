"""The same figures for works that count more than once: what the bootstrap draws, all at once.

A row of weights says how often each work counts. With all weights 1 the figures are those of the
other files here, which take them from scikit-learn and scipy; the tests hold both together.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array

from impasto.metrics.calibration import bin_index
from impasto.metrics.resampling import Statistic, Values

Weights = Float[np.ndarray, "d n"]
Sums = Callable[[Weights], Float[np.ndarray, "d k"]]


def sums_by(index: Int[np.ndarray, " n"], count: int) -> Sums:
    """Return a function that adds up each row's weights by the number in `index`."""
    rows = np.arange(len(index))
    places = csr_array((np.ones(len(index)), (rows, index)), shape=(len(index), count))
    return lambda weights: np.asarray((places.T @ weights.T).T)


def named(
    predicted: Int[np.ndarray, " n"], targets: Int[np.ndarray, " n"], count: int
) -> Statistic:
    """Accuracy, balanced accuracy, and macro precision, recall and F1."""
    hits, called, true = _tallies(predicted, targets, count)

    def figures(weights: Weights) -> Values:
        right, said, known = hits(weights), called(weights), true(weights)
        occurs, counts = known > 0, (known > 0) | (said > 0)
        return {
            "accuracy": right.sum(1) / weights.sum(1),
            "balanced_accuracy": _mean(_share(right, known), occurs),
            "macro_precision": _mean(_share(right, said), counts),
            "macro_recall": _mean(_share(right, known), counts),
            "macro_f1": _mean(_share(2 * right, said + known), counts),
        }

    return figures


def by_class(
    predicted: Int[np.ndarray, " n"], targets: Int[np.ndarray, " n"], classes: Sequence[str]
) -> Statistic:
    """Precision, recall and F1 of every class, named such as ``recall of Cubism``."""
    hits, called, true = _tallies(predicted, targets, len(classes))

    def figures(weights: Weights) -> Values:
        right, said, known = hits(weights), called(weights), true(weights)
        shares = {
            "precision": _share(right, said),
            "recall": _share(right, known),
            "f1": _share(2 * right, said + known),
        }
        return {
            f"{kind} of {name}": table[:, i]
            for i, name in enumerate(classes)
            for kind, table in shares.items()
        }

    return figures


def _tallies(
    predicted: Int[np.ndarray, " n"], targets: Int[np.ndarray, " n"], count: int
) -> tuple[Sums, Sums, Sums]:
    hit = np.where(predicted == targets, targets, count)  # a column more, for what was wrong
    hits = sums_by(hit, count + 1)
    return lambda w: hits(w)[:, :count], sums_by(predicted, count), sums_by(targets, count)


def _share(
    part: Float[np.ndarray, "d k"], whole: Float[np.ndarray, "d k"]
) -> Float[np.ndarray, "d k"]:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _mean(values: Float[np.ndarray, "d k"], counts: np.ndarray) -> Float[np.ndarray, " d"]:
    return np.asarray((values * counts).sum(1) / counts.sum(1))


def miscalibrated(
    confidence: Float[np.ndarray, " n"], right: Float[np.ndarray, " n"], *, bins: int = 15
) -> Statistic:
    """Expected calibration error over bins of equal width."""
    sums = sums_by(bin_index(confidence, bins=bins), bins)
    gaps = confidence - right

    def figures(weights: Weights) -> Values:
        return {"ece": np.abs(sums(weights * gaps)).sum(1) / weights.sum(1)}

    return figures


def numbers(predicted: Float[np.ndarray, " n"], targets: Float[np.ndarray, " n"]) -> Statistic:
    """MAE, RMSE, R² and Spearman's correlation."""
    error = predicted - targets
    centered = targets - targets.mean()
    first, second = _ranks(predicted), _ranks(targets)

    def figures(weights: Weights) -> Values:
        total = weights.sum(1)
        squares = weights @ np.square(error) / total
        spread = weights @ np.square(centered) / total - np.square(weights @ centered / total)
        return {
            "mae": weights @ np.abs(error) / total,
            "rmse": np.sqrt(squares),
            "r2": 1 - _ratio(squares, spread),
            "spearman": _correlation(weights, first(weights), second(weights)),
        }

    return figures


def _ranks(values: Float[np.ndarray, " n"]) -> Callable[[Weights], Weights]:
    """Mean ranks among works that count more than once; equal values share theirs."""
    _, index = np.unique(values, return_inverse=True)
    sums = sums_by(index, int(index.max()) + 1)

    def ranks(weights: Weights) -> Weights:
        counts = sums(weights)
        return np.asarray((np.cumsum(counts, 1) - counts / 2)[:, index])

    return ranks


def _correlation(weights: Weights, a: Weights, b: Weights) -> Float[np.ndarray, " d"]:
    total = weights.sum(1, keepdims=True)
    first, second = (x - (weights * x).sum(1, keepdims=True) / total for x in (a, b))
    shared = (weights * first * second).sum(1)
    alone = [(weights * np.square(x)).sum(1) for x in (first, second)]
    return _ratio(shared, np.sqrt(alone[0] * alone[1]))


def _ratio(
    part: Float[np.ndarray, " d"], whole: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d"]:
    return np.asarray(np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 1e-12))


def agreement(clusters: Int[np.ndarray, " n"], labels: Int[np.ndarray, " n"]) -> Statistic:
    """Adjusted Rand index and normalized mutual information."""
    found, known = (np.unique(x, return_inverse=True)[1] for x in (clusters, labels))
    _, cell = np.unique(found * len(known) + known, return_inverse=True)
    sums = [sums_by(x, int(x.max()) + 1) for x in (cell, found, known)]

    def figures(weights: Weights) -> Values:
        cells, rows, columns = (s(weights) for s in sums)
        total = weights.sum(1)
        return {
            "ari": _rand(_pairs(cells), _pairs(rows), _pairs(columns), total * (total - 1) / 2),
            "nmi": _shared(_entropy(cells), _entropy(rows), _entropy(columns)),
        }

    return figures


def _pairs(counts: Float[np.ndarray, "d k"]) -> Float[np.ndarray, " d"]:
    return np.asarray((counts * (counts - 1)).sum(1) / 2)


def _rand(
    both: Float[np.ndarray, " d"],
    first: Float[np.ndarray, " d"],
    second: Float[np.ndarray, " d"],
    total: Float[np.ndarray, " d"],
) -> Float[np.ndarray, " d"]:
    """Hubert, Arabie 1985; 1 where both put all together or all apart."""
    chance = np.divide(first * second, total, out=np.zeros_like(both), where=total > 0)
    most = (first + second) / 2
    return np.asarray(
        np.divide(both - chance, most - chance, out=np.ones_like(both), where=most > chance)
    )


def _entropy(counts: Float[np.ndarray, "d k"]) -> Float[np.ndarray, " d"]:
    shares = counts / counts.sum(1, keepdims=True)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(1))


def _shared(
    both: Float[np.ndarray, " d"], first: Float[np.ndarray, " d"], second: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d"]:
    most = (first + second) / 2
    return np.asarray(
        np.divide(first + second - both, most, out=np.ones_like(both), where=most > 1e-12)
    )
