"""How well works fall into groups, and whether those are the groups we know."""

import numpy as np
from jaxtyping import Float, Int
from sklearn import metrics

from impasto.metrics.checks import Array, aligned


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
