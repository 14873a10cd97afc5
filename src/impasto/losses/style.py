"""How unlike two manners of painting are, seen by a perceptual network."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.networks.layers import precise

Features = list[Tensor]


def gram(features: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c c"]:
    """Measure which channels fire together, forgetting where.

    Args:
        features: Activations of one layer, any real range.

    Returns:
        Mean products of channel pairs; symmetric; unit: activation squared.

    Notes:
        Gatys, Ecker, Bethge 2015, eq. 3, arXiv:1508.06576. Differs: the paper sums over
        positions, this takes the mean, so that sizes compare.
    """
    flat = features.permute(0, 2, 3, 1).flatten(1, 2)  # no copy where channels come last
    return precise(flat.transpose(1, 2) @ flat) / flat.shape[1]


def relative(given: Float[Tensor, "b ..."], wanted: Float[Tensor, "b ..."]) -> Float[Tensor, ""]:
    """Compare two sets of numbers as a share of the wanted one's energy; 0 is equal.

    Relative, so that no layer and no painting outshouts the others; a tenth of the batch's mean
    energy is added, so that an empty corner of a canvas, which has almost none, doesn't either.
    """
    energy = wanted.flatten(1).square().sum(1)
    difference = (given - wanted).flatten(1).square().sum(1)
    return (difference / (energy + 0.1 * energy.mean() + 1e-6)).mean()


def style_loss(
    given: Features, wanted: Features, *, weights: Sequence[float] | None = None
) -> Float[Tensor, ""]:
    """Say how unlike a painting's manner a picture is; 0 is the same manner.

    Args:
        given: Features of the pictures made, a layer each, ``(b, c, h, w)``.
        wanted: Features of the paintings, the same layers.
        weights: How much each layer counts; all the same unless given.

    Notes:
        The sum over layers of relative squared differences of mean and deviation (Li et al. 2017,
        Demystifying Neural Style Transfer, arXiv:1701.01036) and of `gram`. The deviation is
        taken from the gram's diagonal, which holds the mean squares.
    """
    total = torch.zeros((), device=given[0].device)
    for g, w, weight in zip(given, wanted, weights or [1.0] * len(given), strict=True):
        (made, mades), (painted, painteds) = summary(g), summary(w)
        total = total + weight * (relative(made, painted) + relative(mades, painteds))
    return total


def summary(features: Float[Tensor, "b c h w"]) -> tuple[Tensor, Tensor]:
    """Return the mean and deviation of each channel in one row, and the gram."""
    products = gram(features)
    mean = precise(features.mean((2, 3)))
    variance = products.diagonal(dim1=1, dim2=2) - mean.square()
    return torch.cat([mean, variance.clamp_min(0).add(1e-5).sqrt()], 1), products
