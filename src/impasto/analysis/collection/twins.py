"""The verb `duplicates`: what is in a collection twice, also cropped, recolored or mirrored."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import UInt64

from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.keypoints import Points, Same, points_of, same_work
from impasto.analysis.collection.places import AnyHome
from impasto.analysis.collection.seeing import Decoded, decoder
from impasto.analysis.collection.store import Vectors
from impasto.data.hashing import joined
from impasto.errors import PictureError
from impasto.progress import OnStep, Step, Watch

ALIKE = 0.5
"""Cosine of two works' vectors from which their keypoints are compared."""

NEIGHBORS = 10
"""Works that are compared with each, the most alike."""

BITS = 14
"""Bits of 64 in which one of two works' fingerprints may differ for them to be compared."""

_KEPT = 2000  # works whose points are held in memory, 150 kB each
_BLOCK = 512  # works that are compared with all others at a time

Pair = tuple[int, int]


@dataclass(frozen=True)
class Twin:
    """Two files that show the same work.

    Attributes:
        first: One of them.
        second: The other.
        same: Why they are taken for the same; None if they are byte by byte.
    """

    first: Path
    second: Path
    same: Same | None


@dataclass(frozen=True)
class Duplicates:
    """What is in a collection more than once.

    Attributes:
        groups: Files of the same work, those with most pixels first.
        twins: The pairs that the groups were made of.
        compared: Pairs whose keypoints were compared, those of which both files could be opened.
        unread: Files that could not be opened again.
        left: Pairs that were not compared, because the work was stopped.
        missed: Pairs that were not compared, because a work of them can't be opened.
    """

    groups: tuple[tuple[Path, ...], ...]
    twins: tuple[Twin, ...]
    compared: int = 0
    unread: tuple[Path, ...] = ()
    left: int = 0
    missed: int = 0


def duplicates(
    name: str | os.PathLike[str], *, home: AnyHome = None, on_step: OnStep | None = None
) -> Duplicates:
    """Find works that a collection holds more than once; works of one series are none.

    Vectors and fingerprints propose pairs, keypoints decide: see `keypoints` for the thresholds.

    Args:
        name: The collection's.
        home: Where collections with a name are kept.
        on_step: Told of each pair compared; returning True stops, and what was found is kept.

    Raises:
        DataError: If there is no such collection.
    """
    gallery, watch = open_gallery(name, home=home), Watch(on_step)
    pairs = candidates(gallery.vectors, gallery.hashes)
    found: list[tuple[Pair, Same]] = []
    done = 0
    with decoder() as decode:
        points = _Opened(gallery, decode)
        for done, pair in enumerate(pairs, 1):
            same = points.same(pair)
            if same:
                found.append((pair, same))
            if watch(Step(done, len(pairs), label=gallery.paths[pair[0]][0].name)):
                break
    return Duplicates(
        tuple(_groups(gallery, [pair for pair, _ in found])),
        (*_copies(gallery), *(_twin(gallery, pair, same) for pair, same in found)),
        done - points.missed,
        tuple(sorted(points.unread)),
        len(pairs) - done,
        points.missed,
    )


def candidates(
    vectors: Vectors,
    hashes: UInt64[np.ndarray, "n 6"],
    *,
    neighbors: int = NEIGHBORS,
    alike: float = ALIKE,
) -> list[Pair]:
    """Propose pairs that may show the same work: alike to the eye, or in their fingerprints.

    Args:
        vectors: Unit vectors.
        hashes: Fingerprints, those of the mirror images, and those of what is inside borders.
        neighbors: Works proposed for each, the most alike.
        alike: Least cosine.

    Returns:
        Pairs of indices, the smaller first, in their order.
    """
    pairs = set(_neighbors(vectors, neighbors, alike))
    whole, mirrored, inside = hashes[:, :2], hashes[:, 2:4], hashes[:, 4:]
    for first, second in (whole, whole), (whole, mirrored), (inside, inside), (inside, whole):
        pairs |= set(_look_alike(first, second))
    return sorted(pairs)


def _neighbors(vectors: Vectors, count: int, alike: float) -> Iterator[Pair]:
    """Go through the works most alike to each, block by block."""
    count = min(count, len(vectors) - 1)
    for start in range(0, len(vectors) if count > 0 else 0, _BLOCK):
        scores = vectors[start : start + _BLOCK] @ vectors.T
        rows = np.arange(len(scores))
        scores[rows, rows + start] = -1
        best = np.argpartition(-scores, count - 1, 1)[:, :count]
        close = np.argwhere(np.take_along_axis(scores, best, 1) >= alike)
        for row, column in close.tolist():
            one, other = sorted((start + row, int(best[row, column])))
            yield one, other


def _look_alike(
    first: UInt64[np.ndarray, "n 2"], second: UInt64[np.ndarray, "n 2"]
) -> Iterator[Pair]:
    """Go through pairs of which one fingerprint is nearly the same; flat pictures have none."""
    for start in range(0, len(first), _BLOCK):
        some = first[start : start + _BLOCK]
        close = np.zeros((len(some), len(second)), bool)
        for here, there in zip(some.T, second.T, strict=True):
            close |= np.bitwise_count(here[:, None] ^ there[None]) <= BITS
        close &= np.outer(some.any(1), second.any(1))
        for row, column in np.argwhere(close).tolist():
            if start + row != column:
                one, other = sorted((start + row, column))
                yield one, other


class _Opened:
    """The works' points, kept while they may be needed again."""

    def __init__(self, gallery: Gallery, decode: Callable[[Path], Decoded]) -> None:
        self.gallery, self.decode = gallery, decode
        self.unread: set[Path] = set()
        self.missed = 0
        self.points = lru_cache(_KEPT)(self._points)

    def same(self, pair: Pair) -> Same | None:
        first, second = (self.points(index) for index in pair)
        if first is None or second is None:
            self.missed += 1
            return None
        return same_work(first, second)

    def _points(self, index: int) -> Points | None:
        for path in self.gallery.paths[index]:
            try:
                return points_of(self.decode(path).shown)
            except PictureError:
                self.unread.add(path)
        return None


def _copies(gallery: Gallery) -> Iterator[Twin]:
    for first, *others in gallery.paths:
        yield from (Twin(first, other, None) for other in others)


def _twin(gallery: Gallery, pair: Pair, same: Same) -> Twin:
    return Twin(gallery.paths[pair[0]][0], gallery.paths[pair[1]][0], same)


def _groups(gallery: Gallery, pairs: Sequence[Pair]) -> Iterator[tuple[Path, ...]]:
    """Put together what is linked, and the copies of one file, in the order of their first path."""
    groups = joined(list(pairs), len(gallery))
    linked = {index for group in groups for index in group}
    groups += [[i] for i, paths in enumerate(gallery.paths) if len(paths) > 1 and i not in linked]
    for group in sorted(groups, key=min):
        largest = sorted(group, key=lambda i: -gallery.sizes[i][0] * gallery.sizes[i][1])
        yield tuple(path for index in largest for path in gallery.paths[index])
