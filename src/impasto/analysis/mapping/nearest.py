"""Which works are most alike, exactly."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Nearest(NamedTuple):
    """Of each work those most like it.

    Attributes:
        rows: Which, the nearest first.
        distances: How far: 0 for the same, at most 2.
    """

    rows: Int[np.ndarray, "m k"]
    distances: Float[np.ndarray, "m k"]


def nearest(
    directions: Float[np.ndarray, "n d"],
    *,
    count: int,
    to: Float[np.ndarray, "m d"] | None = None,
) -> Nearest:
    """Find for each work those most like it among the others.

    Args:
        directions: Unit vectors, among which to look.
        count: How many to find of each; fewer where there are fewer.
        to: Look for these instead; they are not among the others.

    Notes:
        Scikit-learn's exact search; on unit vectors the distance grows as the cosine falls.
    """
    from sklearn.neighbors import NearestNeighbors

    most = len(directions) - (to is None)
    if most < 1:
        return Nearest(np.empty((len(directions), 0), int), np.empty((len(directions), 0)))
    index = NearestNeighbors(n_neighbors=min(count, most), algorithm="brute", n_jobs=1)
    distances, rows = index.fit(directions).kneighbors(to)
    return Nearest(rows, np.asarray(distances, np.float64))
