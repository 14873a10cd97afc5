"""How wrong a network is whose classes have an order: marks from 1 to 5, centuries, votes."""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from impasto.errors import DataError


def ordinal(logits: Float[Tensor, "_b k"], targets: Int[Tensor, " _b"]) -> Float[Tensor, ""]:
    """Ask at each step of the scale whether the work lies above; far misses cost more than near.

    ``L = mean over works of sum over j < k of -log F[j] where y <= j, else -log(1 - F[j])``, with
    ``F[j] = p[1] + … + p[j]``, ``p = softmax(logits)`` and y the right class.

    Args:
        logits: Any real numbers, a column a class, in their order.
        targets: The right classes.

    Returns:
        Nats a work, from 0, which is perfect.

    Raises:
        DataError: If there are not as many rows as targets.

    Notes:
        Cross-entropies of the cumulative probabilities: the ranked ignorance score of Tödter,
        Ahrens 2012, Generalization of the Ignorance Score, Mon. Weather Rev. 140, a proper score.
        Cumulative links (McCullagh 1980) and CORN (Shi et al. 2021, arXiv:2111.08851) ask the same
        of k - 1 outputs; here the k logits stay those of any other network, and softmax
        reads them.
    """
    if len(logits) != len(targets):
        raise DataError(
            f"expected logits of {len(targets)} works, got {len(logits)}; give a row for each"
        )
    logs = F.log_softmax(logits, 1)
    below = logs.logcumsumexp(1)[:, :-1]
    above = logs.flip(1).logcumsumexp(1).flip(1)[:, 1:]
    steps = torch.arange(logits.shape[1] - 1, device=logits.device)
    return -torch.where(targets[:, None] <= steps, below, above).sum(1).mean()


def earth_movers(
    logits: Float[Tensor, "_b k"], shares: Float[Tensor, "_b _k"]
) -> Float[Tensor, ""]:
    """Ask how far votes must move to turn the predicted shares into those cast; 0 is not at all.

    ``L = mean over works of sum over j of (F[j] - G[j])^2``, with ``F[j] = p[1] + … + p[j]``,
    ``p = softmax(logits)``, and G likewise of the shares.

    Args:
        logits: Any real numbers, a column a mark, in their order.
        shares: Of the votes, rows that sum to 1.

    Returns:
        From 0, the same shares, to k - 1, all votes at opposite ends.

    Raises:
        DataError: If the shapes differ.

    Notes:
        Hou, Yu, Samaras 2016, arXiv:1611.05916; NIMA (Talebi, Milanfar 2018,
        arXiv:1709.05424) takes its root, whose gradient is infinite at perfection.
    """
    if logits.shape != shares.shape:
        raise DataError(
            f"expected logits of shape {tuple(shares.shape)}, got {tuple(logits.shape)}; give one "
            "for each mark"
        )
    return (logits.softmax(1) - shares).cumsum(1).square().sum(1).mean()
