"""Good and varied are two things: precision says how real pictures look, recall how varied."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.distance import cdist

from impasto.errors import DataError
from impasto.metrics.checks import Array, as_numpy
from impasto.metrics.intervals import Estimate, mean

NEIGHBORS = 3
"""How far a work reaches: to its third nearest."""

FEW = 100
"""Works or pictures from which on the neighborhoods are small enough to mean something."""


@dataclass(frozen=True)
class Manifold:
    """How a set of pictures lies to a set of works.

    Attributes:
        precision: Share of the pictures that lie where works lie; 1 is best.
        recall: Share of the works that lie where pictures lie; 1 is best, and little is collapse.
    """

    precision: Estimate
    recall: Estimate


def manifold(
    real: Float[Array, "n d"], made: Float[Array, "m d"], *, neighbors: int = NEIGHBORS
) -> Manifold:
    """Measure apart how real pictures look and how much of the works' variety they have.

    Args:
        real: Features of works.
        made: Features of what was made, best as many.
        neighbors: How far each reaches: to so many of its own kind.

    Raises:
        DataError: If there are not more of each than neighbors, or features aren't finite.

    Notes:
        Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. 1 and 2. The intervals are Wilson's: other
        pictures beside the same works for the precision, other works beside the same pictures for
        the recall.
    """
    x, y = _checked(real, neighbors), _checked(made, neighbors)
    apart = cdist(x, y)
    note = warning(min(len(x), len(y)))
    return Manifold(
        precision=_share(covered(apart, radii(x, neighbors)), note),
        recall=_share(covered(apart.T, radii(y, neighbors)), note),
    )


def radii(points: Float[np.ndarray, "n d"], neighbors: int) -> Float[np.ndarray, " n"]:
    """How far it is from each point to its nearest but so many."""
    apart = cdist(points, points)
    return np.asarray(np.partition(apart, neighbors, axis=1)[:, neighbors])


def covered(
    apart: Float[np.ndarray, "n m"], reach: Float[np.ndarray, " n"]
) -> Bool[np.ndarray, " m"]:
    """Tell which of the second points lie within the reach of any of the first."""
    return np.asarray((apart <= reach[:, None]).any(0))


def warning(count: int) -> str:
    """Say that there are too few for the figure, if so."""
    if count >= FEW:
        return ""
    return f"measured with {count}, and fewer than {FEW} make precision and recall rough"


def _share(hit: Bool[np.ndarray, " n"], note: str) -> Estimate:
    found = mean(hit)
    return Estimate(found.value, found.low, found.high, "; ".join(filter(None, [note, found.note])))


def _checked(features: Float[Array, "n d"], neighbors: int) -> Float[np.ndarray, "n d"]:
    found = as_numpy(features)
    if len(found) <= neighbors or not np.isfinite(found).all():
        raise DataError(
            f"expected finite features of more than {neighbors} pictures, got {len(found)}; add "
            "some"
        )
    return found
