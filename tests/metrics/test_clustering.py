"""Groups that are there come out again; a cloud has none."""

from functools import partial

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_samples

from impasto.errors import DataError
from impasto.metrics.clustering import grouped_silhouettes, one_cloud, stability


def blobs(count: int = 60, kinds: int = 3) -> np.ndarray:
    g = np.random.default_rng(0)
    return g.normal(size=(count, 4)) + 20 * np.eye(4)[np.arange(count) % kinds]


def divide(kinds: int, places: np.ndarray, seed: int):
    return KMeans(kinds, n_init=2, random_state=seed).fit(places).predict


def test_groups_that_are_there_come_out_of_both_halves() -> None:
    assert stability(blobs(), partial(divide, 3), draws=4).tolist() == [1, 1, 1, 1]
    cloud = np.random.default_rng(1).normal(size=(60, 4))
    assert stability(cloud, partial(divide, 5), draws=4).mean() < 0.6


def test_halves_are_made_of_whole_groups() -> None:
    seen: list[set[float]] = []

    def spy(places: np.ndarray, seed: int):
        seen.append(set(places[:, 0].tolist()))
        return divide(2, places, seed)

    places = np.repeat(np.arange(10.0), 3)[:, None]
    stability(places, spy, draws=3, groups=[str(p) for p in places[:, 0]])
    for first, second in zip(seen[::2], seen[1::2], strict=True):
        assert len(first) == len(second) == 5
        assert not first & second
    with pytest.raises(DataError, match="expected the group of 30 works"):
        stability(places, spy, draws=1, groups=["a"])


@pytest.mark.parametrize("even", [False, True])
def test_a_cloud_spreads_as_the_works_do_and_has_no_groups(even: bool) -> None:
    places = blobs(900) @ np.array([[1, 2, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0.5, 1.0]])
    cloud = one_cloud(places, np.random.default_rng(0), even=even)
    assert cloud.shape == places.shape
    if even:
        axes = np.linalg.svd(places - places.mean(0), full_matrices=False)[2]
        ours, theirs = (x @ axes.T for x in (places, cloud))
        assert (theirs.min(0) > ours.min(0) - 1e-9).all()
        assert (theirs.max(0) < ours.max(0) + 1e-9).all()
    else:
        assert np.allclose(np.cov(cloud.T), np.cov(places.T), atol=0.2 * np.cov(places.T).max())
    find = partial(divide, 3)
    ours, theirs = (grouped_silhouettes(x, find(x, 0)(x)).mean() for x in (places, cloud))
    assert ours > theirs + 0.2


def test_works_in_no_group_score_nothing() -> None:
    places, groups = blobs(), np.arange(60) % 3
    assert np.allclose(grouped_silhouettes(places, groups), silhouette_samples(places, groups))
    groups[:6] = -1
    found = grouped_silhouettes(places, groups)
    assert (found[:6] == 0).all()
    assert np.allclose(found[6:], silhouette_samples(places[6:], groups[6:]))
    assert (grouped_silhouettes(places, np.full(60, -1)) == 0).all()
    assert (grouped_silhouettes(places, np.zeros(60, int)) == 0).all()
