"""Whether a network that says 80 % is right eight times out of ten, and how to make it so."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn import metrics

from impasto.errors import SettingsError
from impasto.metrics.checks import Array, scored

COLDEST, HOTTEST = 0.05, 20.0
"""Temperatures between which the honest one is sought."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """The numbers of a reliability diagram, a row a bin that holds any work.

    Attributes:
        confidence: Mean of what the network said of its choice, 0..1.
        accuracy: How often the choice was right, 0..1; on the diagonal where it is honest.
        count: Works in the bin.
    """

    confidence: Float[np.ndarray, " bins"]
    accuracy: Float[np.ndarray, " bins"]
    count: Int[np.ndarray, " bins"]


def choices(
    probabilities: Float[Array, "_n k"], targets: Int[Array, " _n"]
) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Return how sure the network is of its choice for every work, and whether it was right.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
    """
    given, truth = scored(probabilities, targets)
    return given.max(1), given.argmax(1) == truth


def bin_index(
    confidence: Float[np.ndarray, " n"], *, bins: int = 15, mass: bool = False
) -> Int[np.ndarray, " n"]:
    """Sort confidences into bins ((i - 1)/bins, i/bins], or into ones of equally many works.

    Raises:
        SettingsError: If there is no bin.
    """
    if bins < 1:
        raise SettingsError(f"expected at least 1 bin, got {bins}; 15 is usual")
    if not mass:
        return np.asarray(np.clip(np.ceil(confidence * bins) - 1, 0, bins - 1), int)
    ranks = np.empty(len(confidence), int)
    ranks[np.argsort(confidence, kind="stable")] = np.arange(len(confidence))
    return ranks * bins // len(confidence)


def reliability(
    probabilities: Float[Array, "_n k"],
    targets: Int[Array, " _n"],
    *,
    bins: int = 15,
    mass: bool = False,
) -> Reliability:
    """Compare what the network said with how often it was right, from unsure to sure.

    Args:
        probabilities: Rows that sum to 1.
        targets: Classes as they are.
        bins: How many steps of confidence there are.
        mass: Put equally many works into each bin, instead of making all equally wide.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
        SettingsError: If there is no bin.
    """
    confidence, right = choices(probabilities, targets)
    index = bin_index(confidence, bins=bins, mass=mass)
    count = np.bincount(index, minlength=bins)
    kept = count > 0
    means = [np.bincount(index, v, bins)[kept] / count[kept] for v in (confidence, right)]
    return Reliability(means[0], means[1], count[kept])


def ece(
    probabilities: Float[Array, "_n k"],
    targets: Int[Array, " _n"],
    *,
    bins: int = 15,
    mass: bool = False,
) -> float:
    """Expected calibration error: how far, on average, confidence lies from accuracy.

    From 0 to 1, lower is better; but it is never quite 0 for few works, and says nothing about
    accuracy.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
        SettingsError: If there is no bin.

    Notes:
        Naeini et al. 2015; Guo et al. 2017, eq. 3, arXiv:1706.04599. With `mass`, the adaptive
        one of Nixon et al. 2019, arXiv:1904.01685, of the class that was chosen.
    """
    table = reliability(probabilities, targets, bins=bins, mass=mass)
    return float(np.average(np.abs(table.confidence - table.accuracy), weights=table.count))


def fit_temperature(
    logits: Float[Array, "_n k"], targets: Int[Array, " _n"], *, prior: float = 0.0
) -> float:
    """Find the number by which to divide logits so that probabilities become honest.

    Args:
        logits: Of works that the network was not trained on, and that aren't the test's.
        targets: Classes as they are.
        prior: About how many works the belief is worth that the temperature is 1: a handful of
            works moves it little, and hundreds as far as they would alone.

    Returns:
        The temperature, 0.05..20: above 1 where the network was too sure. It changes no choice.

    Raises:
        DataError: If there are no works, or not as many rows as targets.

    Notes:
        Guo et al. 2017, section 4.2, arXiv:1706.04599. Minimizes the negative log likelihood,
        which is convex in 1/T, over log T. Ours: the summed likelihood is penalized by
        prior (log T)² / 2, a normal prior of log T about 0. A work's likelihood bends by about 1
        over log T where logits differ by a few, so that the prior weighs about as much as so many
        works. Without it, works that are all right would make T as small as it may be.
    """
    given, truth = scored(logits, targets)
    rows = np.arange(len(truth))

    def cost(log_temperature: float) -> float:
        logs = log_softmax(given / np.exp(log_temperature), axis=1)
        belief = prior * log_temperature**2 / 2
        return (belief - float(logs[rows, truth].sum())) / len(truth)

    best = minimize_scalar(cost, bounds=np.log([COLDEST, HOTTEST]), method="bounded")
    return float(np.exp(best.x))


def calibrated(logits: Float[Array, "n k"], *, temperature: float) -> Float[np.ndarray, "n k"]:
    """Turn logits into probabilities at a temperature; rows sum to 1."""
    return np.asarray(softmax(np.asarray(logits, np.float64) / temperature, axis=1))


def brier(probabilities: Float[Array, "_n k"], targets: Int[Array, " _n"]) -> float:
    """Squared distance of the probabilities from the truth: 0..2, lower is better.

    Summed over classes, mean over works (Brier 1950; scikit-learn's brier_score_loss,
    not halved).

    Raises:
        DataError: If there are no works, or not as many rows as targets.
    """
    given, truth = scored(probabilities, targets)
    return float(np.square(given - np.eye(given.shape[1])[truth]).sum(1).mean())


def nll(probabilities: Float[Array, "_n k"], targets: Int[Array, " _n"]) -> float:
    """Negative log likelihood, in nats a work: from 0, lower is better (scikit-learn's log_loss).

    Raises:
        DataError: If there are no works, or not as many rows as targets.
    """
    given, truth = scored(probabilities, targets)
    given = given / given.sum(1, keepdims=True)
    return float(metrics.log_loss(truth, given, labels=np.arange(given.shape[1])))
