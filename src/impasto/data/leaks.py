"""The leak report: how much of the test set a network could know without having learned."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Shaped
from torch import Tensor

from impasto.data.cleaning import repeated
from impasto.data.hashing import DISTANCE, Hashes, near
from impasto.data.splits import Split
from impasto.data.tables import few
from impasto.errors import DataError

Pair = tuple[str, str]


@dataclass(frozen=True)
class LeakReport:
    """What the parts of a split share, though they should share nothing.

    Attributes:
        exact: Pairs of names of the same file in different parts; None if not looked for.
        near: Pairs that look the same, in different parts; None if not looked for.
        groups: Groups with works in more than one part; None where groups are not known.
        test: Works in the test set,
        shared: and those whose group the network has learned from.
        lookup: Share of the test set that is right if one only knows the class that the work's
            group mostly has in training (else the most frequent class of all); None without
            groups or classes.
        majority: The same if one always says the most frequent class; None without classes.
    """

    exact: tuple[Pair, ...] | None
    near: tuple[Pair, ...] | None
    groups: tuple[str, ...] | None
    test: int
    shared: int
    lookup: float | None
    majority: float | None

    def lines(self) -> list[str]:
        """Say it in plain words."""
        return [
            _said(self.exact, "the same file lies in different parts"),
            _said(self.near, "two works that look the same lie in different parts"),
            self._groups_line(),
            *self._lookup_line(),
        ]

    def _groups_line(self) -> str:
        if self.groups is None:
            return "groups across parts: not known, so nobody can say"
        if not self.groups:
            return "groups across parts: none"
        return (
            f"groups across parts: {len(self.groups)} ({few(self.groups)}); "
            f"{self.shared} of {self.test} test works are of a group that was learned from"
        )

    def _lookup_line(self) -> list[str]:
        if self.lookup is None or self.majority is None:
            return []
        said = (
            f"a look-up of the group alone, without looking at the picture, is right on "
            f"{100 * self.lookup:.1f} % of the test works "
            f"(always the most frequent class: {100 * self.majority:.1f} %)"
        )
        return [said]


def leaks(
    split: Split,
    *,
    names: Sequence[str],
    groups: Sequence[str] = (),
    targets: Shaped[Tensor, "n ..."] | None = None,
    sums: Sequence[str] = (),
    hashes: Hashes | None = None,
    distance: int = DISTANCE,
) -> LeakReport:
    """Look for what a split gives away.

    Args:
        split: Into training, validation and test.
        names: Of all works, for the report.
        groups: Such as the artist of each; an empty one is not known.
        targets: Classes as int64; others are not looked at.
        sums: sha256 of each work's file, as in `Findings`.
        hashes: Fingerprints, as in `Findings`.
        distance: Bits in which fingerprints of near duplicates may differ.

    Raises:
        DataError: If there is not one of each for every work.
    """
    given = {"groups": groups or names, "sums": sums or names}
    lengths = {what: len(each) for what, each in given.items()}
    lengths |= {"hashes": len(names if hashes is None else hashes)}
    if wrong := [what for what, length in lengths.items() if length != len(names)]:
        raise DataError(f"expected one of each for {len(names)} works; not so: {', '.join(wrong)}")
    where = {i: part for part, chosen in split.parts().items() for i in chosen.tolist()}
    pairs = near(hashes, distance=distance) if hashes is not None else []
    alike = [(i, j) for i, j in pairs if not sums or sums[i] != sums[j]]
    learned = {groups[i] for i in split.train.tolist() if groups and groups[i]}
    lookup, majority = _lookup(split, groups, targets)
    return LeakReport(
        exact=_across(where, names, _pairs(repeated(sums))) if sums else None,
        near=_across(where, names, alike) if hashes is not None else None,
        groups=_spread(where, groups) if groups else None,
        test=len(split.test),
        shared=sum(groups[i] in learned for i in split.test.tolist()) if groups else 0,
        lookup=lookup,
        majority=majority,
    )


def _said(pairs: tuple[Pair, ...] | None, what: str) -> str:
    if pairs is None:
        return f"{what}: not looked for"
    shown = few(f"{a} = {b}" for a, b in pairs)
    return f"{what}: {f'{len(pairs)} times ({shown})' if pairs else 'never'}"


def _pairs(groups: list[list[int]]) -> list[tuple[int, int]]:
    return [(a, b) for group in groups for k, a in enumerate(group) for b in group[k + 1 :]]


def _across(
    where: dict[int, str], names: Sequence[str], pairs: Sequence[tuple[int, int]]
) -> tuple[Pair, ...]:
    known = [(i, j) for i, j in pairs if i in where and j in where]
    return tuple((names[i], names[j]) for i, j in known if where[i] != where[j])


def _spread(where: dict[int, str], groups: Sequence[str]) -> tuple[str, ...]:
    parts: dict[str, set[str]] = defaultdict(set)
    for i, part in where.items():
        parts[groups[i]].add(part)
    return tuple(sorted(group for group, found in parts.items() if group and len(found) > 1))


def _lookup(
    split: Split, groups: Sequence[str], targets: Shaped[Tensor, "n ..."] | None
) -> tuple[float | None, float | None]:
    """Score on the test set what the training set says of each group, and of no group."""
    if targets is None or targets.is_floating_point():
        return None, None
    labels, test = targets.tolist(), split.test.tolist()
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    for i in split.train.tolist():
        seen[""][labels[i]] += 1
        if groups and groups[i]:
            seen[groups[i]][labels[i]] += 1
    best = {group: min(c, key=lambda k: (-c[k], k)) for group, c in seen.items()}
    majority = sum(labels[i] == best[""] for i in test) / len(test)
    if not groups:
        return None, majority
    right = sum(labels[i] == best.get(groups[i], best[""]) for i in test)
    return right / len(test), majority
