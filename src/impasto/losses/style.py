"""How far a picture's manner lies from a painting's."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.networks.layers import moments, precise

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
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def relative(given: Float[Tensor, "b ..."], wanted: Float[Tensor, "b ..."]) -> Float[Tensor, ""]:
    """Compare two sets of numbers as a share of the wanted one's energy; 0 is equal.

    Relative, so that no layer and no painting outshouts the others; a tenth of the batch's mean
    energy is added, so that an empty corner of a canvas, which has almost none, doesn't either.
    """
    given, wanted = precise(given), precise(wanted)
    energy = wanted.flatten(1).square().sum(1)
    difference = (given - wanted).flatten(1).square().sum(1)
    return (difference / (energy + 0.1 * energy.mean() + 1e-6)).mean()


def style_loss(given: Features, wanted: Features, *, grams: int = 4) -> Float[Tensor, ""]:
    """Say how unlike a painting's manner a picture is; 0 is the same manner.

    Args:
        given: Features of the pictures made, a layer each, ``(b, c, h, w)``.
        wanted: Features of the paintings, the same layers.
        grams: How many layers, from the finest, are also compared by `gram`.

    Notes:
        The sum of relative squared differences of `moments` (Li et al. 2017, Demystifying Neural
        Style Transfer, arXiv:1701.01036) and of `gram`.
    """
    total = torch.zeros((), device=given[0].device)
    for layer, (g, w) in enumerate(zip(given, wanted, strict=True)):
        total = total + relative(moments(g), moments(w))
        if layer < grams:
            total = total + relative(gram(g), gram(w))
    return total
