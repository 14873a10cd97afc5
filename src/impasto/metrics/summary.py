"""Every figure of a task with its 95 % interval, by name: what a report is made from."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Shaped

from impasto.errors import DataError, SettingsError
from impasto.metrics import weighted
from impasto.metrics.calibration import choices
from impasto.metrics.checks import Array, aligned, as_numpy, scored
from impasto.metrics.classification import in_top
from impasto.metrics.clustering import silhouettes
from impasto.metrics.distributions import emds
from impasto.metrics.intervals import Estimate, estimates, mean
from impasto.metrics.resampling import Statistic

Figures = dict[str, Estimate]
TASKS = ("classify", "regress", "distribution", "cluster")


def summary(
    task: str,
    predictions: Shaped[Array, "_n ..."],
    targets: Shaped[Array, "_n ..."] | None,
    *,
    groups: Sequence[str] | None = None,
    features: Float[Array, "_n d"] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Figures:
    """Measure a network on works it has not seen, each figure with its 95 % interval.

    Args:
        task: "classify", "regress", "distribution" or "cluster".
        predictions: Probabilities ``(n, k)``, numbers ``(n,)``, shares ``(n, k)``, or the number of
            each work's cluster ``(n,)``.
        targets: Classes ``(n,)``, numbers ``(n,)``, shares ``(n, k)``, or known labels ``(n,)``,
            if clusters have any.
        groups: What works have in common, such as their artist, where the split was made by it.
        features: Where clusters were sought, for their silhouette.
        draws: How many test sets are drawn for the intervals.
        seed: Source of every random choice.

    Returns:
        classify: accuracy, balanced_accuracy, macro_precision, macro_recall, macro_f1, ece, and
        top_3 if there are more than 5 classes; regress: mae, rmse, r2, spearman; distribution:
        emd; cluster: silhouette, and with labels ari and nmi.

    Raises:
        DataError: If there are no works, or not as many predictions as targets or groups.
        SettingsError: If there is no such task.
    """
    asked = _Asked(groups, draws, seed)
    if task == "cluster":
        return _cluster(predictions, targets, features, asked)
    if task not in TASKS:
        raise SettingsError(f"expected a task of {', '.join(TASKS)}, got {task!r}")
    if targets is None:
        raise DataError(f"expected targets to {task} by, got none; give the labels of the works")
    return _MEASURES[task](predictions, targets, asked)


def by_class(
    predicted: Shaped[Array, " _n"],
    targets: Shaped[Array, " _n"],
    *,
    classes: Sequence[str],
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> dict[str, Figures]:
    """Precision, recall and F1 of every class by its name, each with its 95 % interval.

    Args:
        predicted: Classes named by the network.
        targets: Classes as they are.
        classes: Their names.
        groups: What works have in common, such as their artist.
        draws: How many test sets are drawn for the intervals.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or not as many predictions as targets or groups.
    """
    given, truth = aligned(predicted, targets)
    statistic = weighted.by_class(given, truth, [str(i) for i in range(len(classes))])
    found = _Asked(groups, draws, seed).of(statistic, len(truth))
    kinds = ("precision", "recall", "f1")
    return {name: {k: found[f"{k} of {i}"] for k in kinds} for i, name in enumerate(classes)}


def calibration_error(
    probabilities: Float[Array, "_n k"],
    targets: Shaped[Array, " _n"],
    *,
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Expected calibration error with its 95 % interval; see `impasto.metrics.calibration.ece`.

    Args:
        probabilities: Rows that sum to 1.
        targets: Classes as they are.
        groups: What works have in common, such as their artist.
        draws: How many test sets are drawn for the interval.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or not as many rows as targets or groups.
    """
    return _gap(probabilities, targets, _Asked(groups, draws, seed))


class _Asked:
    """How intervals are wanted."""

    def __init__(self, groups: Sequence[str] | None, draws: int, seed: int) -> None:
        self.groups, self.draws, self.seed = groups, draws, seed

    def of(self, statistic: Statistic, count: int) -> Figures:
        return estimates(
            statistic, count=count, groups=self.groups, draws=self.draws, seed=self.seed
        )

    def mean(self, scores: Shaped[np.ndarray, " n"]) -> Estimate:
        return mean(scores, groups=self.groups, draws=self.draws, seed=self.seed)


def _classify(predictions: Array, targets: Array, asked: _Asked) -> Figures:
    given, truth = scored(predictions, targets)
    count, many = given.shape
    figures = asked.of(weighted.named(given.argmax(1), truth, many), count)
    figures["accuracy"] = asked.mean(given.argmax(1) == truth)
    if many > 5:
        figures["top_3"] = asked.mean(in_top(given, truth))
    return figures | {"ece": _gap(given, truth, asked)}


def _gap(probabilities: Array, targets: Array, asked: _Asked) -> Estimate:
    confidence, right = choices(probabilities, targets)
    gaps = asked.of(weighted.miscalibrated(confidence, right.astype(float)), len(right))
    return _reflected(gaps["ece"])


def _reflected(figure: Estimate) -> Estimate:
    """Turn the interval of a figure about its value.

    Draws from few works lie above it by as much as it lies above the truth, since chance alone
    parts confidence from accuracy: Davison, Hinkley 1997, the basic bootstrap.
    """
    low, high = 2 * figure.value - figure.high, 2 * figure.value - figure.low
    return Estimate(figure.value, max(0.0, low), min(1.0, high), figure.note)


def _regress(predictions: Array, targets: Array, asked: _Asked) -> Figures:
    given, truth = (x.astype(np.float64) for x in aligned(predictions, targets))
    return asked.of(weighted.numbers(given, truth), len(truth))


def _distribution(predictions: Array, targets: Array, asked: _Asked) -> Figures:
    return {"emd": asked.mean(emds(predictions, targets))}


def _cluster(
    clusters: Array, labels: Array | None, features: Array | None, asked: _Asked
) -> Figures:
    found = as_numpy(clusters)
    figures: Figures = {}
    if features is not None:
        figures["silhouette"] = asked.mean(silhouettes(features, found))
    if labels is not None:
        found, known = aligned(found, labels)
        figures |= asked.of(weighted.agreement(found, known), len(found))
    return figures


_MEASURES: dict[str, Callable[[Array, Array, _Asked], Figures]] = {
    "classify": _classify,
    "regress": _regress,
    "distribution": _distribution,
}
