"""How well works fall into groups, and whether those are the groups we know."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Int
from sklearn import metrics

from impasto.metrics.checks import Array, aligned, group_index

NONE = -1
"""The number of works that are in no group."""

Assign = Callable[[Float[np.ndarray, "m d"]], Int[np.ndarray, " m"]]
"""Says of works, new ones too, which group they belong to."""

Find = Callable[[Float[np.ndarray, "n d"], int], Assign]
"""Seeks groups among works, with a seed."""


def silhouettes(
    features: Float[Array, "_n d"], clusters: Int[Array, " _n"]
) -> Float[np.ndarray, " n"]:
    """Say of every work how much nearer it lies to its own cluster than to the next: -1..1.

    NaN where there is but one cluster, or one for each work (scikit-learn's silhouette_samples;
    Rousseeuw 1987).

    Raises:
        DataError: If there are no works, or not as many features as clusters.
    """
    places, found = aligned(features, clusters)
    if not 1 < len(np.unique(found)) < len(found):
        return np.full(len(found), np.nan)
    return np.asarray(metrics.silhouette_samples(places, found), np.float64)


def silhouette(features: Float[Array, "_n d"], clusters: Int[Array, " _n"]) -> float:
    """Mean of `silhouettes`: -1..1, higher is better, 0 is clusters that run into each other.

    Raises:
        DataError: If there are no works, or not as many features as clusters.
    """
    return float(silhouettes(features, clusters).mean())


def grouped_silhouettes(
    features: Float[Array, "_n d"], clusters: Int[Array, " _n"]
) -> Float[np.ndarray, " n"]:
    """As `silhouettes`, where works may be in no group: these score 0, and so do all if one is.

    Raises:
        DataError: If there are no works, or not as many features as clusters.
    """
    places, found = aligned(features, clusters)
    scores, held = np.zeros(len(found)), found != NONE
    if held.any() and 1 < len(np.unique(found[held])) < held.sum():
        scores[held] = silhouettes(places[held], found[held])
    return scores


def stability(
    features: Float[np.ndarray, "n d"],
    find: Find,
    *,
    draws: int,
    groups: Sequence[str] | None = None,
    seed: int = 0,
) -> Float[np.ndarray, " draws"]:
    """Ask how alike groups come out that are sought in one half of the works, and in the other.

    Each half divides all works; the two divisions are compared. Groups that are there come out
    again: 1 is the same groups each time, 0 is chance.

    Args:
        features: Of all works.
        find: Seeks groups among works.
        draws: How often the works are halved.
        groups: What works have in common, such as their artist: whole groups go into a half.
        seed: Source of every random choice.

    Returns:
        The adjusted Rand index of each draw.

    Raises:
        DataError: If groups are given for more or fewer works.

    Notes:
        Ben-Hur, Elisseeff, Guyon 2002; von Luxburg 2010, arXiv:1007.1075, whose sections 2 and 3
        warn that few groups are stable by nature: read it beside what one cloud without groups
        reaches. Differs: disjoint halves, as in Lange et al. 2004, so that no work is in both.
    """
    generator, units = np.random.default_rng(seed), group_index(groups, len(features))
    found = np.empty(draws)
    for draw in range(draws):
        order = generator.permutation(int(units.max()) + 1)
        first = np.isin(units, order[: len(order) // 2])
        halves = [find(features[half], seed)(features) for half in (first, ~first)]
        found[draw] = ari(*halves)
    return found


def one_cloud(
    features: Float[np.ndarray, "n d"], generator: np.random.Generator, *, even: bool
) -> Float[np.ndarray, "n d"]:
    """Draw works without any groups that spread as these do: what chance looks like.

    Args:
        features: Whose spread is imitated.
        generator: Source of the draw.
        even: Spread evenly between the least and the most along each principal axis; otherwise
            thinning out from the middle, as a Gaussian of the same covariance.

    Notes:
        Even: the gap statistic's second reference, Tibshirani, Walther, Hastie 2001, section 3.
        Gaussian: SigClust, Liu et al. 2008. Columns shuffled apart from each other would keep
        the humps of an axis, and with them groups.
    """
    middle = features.mean(0)
    scores, scales, axes = np.linalg.svd(features - middle, full_matrices=False)
    if even:
        along = scores * scales
        drawn = generator.uniform(along.min(0), along.max(0), along.shape)
    else:
        deviation = scales / np.sqrt(max(1, len(features) - 1))
        drawn = generator.normal(size=scores.shape) * deviation
    return np.asarray(drawn @ axes + middle)


def ari(clusters: Int[Array, " _n"], labels: Int[Array, " _n"]) -> float:
    """Agreement of clusters with known labels, corrected for chance: -0.5..1, higher is better.

    0 is what chance reaches: the adjusted Rand index of scikit-learn (Hubert, Arabie 1985).

    Raises:
        DataError: If there are no works, or not as many clusters as labels.
    """
    found, known = aligned(clusters, labels)
    return float(metrics.adjusted_rand_score(known, found))


def nmi(clusters: Int[Array, " _n"], labels: Int[Array, " _n"]) -> float:
    """Information that clusters and labels share: 0..1, higher is better.

    Mutual information over the mean of both entropies, as scikit-learn has it; not corrected for
    chance, so that many small clusters always score: see `ari`.

    Raises:
        DataError: If there are no works, or not as many clusters as labels.
    """
    found, known = aligned(clusters, labels)
    return float(metrics.normalized_mutual_info_score(known, found))
