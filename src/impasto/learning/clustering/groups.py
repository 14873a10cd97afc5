"""Groups of works that lie close to each other, by k-means or by HDBSCAN."""

from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

import numpy as np
from jaxtyping import Float, Int
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import ThreadpoolController

from impasto.metrics.clustering import NONE, Assign, Find

Method = Literal["kmeans", "hdbscan"]

AXES: dict[Method, int] = {"kmeans": 32, "hdbscan": 10}
"""Principal axes that groups are sought along; density, which HDBSCAN needs, thins out in more."""

NEIGHBORS = 5
"""Works within reach from which on HDBSCAN takes a place for dense."""


@cache
def _threads() -> ThreadpoolController:
    """Find what computes on several threads, once: that takes longer than to group works."""
    return ThreadpoolController()


@dataclass(frozen=True)
class Space:
    """Where groups are sought: the axes along which works differ most.

    Attributes:
        middle: Of the works' features.
        axes: Of length 1, a row each, the one along which they differ most first.
        share: How much of all variance lies along them, 0..1.
    """

    middle: Float[np.ndarray, " d"]
    axes: Float[np.ndarray, "p d"]
    share: float = 1.0

    def of(self, features: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "m p"]:
        """Place works in it."""
        return np.asarray((features.astype(np.float64) - self.middle) @ self.axes.T)


def space_of(features: Float[np.ndarray, "n d"], method: Method) -> Space:
    """Find the principal axes of works."""
    many = min(AXES[method], len(features) - 1, features.shape[1])
    with _threads().limit(limits=1):
        found = PCA(many, svd_solver="full").fit(features.astype(np.float64))
    share = float(np.nan_to_num(found.explained_variance_ratio_).sum())
    return Space(found.mean_, found.components_, share)


@dataclass(frozen=True, eq=False)
class Groups:
    """Works in groups.

    Attributes:
        places: Of the works, in their space.
        numbers: The group of each work, the largest first, from 0; -1: in none.
        centers: The mean of each group.
        reach: How far from the nearest of its works a group reaches: infinitely for k-means.
    """

    places: Float[np.ndarray, "n p"]
    numbers: Int[np.ndarray, " n"]
    centers: Float[np.ndarray, "k p"]
    reach: Float[np.ndarray, " k"]

    def __len__(self) -> int:
        return len(self.centers)

    def sizes(self) -> list[int]:
        """How many works each group has."""
        return [int((self.numbers == k).sum()) for k in range(len(self))]

    def of(self, places: Float[np.ndarray, "m p"]) -> Int[np.ndarray, " m"]:
        """Say which group works belong to, new ones too: 0 and up; -1: none.

        By k-means that of the nearest center. By HDBSCAN that of the nearest work, if that is in
        a group and not farther than works of the group are from each other.
        """
        if not len(self):
            return np.full(len(places), NONE)
        if np.isinf(self.reach).all():
            return np.asarray(self.distances(places).argmin(1))
        far, nearest = NearestNeighbors(n_neighbors=1).fit(self.places).kneighbors(places)
        said = self.numbers[nearest[:, 0]]
        near = far[:, 0] <= np.where(said == NONE, 0.0, self.reach[said]) + 1e-9
        return np.where(near, said, NONE)

    def distances(self, places: Float[np.ndarray, "m p"]) -> Float[np.ndarray, "m k"]:
        """How far works lie from the center of each group."""
        apart = (np.square(places - center).sum(1) for center in self.centers)
        return np.asarray(np.sqrt(np.stack(list(apart), 1)))


def by_kmeans(
    places: Float[np.ndarray, "n p"], count: int, *, seed: int, tries: int = 10
) -> Groups:
    """Divide works into so many groups that each is nearest to the mean of its own.

    Args:
        places: Of the works.
        count: How many groups; fewer where works coincide.
        seed: Source of every random choice.
        tries: The best of so many beginnings.

    Notes:
        Lloyd 1982 with the beginnings of Arthur, Vassilvitskii 2007: scikit-learn's KMeans, on one
        thread, since sums of several threads differ in their last digit.
    """
    many = min(count, len(np.unique(places, axis=0)))
    with _threads().limit(limits=1):
        found = KMeans(many, n_init=tries, random_state=seed).fit(places)
    return _in_order(places, found.labels_)


def by_hdbscan(places: Float[np.ndarray, "n p"], smallest: int) -> Groups:
    """Find where works lie densely; those in thin places are in no group.

    Args:
        places: Of the works.
        smallest: Fewer works are no group.

    Notes:
        Campello, Moulavi, Sander 2013: scikit-learn's HDBSCAN.
    """
    size = min(smallest, len(places))
    with _threads().limit(limits=1):
        model = HDBSCAN(min_cluster_size=max(2, size), min_samples=min(NEIGHBORS, size), copy=True)
        labels = model.fit_predict(places)
    found = _in_order(places, labels)
    reach = [_reach(places[found.numbers == k]) for k in range(len(found))]
    return Groups(places, found.numbers, found.centers, np.array(reach, np.float64))


def _reach(members: Float[np.ndarray, "m p"]) -> float:
    """How far the loneliest work of a group lies from its nearest companion."""
    if len(members) < 2:
        return 0.0
    far, _ = NearestNeighbors(n_neighbors=2).fit(members).kneighbors(members)
    return float(far[:, 1].max())


def _in_order(places: Float[np.ndarray, "n p"], labels: Int[np.ndarray, " n"]) -> Groups:
    """Number the groups by size, the largest first; equal ones by their first work."""
    known = [k for k in np.unique(labels) if k >= 0]
    known.sort(key=lambda k: (-(labels == k).sum(), int((labels == k).argmax())))
    numbers = np.full(len(labels), NONE, np.int64)
    for new, old in enumerate(known):
        numbers[labels == old] = new
    centers = np.array([places[numbers == k].mean(0) for k in range(len(known))])
    centers = centers.reshape(-1, places.shape[1])
    return Groups(places, numbers, centers, np.full(len(known), np.inf))


def seek(places: Float[np.ndarray, "n p"], method: Method, asked: int, *, seed: int = 0) -> Groups:
    """Seek groups: so many by k-means, or of so many works at least by HDBSCAN."""
    if method == "kmeans":
        return by_kmeans(places, asked, seed=seed)
    return by_hdbscan(places, asked)


def finder(method: Method, asked: int, *, tries: int = 2) -> Find:
    """Make what seeks groups again and again, quickly, among other works or fewer of them."""
    return partial(_find, method, asked, tries)


def _find(
    method: Method, asked: int, tries: int, places: Float[np.ndarray, "n p"], seed: int
) -> Assign:
    if method == "kmeans":
        return by_kmeans(places, asked, seed=seed, tries=tries).of
    return by_hdbscan(places, asked).of
