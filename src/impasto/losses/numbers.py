"""How wrong a network is that predicts a number, such as a year."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.errors import DataError, SettingsError


def mean_squared_error(
    given: Float[Tensor, " _b"], wanted: Float[Tensor, " _b"]
) -> Float[Tensor, ""]:
    """Punish twice the error four times; 0 is perfect, lower is better.

    ``L = mean over works of (given - wanted)^2``

    Args:
        given: Numbers predicted.
        wanted: Numbers as they are; bring them near 0..1 or to unit deviation beforehand.

    Returns:
        The targets' unit, squared.

    Raises:
        DataError: If there are not as many numbers of each.

    Notes:
        torch's own. What it is least for is the mean: one work dated wrongly moves it far.
    """
    _check(given, wanted)
    return F.mse_loss(given, wanted)


def huber(
    given: Float[Tensor, " _b"], wanted: Float[Tensor, " _b"], *, delta: float = 1.0
) -> Float[Tensor, ""]:
    """Punish small errors by their square and large ones by their size; 0 is perfect.

    ``L = mean over works of e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2)``, with
    ``e = given - wanted``.

    Args:
        given: Numbers predicted.
        wanted: Numbers as they are.
        delta: From where on an error is large, in the targets' unit, above 0.

    Raises:
        DataError: If there are not as many numbers of each.
        SettingsError: If `delta` isn't above 0.

    Notes:
        torch's own. Huber 1964, Robust Estimation of a Location Parameter.
    """
    _check(given, wanted)
    if not delta > 0:
        raise SettingsError(f"expected a delta above 0, got {delta}; 1 is usual")
    return F.huber_loss(given, wanted, delta=delta)


def _check(given: Tensor, wanted: Tensor) -> None:
    """Refuse what torch would silently spread out: (b, 1) against (b,) is b × b errors."""
    if given.shape != wanted.shape:
        raise DataError(
            f"expected numbers of shape {tuple(wanted.shape)}, got {tuple(given.shape)}; "
            "give one for each work"
        )
