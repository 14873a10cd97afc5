"""Finding for each patch of the new picture the one of the source that is nearest."""

from itertools import product

import torch
from jaxtyping import Float, Int
from torch import Tensor

from impasto.creation.patches.bank import Bank
from impasto.creation.patches.grid import Field, Grid

COMPLETENESS = 0.001
"""GPNN's alpha: the smaller, the more is taken that nothing else resembles yet."""

_BLUR, _ROUNDS = 0.1, 20
"""Of the transport: its blur, in units of the mean squared distance, and how often it is set right.

A fifth of the blur changed nothing that could be measured."""

_LEAST = 1e-12
"""Against dividing by zero, where all patches are alike or some resemble nothing."""

_BLOCK = 1 << 22
"""Distances that are held at a time."""

_CROSS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
_AROUND = tuple(product((-1, 0, 1), (-1, 0, 1)))


def evenly(seen: Float[Tensor, "q d"], known: Float[Tensor, "m d"]) -> Int[Tensor, " q"]:
    """Search all patches of the sources, and favor those that would be used too seldom.

    So the new layout comes near to the proportions of the source's: as much sky, as deep shadows.
    The nearest ones alone are too often of a middling color, since what is compared is a mean of
    several.

    Args:
        seen: The patches of the new picture.
        known: Those of the sources. All distances between both are held.

    Returns:
        The number of the one that most of each is carried to.

    Notes:
        Cuturi 2013, arXiv:1306.0895, algorithm 1: optimal transport, blurred. Between patches:
        Houdard et al. 2020, arXiv:2007.03408.
    """
    asked, offered = _to_multiply(seen, known)
    distances = (asked @ offered).clamp_min_(0)
    blur = max(_BLUR * float(distances.mean()), _LEAST)
    distances -= distances.amin(0)
    distances -= distances.amin(1, keepdim=True)  # a zero in each row and column: no sum vanishes
    near = distances.div_(-blur).exp_().clamp_min_(_LEAST)
    weights = torch.ones(len(known))
    for _ in range(_ROUNDS):
        carried = near.T @ (1 / (near @ weights))
        weights = len(seen) / len(known) / carried
    return (near * weights).argmax(1)


def everywhere(
    seen: Float[Tensor, "q d"], known: Float[Tensor, "m d"], *, scale: float
) -> Int[Tensor, " q"]:
    """Search all patches of the sources, and prefer those that nothing resembles yet.

    Args:
        seen: The patches of the new picture.
        known: Those of the sources.
        scale: Numbers in a patch, by which distances are divided.

    Returns:
        The number of the nearest one for each.

    Notes:
        GPNN, eq. 2: a distance is divided by alpha plus that of the source's patch to its own
        nearest in the new picture.
    """
    asked, offered = _to_multiply(seen, known)
    blocks = torch.split(asked, max(1, _BLOCK // len(known)))
    missing = torch.full((len(known),), torch.inf)
    for block in blocks:
        missing = missing.minimum((block @ offered).amin(0))
    offered = offered / (COMPLETENESS + missing.clamp_min(0) / scale)
    return torch.cat([(block @ offered).argmin(1) for block in blocks])


def _to_multiply(
    seen: Float[Tensor, "q d"], known: Float[Tensor, "m d"]
) -> tuple[Float[Tensor, "q n"], Float[Tensor, "n m"]]:
    """Two matrices whose product is the squared distances: one pass over them instead of four."""
    squares, own = seen.square().sum(1, keepdim=True), known.square().sum(1, keepdim=True)
    asked = torch.cat([seen, torch.ones_like(squares), squares], 1)
    return asked, torch.cat([-2 * known, own, torch.ones_like(own)], 1).T


def nearby(
    seen: Float[Tensor, "q d"], known: Float[Tensor, "m d"], field: Field, grid: Grid, bank: Bank
) -> Int[Tensor, " q"]:
    """Search where the neighbors' patches were found on the scale before, and around the best.

    Takes what `everywhere` does, and where patches were found before; linear in the picture's size.
    """
    best, least = torch.zeros(len(seen), dtype=torch.long), torch.full((len(seen),), torch.inf)

    def offer(numbers: Tensor) -> None:
        distance = (known[numbers] - seen).square_().sum(1)
        nearer = distance < least
        best[nearer], least[nearer] = numbers[nearer], distance[nearer]

    for step in _CROSS:
        offer(field.carried(grid, bank, step))
    sheet, row, column = bank.places(best)
    for down, right in _AROUND:
        offer(bank.numbers(sheet, row + down, column + right))
    return best
