"""Choosing works for a test set: by the hash of their names, a share of every class."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Int


def hash_order(keys: Iterable[str], *, seed: int) -> list[str]:
    """Sort names as by chance, but each by itself: a new name moves no other."""
    return sorted(keys, key=lambda key: _hash(key, seed))


def _hash(key: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{key}".encode("utf-8", "surrogatepass")).digest()


def choose_works(
    kinds: Sequence[int], left: Sequence[int], share: float, *, later: int
) -> list[int]:
    """Take from each class its share, those first that come first.

    Args:
        kinds: The class of every work.
        left: Works that are not taken yet, in their order.
        share: Of all works of the class.
        later: Parts still to come, for each of which a work of the class is left if possible.

    Returns:
        At least one work of each class that has two left.
    """
    total = np.bincount(kinds)
    members: dict[int, list[int]] = defaultdict(list)
    for work in left:
        members[kinds[work]].append(work)
    taken: list[int] = []
    for kind, works in members.items():
        most = max(len(works) - later, min(1, len(works) - 1))
        taken += works[: min(most, max(1, round(share * total[kind])))]
    return taken


def choose_groups(
    counts: Int[np.ndarray, "groups classes"], left: Sequence[int], share: float, *, later: int
) -> list[int]:
    """Take groups so that each class comes near to its share, those first that come first.

    Args:
        counts: Works of each class in every group.
        left: Groups that are not taken yet, in their order.
        share: Of all works of the class.
        later: Parts still to come, for each of which a group of the class is left if possible.

    Returns:
        At least one group of each class that has two left, where no other class loses its last.
    """
    chooser = _Chooser(counts, left, share)
    for group in left:
        if chooser.is_spare(group, later) and chooser.helps(group):
            chooser.take(group)
    for kind in np.argsort(chooser.left, kind="stable").tolist():  # the rarest choose first
        able = [g for g in left if counts[g, kind] and chooser.is_spare(g, 1)]
        if not chooser.have[kind] and able:
            chooser.take(min(able, key=lambda g: abs(counts[g, kind] - chooser.want[kind])))
    return chooser.taken


class _Chooser:
    """How many works of each class are wanted and taken, and how many groups of it are left."""

    def __init__(
        self, counts: Int[np.ndarray, "groups classes"], left: Sequence[int], share: float
    ) -> None:
        self.counts = counts
        self.total = np.maximum(1, counts.sum(0))
        self.want = share * counts.sum(0)
        self.have = np.zeros(counts.shape[1])
        self.left = (counts[list(left)] > 0).sum(0)
        self.taken: list[int] = []

    def take(self, group: int) -> None:
        self.taken.append(group)
        self.have = self.have + self.counts[group]
        self.left = self.left - (self.counts[group] > 0)

    def is_spare(self, group: int, least: int) -> bool:
        """Tell whether so many groups of each of its classes would stay."""
        return group not in self.taken and bool((self.left[self.counts[group] > 0] > least).all())

    def helps(self, group: int) -> bool:
        """Tell whether the classes come nearer to their shares with it."""
        return self._miss(self.have + self.counts[group]) < self._miss(self.have)

    def _miss(self, have: np.ndarray) -> float:
        return float((np.abs(have - self.want) / self.total).sum())
