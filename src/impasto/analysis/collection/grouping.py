"""The verb `clusters`: what belongs together in a collection, what sets each group apart, how sure.

Groups are where works lie close together; whoever lies between belongs to none.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from jaxtyping import Bool, Float, Int
from pydantic import BaseModel, ConfigDict, Field
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import PCA

from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.places import AnyHome
from impasto.analysis.collection.store import Vectors
from impasto.errors import DataError, SettingsError, printable
from impasto.metrics.traits import Trait, traits
from impasto.progress import OnStep, Step, Watch
from impasto.settings import checked

NONE = -1
"""The number of works that belong to no group."""

STABLE = 0.75
"""Mean overlap from which a group counts as stable (Hennig 2007); below 0.6 it may be chance."""

LEAST_DRAWS = 20
LEAST_WORKS = 30
"""Resamples and works below which the overlap is a number and no verdict."""

SHARE = 0.8
"""Of the works that each resample holds."""

HELD = 0.1
"""Density around a work, of that at its group's core, below which it belongs to none after all."""

Groups = Int[np.ndarray, " n"]


class ClusterSettings(BaseModel):
    """How to group; one record for Python and the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: Annotated[int, Field(description="Works that a group has at least.", ge=2, le=1000)] = 8
    dimensions: Annotated[
        int, Field(description="Main directions that the vectors are reduced to.", ge=2, le=100)
    ] = 15
    draws: Annotated[
        int, Field(description="Resamples that tell how stable groups are.", ge=0, le=1000)
    ] = 20
    seed: Annotated[int, Field(description="Of the resamples.", ge=0)] = 0


@dataclass(frozen=True)
class Cluster:
    """Works that belong together.

    Attributes:
        works: Where they lie, the most typical first.
        stability: Mean overlap (Jaccard) with the nearest group of resamples, 0..1; higher is
            better, NaN without resamples.
        traits: Labels that its works have more often than others, the surest first.
        tested: Whether there were resamples and works enough for a verdict.
    """

    works: tuple[Path, ...]
    stability: float
    traits: tuple[Trait, ...]
    tested: bool = True

    @property
    def verdict(self) -> str:
        """Whether the group can be relied on, in a word."""
        if not np.isfinite(self.stability):
            return "not tested"
        if not self.tested:
            return "no verdict"
        return ("stable" if self.stability >= STABLE else
                "uncertain" if self.stability >= 0.6 else "may be chance")  # fmt: skip


@dataclass(frozen=True)
class Clusters:
    """The groups of a collection.

    Attributes:
        groups: The largest first.
        rest: Works that belong to none.
        works: All works.
        draws: Resamples behind the stabilities.
    """

    groups: tuple[Cluster, ...]
    rest: tuple[Path, ...]
    works: int
    draws: int


def clusters(
    name: str | os.PathLike[str],
    *,
    least: int = 8,
    dimensions: int = 15,
    draws: int = 20,
    seed: int = 0,
    home: AnyHome = None,
    on_step: OnStep | None = None,
) -> Clusters:
    """Find groups of works that belong together, and what sets each apart.

    Args:
        name: The collection's.
        least: Works that a group has at least.
        dimensions: Main directions that the eye's vectors are reduced to.
        draws: Resamples of 80 % of the works, that tell how stable groups are.
        seed: Of the resamples.
        home: Where collections with a name are kept.
        on_step: Told of each resample; returning True leaves the others out.

    Raises:
        DataError: If there is no such collection, or too few works in it for any groups.
        SettingsError: If a value is out of its range, or `least` too large for so few works.

    Notes:
        Campello, Moulavi, Sander 2013, "Density-Based Clustering Based on Hierarchical Density
        Estimates" (HDBSCAN), by scikit-learn. Stability: Hennig 2007, "Cluster-wise assessment of
        cluster stability". Differs: subsets instead of bootstrap samples, whose doubled works
        would be dense groups of their own.
    """
    settings = checked(
        ClusterSettings,
        {"least": least, "dimensions": dimensions, "draws": draws, "seed": seed},
    )
    gallery = open_gallery(name, home=home)
    _check_enough(gallery, settings.least)
    places = reduced(gallery.vectors, settings.dimensions)
    groups = grouped(places, settings.least)
    overlaps = list(_overlaps(places, groups, settings, Watch(on_step)))
    return Clusters(
        tuple(_clusters(gallery, groups, overlaps)),
        tuple(gallery.paths[i][0] for i in np.flatnonzero(groups == NONE)),
        len(gallery),
        len(overlaps),
    )


def _check_enough(gallery: Gallery, least: int) -> None:
    """Refuse to look for groups among works of which there are hardly more than a group has."""
    count, most = len(gallery), len(gallery) // 3
    has = f"{printable(gallery.name)} has {count:,} work{'' if count == 1 else 's'}"
    if most < 2:
        raise DataError(f"{has}, too few for groups; add more: six are the least")
    if least > most:
        raise SettingsError(
            f"least: {has}, too few for groups of {least}; expected at most {most}, a third of them"
        )


def reduced(vectors: Vectors, dimensions: int) -> Float[np.ndarray, "n d"]:
    """Reduce vectors to the directions in which works differ most."""
    most = min(dimensions, len(vectors) - 1)
    return np.asarray(PCA(most, svd_solver="full").fit_transform(vectors.astype(np.float64)))


def grouped(places: Float[np.ndarray, "n d"], least: int) -> Groups:
    """Number the groups, the largest first; works between them are -1."""
    found = HDBSCAN(min_cluster_size=least, min_samples=max(2, least // 2), copy=True)
    found.fit(places)
    labels = np.where(found.probabilities_ >= HELD, found.labels_, NONE)
    sizes = np.bincount(labels[labels >= 0], minlength=1)
    rank = np.empty(len(sizes), int)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return np.where(labels >= 0, rank[labels], NONE)


def _overlaps(
    places: Float[np.ndarray, "n d"], groups: Groups, settings: ClusterSettings, watch: Watch
) -> Iterator[Float[np.ndarray, " k"]]:
    """Group resamples, and say how much of each group is found again in each."""
    random = np.random.default_rng(settings.seed)
    for draw in range(1, settings.draws + 1):
        some = np.sort(random.choice(len(places), round(SHARE * len(places)), replace=False))
        yield overlap(groups[some], grouped(places[some], settings.least), int(groups.max()) + 1)
        if watch(Step(draw, settings.draws)):
            return


def overlap(first: Groups, second: Groups, count: int) -> Float[np.ndarray, " k"]:
    """Say of each of the first groups how much it shares with the nearest of the second (Jaccard).

    Examples:
        >>> overlap(np.array([0, 0, 1, 1]), np.array([0, 0, 0, -1]), 2).round(2).tolist()
        [0.67, 0.25]
    """
    others = [second == k for k in range(int(second.max(initial=NONE)) + 1)]
    return np.array([max((_shared(first == k, o) for o in others), default=0.0)
                     for k in range(count)])  # fmt: skip


def _shared(one: Bool[np.ndarray, " n"], other: Bool[np.ndarray, " n"]) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _clusters(
    gallery: Gallery, groups: Groups, overlaps: Sequence[Float[np.ndarray, " k"]]
) -> Iterator[Cluster]:
    count = int(groups.max()) + 1
    columns = {name: gallery.columns[name] for name in gallery.labels}
    apart = traits(columns, [groups == number for number in range(count)])
    stability = np.mean(overlaps, 0) if overlaps else np.full(count, np.nan)
    for number in range(count):
        members = np.flatnonzero(groups == number)
        vectors = gallery.vectors[members]
        near = members[np.argsort(-(vectors @ vectors.mean(0)), kind="stable")]
        yield Cluster(
            tuple(gallery.paths[i][0] for i in near),
            float(stability[number]),
            apart[number],
            tested=len(overlaps) >= LEAST_DRAWS and len(gallery) >= LEAST_WORKS,
        )
