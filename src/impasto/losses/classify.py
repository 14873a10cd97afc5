"""How wrong a network is that chooses one class of several."""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from impasto.errors import DataError, SettingsError


def cross_entropy(
    logits: Float[Tensor, "_b k"],
    targets: Int[Tensor, " _b"],
    *,
    smoothing: float = 0.0,
    weights: Float[Tensor, " _k"] | None = None,
) -> Float[Tensor, ""]:
    """Ask how surprised the network is by the right class; 0 is not at all, lower is better.

    ``L = mean over works of -log p[y]``, with ``p = softmax(logits)`` and y the right class.

    Args:
        logits: Any real numbers, a column a class.
        targets: The right classes.
        smoothing: Share of the truth, 0..1, that is spread evenly over all classes, so that the
            network is not driven to be ever surer; then the least loss is above 0.
        weights: How much each class counts; the mean is weighted, too.

    Returns:
        Nats a work, from 0.

    Raises:
        DataError: If the shapes don't belong together.
        SettingsError: If `smoothing` is out of its range.

    Notes:
        torch's own. Smoothing: Szegedy et al. 2016, section 7, arXiv:1512.00567.
    """
    _check(logits, targets, weights)
    if not 0 <= smoothing < 1:
        raise SettingsError(f"expected a smoothing from 0 to below 1, got {smoothing}; try 0.1")
    return F.cross_entropy(logits, targets, weights, label_smoothing=smoothing)


def focal(
    logits: Float[Tensor, "_b k"],
    targets: Int[Tensor, " _b"],
    *,
    gamma: float = 2.0,
    weights: Float[Tensor, " _k"] | None = None,
) -> Float[Tensor, ""]:
    """Cross-entropy that minds the hard works and forgets the easy ones; 0 is perfect.

    ``L = mean over works of -(1 - p[y])^gamma log p[y]``, with ``p = softmax(logits)``.

    Args:
        logits: Any real numbers, a column a class.
        targets: The right classes.
        gamma: How soon a work counts as easy, from 0; at 0 this is cross-entropy.
        weights: How much each class counts; the mean is weighted, too.

    Raises:
        DataError: If the shapes don't belong together.
        SettingsError: If `gamma` is negative.

    Notes:
        Lin et al. 2017, eq. 4 and 5, arXiv:1708.02002. Differs: they divide by the number of
        objects in a picture, this by the sum of the weights.
    """
    _check(logits, targets, weights)
    if gamma < 0:
        raise SettingsError(f"expected a gamma of at least 0, got {gamma}; 2 is usual")
    surprise = F.cross_entropy(logits, targets, reduction="none")
    wrong = -torch.expm1(-surprise)  # 1 - p, exact where p is nearly 1
    losses = (wrong + 1e-12) ** gamma * surprise  # a slope at 0 for every gamma
    counted = torch.ones_like(losses) if weights is None else weights[targets]
    return (losses * counted).sum() / counted.sum()


def _check(logits: Tensor, targets: Tensor, weights: Tensor | None) -> None:
    if len(logits) != len(targets):
        raise DataError(
            f"expected logits of {len(targets)} works, got {len(logits)}; give a row for each"
        )
    if weights is not None and len(weights) != logits.shape[1]:
        raise DataError(
            f"expected weights of {logits.shape[1]} classes, got {len(weights)}; give one for each"
        )
