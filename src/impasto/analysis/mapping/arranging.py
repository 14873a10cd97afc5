"""Drawing a map: what is alike comes to lie close together, and stays there."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from impasto.analysis.mapping.grid import hang, step_for
from impasto.analysis.mapping.layout import Layout
from impasto.analysis.mapping.nearest import Nearest, nearest
from impasto.analysis.mapping.works import Works
from impasto.errors import DataError

FEW = 30
"""Fewer works than this are too few for t-SNE: they are laid out along their two main axes."""

PERPLEXITY = 30
"""About how many neighbors of a work decide where it lies."""

ALIKE = 6
"""Works that are named as most like a given one."""

Places = Float[np.ndarray, "n 2"]


def arrange(works: Works, layout: Layout | None = None, *, seed: int = 0) -> Layout:
    """Find a place for each work, so that neighbors are alike; old works stay where they lie.

    Args:
        works: All that shall be on the map; what is no longer among them leaves its place free.
        layout: The map so far. New works are placed into it, and the others move by nothing.
        seed: Where chance begins, for a map from nothing.

    Returns:
        Their places, in the order of `works`.

    Raises:
        DataError: If the map so far was drawn with another eye.

    Notes:
        t-SNE (van der Maaten, Hinton 2008; Linderman et al. 2019, arXiv:1712.09005), new works as
        in Poličar, Stražar, Zupan 2023, doi:10.1007/s10994-021-06043-1. Differs: every work then
        hangs in a cell of its own, the free one nearest to its place.
    """
    if layout is None or not layout.rows(works.ids):
        return _fresh(works, seed)
    if layout.eye != works.eye:
        raise DataError(
            "the map was drawn with another eye than the works were seen with; "
            "draw it anew with --again"
        )
    return _extended(works, layout)


def _fresh(works: Works, seed: int) -> Layout:
    positions = _spread(works.directions, seed)
    step = step_for(positions)
    cells = hang(positions, step=step)
    return Layout(works.ids, positions, cells, step, seed, works.eye)


def _extended(works: Works, layout: Layout) -> Layout:
    """Place what is new among what is there, which keeps its places to the last bit."""
    known = layout.rows(works.ids)
    old = np.array([i for i, name in enumerate(works.ids) if name in known])
    new = np.array([i for i, name in enumerate(works.ids) if name not in known], int)
    there = np.array([known[works.ids[i]] for i in old])
    positions = np.empty((len(works), 2), np.float64)
    cells = np.empty((len(works), 2), np.int32)
    positions[old], cells[old] = layout.positions[there], layout.cells[there]
    if new.size:
        seen = works.directions
        positions[new] = _placed(seen[old], positions[old], seen[new])
        taken = map(tuple, cells[old].tolist())
        cells[new] = hang(positions[new], step=layout.step, taken=taken)
    return replace(layout, ids=works.ids, positions=positions, cells=cells)


def _spread(directions: Float[np.ndarray, "n d"], seed: int) -> Places:
    """Spread works on a plane, its longer side across."""
    flat = _axes(directions, seed)
    if len(directions) >= FEW and np.ptp(flat) > 1e-6:
        found = nearest(directions, count=3 * _perplexity(len(directions)))
        flat = _axes(_tsne(found, flat, seed), seed)
    return flat


def _axes(points: Float[np.ndarray, "n d"], seed: int) -> Places:
    """Turn points so that they spread across first and up and down second; the rest is dropped."""
    from sklearn.decomposition import PCA

    wide = np.asarray(points, np.float64)
    count = min(2, *wide.shape)
    if np.ptp(wide, axis=0).max() < 1e-9:
        return np.zeros((len(wide), 2))
    made = PCA(count, svd_solver="auto", random_state=seed).fit_transform(wide)
    return np.pad(made, ((0, 0), (0, 2 - count)))


def _tsne(found: Nearest, start: Places, seed: int) -> Places:
    from openTSNE import TSNE, initialization
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    affinities = PerplexityBasedNN(
        knn_index=PrecomputedNeighbors(*found), perplexity=_perplexity(len(start)), n_jobs=1
    )
    begun = initialization.rescale(start.copy())
    spread = TSNE(n_jobs=1, random_state=seed).fit(affinities=affinities, initialization=begun)
    return np.asarray(spread, np.float64)


def _perplexity(count: int) -> int:
    return min(PERPLEXITY, (count - 1) // 3)


def _placed(
    old: Float[np.ndarray, "n d"], positions: Places, new: Float[np.ndarray, "m d"]
) -> Float[np.ndarray, "m 2"]:
    """Place new works by those they resemble; each as if it came alone."""
    found = nearest(old, count=min(15, len(old)), to=new)
    start = _among(positions[found.rows[:, :5]])
    return start if len(old) < FEW else _settled(found, positions, start)


def _among(neighbors: Float[np.ndarray, "m k 2"]) -> Float[np.ndarray, "m 2"]:
    """Stand in the middle of the nearest, where one that lies far off does not pull."""
    return np.asarray(np.median(neighbors, axis=1), np.float64)


def _settled(
    found: Nearest, positions: Places, start: Float[np.ndarray, "m 2"]
) -> Float[np.ndarray, "m 2"]:
    """Let new works settle among the old, which they can't move."""
    from openTSNE.affinity import PrecomputedAffinities, joint_probabilities_nn
    from openTSNE.tsne import PartialTSNEEmbedding, TSNEEmbedding
    from scipy.sparse import csr_matrix

    pull = joint_probabilities_nn(
        *found,
        perplexities=[5],
        symmetrize=False,
        normalization="point-wise",
        n_reference_samples=len(positions),
        n_jobs=1,
    )
    middle = (positions.max(0) + positions.min(0)) / 2
    rest = PrecomputedAffinities(csr_matrix((len(positions),) * 2), normalize=False)
    ground = TSNEEmbedding(positions - middle, affinities=rest, n_jobs=1)
    moving = PartialTSNEEmbedding(start - middle, ground, P=pull, n_jobs=1)
    settled = moving.optimize(
        n_iter=250, learning_rate=0.1, exaggeration=1.5, momentum=0.8, max_grad_norm=0.25
    )
    return np.asarray(settled + middle, np.float64)


def alike(works: Works) -> Int[np.ndarray, "n k"]:
    """Name of each work those most like it, the nearest first."""
    return nearest(works.directions, count=ALIKE).rows
