"""How far predicted numbers, such as years, lie from the true ones."""

import numpy as np
from jaxtyping import Real
from scipy.stats import spearmanr
from sklearn import metrics

from impasto.metrics.checks import Array, aligned


def mae(predicted: Real[Array, " _n"], targets: Real[Array, " _n"]) -> float:
    """Mean absolute error, in the targets' unit: from 0, lower is better (scikit-learn).

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    return float(metrics.mean_absolute_error(truth, given))


def rmse(predicted: Real[Array, " _n"], targets: Real[Array, " _n"]) -> float:
    """Root of the mean squared error, in the targets' unit: from 0, lower is better.

    It minds single large errors more than `mae` does (scikit-learn).

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    return float(metrics.root_mean_squared_error(truth, given))


def r2(predicted: Real[Array, " _n"], targets: Real[Array, " _n"]) -> float:
    """Share of the targets' variance that is explained: at most 1, higher is better.

    0 is what the targets' own mean reaches; below 0 is worse than that. One work alone has no
    variance: the result is NaN (scikit-learn's r2_score).

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    return float(metrics.r2_score(truth, given)) if len(truth) > 1 else float("nan")


def spearman(predicted: Real[Array, " _n"], targets: Real[Array, " _n"]) -> float:
    """Say whether works are put in the right order: -1..1, higher is better, 0 is no order.

    Spearman's rank correlation (scipy's spearmanr); NaN where either is the same for all works.

    Raises:
        DataError: If there are no works, or not as many predictions as targets.
    """
    given, truth = aligned(predicted, targets)
    if np.ptp(given) == 0 or np.ptp(truth) == 0:
        return float("nan")
    return float(spearmanr(given, truth).statistic)
