"""The palette of a picture as nine numbers, and moving one palette to another."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

SIZE = 9
"""Numbers of a palette: the mean color, and the six of the root of the colors' covariance."""

FAINTEST = 0.05
"""Deviation below which a color counts as not there: a gray photograph has noise alone to give."""

_ROWS, _COLUMNS = (0, 0, 0, 1, 1, 2), (0, 1, 2, 1, 2, 2)


def palette(picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 9"]:
    """Sum the colors up: their mean, and the root of their covariance, which may be averaged."""
    with torch.autocast(picture.device.type, enabled=False):
        flat = picture.float().flatten(2)
        mean = flat.mean(2, keepdim=True)
        squares = flat @ flat.mT / flat.shape[2]
    root = _power(squares - mean @ mean.mT, 0.5)
    return torch.cat([mean[..., 0], root[:, _ROWS, _COLUMNS]], 1)


def move(
    target: Float[Tensor, "b 9"], own: Float[Tensor, "b 9"], *, loudest: float = math.inf
) -> tuple[Float[Tensor, "b 3 3"], Float[Tensor, "b 3"]]:
    """Find the matrix and the shift that turn one's own palette into the target's, moving least.

    Args:
        target: The palette to reach.
        own: The palette as it is.
        loudest: Most that colors are spread; there is no limit unless given.

    Notes:
        Pitié, Kokaram 2007, The linear Monge-Kantorovitch colour mapping. Differs: both covariances
        are raised by `FAINTEST` squared, so that noise is not taken for color.
    """
    wanted, given = (_covariance(p) for p in (target, own))
    root = _power(given, 0.5)
    back = _power(given, -0.5)
    matrix = back @ _power(root @ wanted @ root, 0.5) @ back
    if loudest < math.inf:
        matrix = _power(matrix, 1.0, most=loudest)
    return matrix, target[:, :3] - (matrix @ own[:, :3, None])[..., 0]


def recolor(
    picture: Float[Tensor, "b 3 h w"], matrix: Float[Tensor, "b 3 3"], shift: Float[Tensor, "b 3"]
) -> Float[Tensor, "b 3 h w"]:
    """Move every color as `move` says, in float32 whatever the surroundings say."""
    with torch.autocast(picture.device.type, enabled=False):
        flat = torch.baddbmm(shift[..., None], matrix, picture.float().flatten(2))
    return flat.view_as(picture)


def _covariance(palette: Float[Tensor, "b 9"]) -> Float[Tensor, "b 3 3"]:
    """Square the root that a palette holds: positive, whatever numbers somebody made up."""
    root = palette.new_zeros(len(palette), 3, 3)
    root[:, _ROWS, _COLUMNS] = palette[:, 3:]
    root[:, _COLUMNS, _ROWS] = palette[:, 3:]
    return root @ root + FAINTEST**2 * torch.eye(3, device=root.device)


def _power(
    matrix: Float[Tensor, "b 3 3"], exponent: float, *, most: float = math.inf
) -> Float[Tensor, "b 3 3"]:
    """Raise symmetric positive matrices to a power, whose eigenvalues may be limited."""
    values, vectors = torch.linalg.eigh(matrix.cpu().double())  # not every device has it
    raised = (values.clamp_min(1e-12) ** exponent).clamp(max=most)
    powered: Tensor = (vectors * raised[:, None]) @ vectors.mT
    return powered.to(matrix)
