"""How far predicted shares of votes lie from the ones that were cast."""

import numpy as np
from jaxtyping import Float

from impasto.errors import DataError
from impasto.metrics.checks import Array, aligned


def emds(given: Float[Array, "_n _k"], wanted: Float[Array, "_n _k"]) -> Float[np.ndarray, " n"]:
    """Say of every work how many marks, on average, a vote must move to set the shares right.

    Args:
        given: Shares predicted, rows that sum to 1, classes in their order.
        wanted: Shares of the votes cast.

    Returns:
        From 0, the same shares, to k - 1, all votes at opposite ends; lower is better.

    Raises:
        DataError: If there are no works, the shapes differ, or a row doesn't sum to 1.

    Notes:
        The earth mover's distance in one dimension is the sum of the differences between both
        cumulative distributions; equal to scipy's wasserstein_distance over 0..k - 1.
    """
    first, second = aligned(given, wanted)
    if first.shape != second.shape:
        raise DataError(
            f"expected shares of {second.shape[1]} classes, got {first.shape[1]}; use the columns "
            "that the network was trained on"
        )
    sums = np.concatenate([first.sum(1), second.sum(1)])
    if np.abs(sums - 1).max() > 1e-3:
        raise DataError("expected shares that sum to 1 for each work; divide votes by their number")
    return np.asarray(np.abs(np.cumsum(first - second, 1)[:, :-1]).sum(1))


def emd(given: Float[Array, "_n _k"], wanted: Float[Array, "_n _k"]) -> float:
    """Mean over works of `emds`, in steps between marks: from 0 to k - 1, lower is better.

    Raises:
        DataError: If there are no works, the shapes differ, or a row doesn't sum to 1.
    """
    return float(emds(given, wanted).mean())


def constant(training: Float[Array, "m k"], *, count: int) -> Float[np.ndarray, "count k"]:
    """Predict the mean shares of the training works for every work: what each row is set beside.

    Raises:
        DataError: If there are no works.
    """
    (shares,) = aligned(training)
    return np.tile(shares.mean(0), (count, 1))
