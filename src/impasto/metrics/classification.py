"""How often a network names the right class, and which classes it takes for which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn import metrics

from impasto.errors import SettingsError
from impasto.metrics.checks import Array, aligned, scored


@dataclass(frozen=True)
class ClassFigures:
    """How well one class is found; all but the last from 0 to 1, higher is better.

    Attributes:
        precision: Share of the works called so that are so; 0 where none was called so.
        recall: Share of the works that are so that were called so; 0 where there are none.
        f1: Harmonic mean of both.
        support: How many works are so.
    """

    precision: float
    recall: float
    f1: float
    support: int


def accuracy(predicted: Int[Array, " _n"], targets: Int[Array, " _n"]) -> float:
    """Share of works named rightly: 0..1, higher is better (scikit-learn's accuracy_score).

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    return float(metrics.accuracy_score(truth, given))


def balanced_accuracy(predicted: Int[Array, " _n"], targets: Int[Array, " _n"]) -> float:
    """Accuracy as if each class had as many works: 0..1, higher is better.

    The mean recall of the classes that occur among the targets (scikit-learn's
    balanced_accuracy_score; Brodersen et al. 2010, The balanced accuracy and its posterior).

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    present = np.unique(truth)
    return float(metrics.recall_score(truth, given, labels=present, average="macro"))


def macro(predicted: Int[Array, " _n"], targets: Int[Array, " _n"]) -> dict[str, float]:
    """Precision, recall and F1, each the mean over classes: 0..1, higher is better.

    Classes that neither occur nor are predicted don't count; what is undefined counts as 0
    (scikit-learn's precision_recall_fscore_support, average "macro").

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    figures = metrics.precision_recall_fscore_support(
        truth, given, average="macro", zero_division=0
    )
    return dict(zip(("precision", "recall", "f1"), (float(f) for f in figures[:3]), strict=True))


def per_class(
    predicted: Int[Array, " _n"], targets: Int[Array, " _n"], *, classes: Sequence[str]
) -> dict[str, ClassFigures]:
    """Precision, recall and F1 of every class by its name (scikit-learn).

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    columns = metrics.precision_recall_fscore_support(
        truth, given, labels=range(len(classes)), zero_division=0
    )
    rows = zip(*columns, strict=True)
    return {
        name: ClassFigures(float(p), float(r), float(f), int(s))
        for name, (p, r, f, s) in zip(classes, rows, strict=True)
    }


def in_top(
    scores: Float[Array, "_n k"], targets: Int[Array, " _n"], *, k: int = 3
) -> Float[np.ndarray, " n"]:
    """Say of every work whether its class is among the k with the highest scores: 1 or 0.

    Of equal scores the later class comes first, as in scikit-learn.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
        SettingsError: If k is less than 1.
    """
    if k < 1:
        raise SettingsError(f"expected a k of at least 1, got {k}; 3 is usual")
    given, truth = scored(scores, targets)
    best = np.argsort(given, axis=1, kind="stable")[:, ::-1][:, :k]
    return np.asarray((best == truth[:, None]).any(1), np.float64)


def top_k(scores: Float[Array, "_n k"], targets: Int[Array, " _n"], *, k: int = 3) -> float:
    """Share of works whose class is among the k likeliest: 0..1, higher is better.

    As scikit-learn's top_k_accuracy_score.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
        SettingsError: If k is less than 1.
    """
    return float(in_top(scores, targets, k=k).mean())


def confusion(
    predicted: Int[Array, " _n"], targets: Int[Array, " _n"], *, count: int
) -> Int[np.ndarray, "k k"]:
    """Count which class (row) was taken for which (column); right ones lie on the diagonal.

    Args:
        predicted: Classes named by the network.
        targets: Classes as they are.
        count: How many classes there are.

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    return np.asarray(metrics.confusion_matrix(truth, given, labels=range(count)))
