"""Splits: which works are learned from, which choose, and which judge at the very end."""

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Int64, Shaped
from torch import Tensor

from impasto.data.choosing import choose_groups, choose_works, hash_order
from impasto.data.tables import few
from impasto.errors import DataError, SettingsError, printable

How = Literal["random", "stratified", "group"]

SHARES = (0.7, 0.15, 0.15)
"""Of training, validation and test."""


@dataclass(frozen=True, eq=False)
class Split:
    """Works divided in three; every work is in one of them.

    Attributes:
        train: What the network learns from.
        validation: What decides when to stop and which settings are better.
        test: What it is judged by, once, at the end.
    """

    train: Int64[Tensor, " n"]
    validation: Int64[Tensor, " m"]
    test: Int64[Tensor, " k"]

    def parts(self) -> dict[str, Int64[Tensor, " _"]]:
        """The three by name."""
        return {"training": self.train, "validation": self.validation, "test": self.test}


def split(
    names: Sequence[str],
    *,
    how: How = "random",
    targets: Shaped[Tensor, "n ..."] | None = None,
    classes: Sequence[str] = (),
    groups: Sequence[str] = (),
    shares: tuple[float, float, float] = SHARES,
    seed: int = 0,
) -> Split:
    """Divide works into those to learn from, to choose by, and to be judged by.

    Works, or groups of works, are put in the order of a hash of their name and the seed, and the
    test set is taken from it first. So it depends on nothing else that is later added or changed,
    and new works seldom move old ones.

    Args:
        names: What tells each work from all others, such as its path.
        how: ``random``; ``stratified``: every class is divided by itself; ``group``: all works of
            a group, such as a painter's, stay together, and with classes every class that has
            three groups is in all three parts.
        targets: Classes as int64; needed for ``stratified``. Others are not looked at.
        classes: Their names, for messages.
        groups: The group of each work, for ``group``; one of an empty name is a group of its own.
        shares: Of training, validation and test; groups and small classes meet them roughly.
        seed: Another one gives another split.

    Raises:
        DataError: If a part would be empty, a class of validation or test is not in training, or
            for ``group``, a class has one group only.
        SettingsError: If the shares don't add up to 1.
    """
    _check_shares(shares)
    labels, known = _labels(targets), _groups(names, groups)
    _check_names(names, how, labels)
    if how == "group" and labels is not None:
        _check_spread(known, labels, classes)
    if how == "group":
        made = _divided_by_group(known, labels, shares, seed)
    else:
        made = _divided(names, labels if how == "stratified" else None, shares, seed)
    _check_parts(made, len(names))
    _check_classes(made, labels, classes, how)
    return made


def folds(
    names: Sequence[str],
    *,
    count: int = 5,
    how: How = "random",
    targets: Shaped[Tensor, "n ..."] | None = None,
    groups: Sequence[str] = (),
    seed: int = 0,
) -> list[tuple[Int64[Tensor, " _"], Int64[Tensor, " _"]]]:
    """Divide works into folds, each of which is tested by a network that learned from the others.

    Args:
        names: What tells each work from all others.
        count: Folds.
        how: As for `split`; ``group`` with classes keeps their shares as far as groups allow.
        targets: Classes as int64; needed for ``stratified``.
        groups: The group of each work, for ``group``.
        seed: Another one gives other folds.

    Returns:
        Indices to learn from and to test on, for each fold.

    Raises:
        DataError: If there are fewer works, groups, or works of the largest class than folds.

    Notes:
        scikit-learn's KFold, StratifiedKFold, GroupKFold and StratifiedGroupKFold.
    """
    labels, known = _labels(targets), _groups(names, groups)
    _check_names(names, how, labels)
    units = {"random": len(names), "stratified": _most(labels), "group": len(set(known))}[how]
    if not 2 <= count <= units:
        raise DataError(
            f"expected between 2 and {units} folds for a {how} split of {len(names)} works, "
            f"got {count}; choose fewer or add works"
        )
    with warnings.catch_warnings():  # rare classes are reported by our own checks
        warnings.simplefilter("ignore", UserWarning)
        return [
            (torch.from_numpy(train).long(), torch.from_numpy(test).long())
            for train, test in _sklearn_folds(count, how, labels, known, seed)
        ]


def _sklearn_folds(
    count: int, how: How, labels: list[int] | None, groups: Sequence[str], seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from sklearn import model_selection as sk

    works = np.zeros((len(groups), 1))
    plan = {"n_splits": count, "shuffle": True, "random_state": seed}
    if how == "random":
        return iter(sk.KFold(**plan).split(works))
    if how == "stratified":
        return iter(sk.StratifiedKFold(**plan).split(works, labels))
    if labels is not None and _most(labels) >= count:
        return iter(sk.StratifiedGroupKFold(**plan).split(works, labels, groups))
    return iter(sk.GroupKFold(**plan).split(works, groups=groups))


def _divided(
    names: Sequence[str], labels: list[int] | None, share: tuple[float, float, float], seed: int
) -> Split:
    """Divide single works; with labels, each class by itself."""
    number = {name: i for i, name in enumerate(names)}
    kinds = labels if labels is not None else [0] * len(names)
    left = [number[name] for name in hash_order(names, seed=seed)]
    test = set(choose_works(kinds, left, share[2], later=2))
    left = [i for i in left if i not in test]
    validation = set(choose_works(kinds, left, share[1], later=1))
    return _split([i for i in left if i not in validation], validation, test)


def _divided_by_group(
    groups: Sequence[str], labels: list[int] | None, share: tuple[float, float, float], seed: int
) -> Split:
    """Divide groups of works, which stay together."""
    members: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    works = [members[group] for group in hash_order(members, seed=seed)]
    kinds = np.array(labels if labels is not None else [0] * len(groups))
    counts = np.array([np.bincount(kinds[each], minlength=kinds.max() + 1) for each in works])
    left = list(range(len(works)))
    test = set(choose_groups(counts, left, share[2], later=2))
    left = [g for g in left if g not in test]
    validation = set(choose_groups(counts, left, share[1], later=1))
    parts = (set(left) - validation, validation, test)
    return _split(*([i for g in part for i in works[g]] for part in parts))


def _split(*parts: Iterable[int]) -> Split:
    return Split(*(torch.tensor(sorted(part), dtype=torch.long) for part in parts))


def _check_spread(groups: Sequence[str], labels: list[int], classes: Sequence[str]) -> None:
    """Refuse classes that one group has alone: learned from it, nothing could judge them."""
    spread = Counter(label for label, _ in set(zip(labels, groups, strict=True)))
    alone = sorted(label for label, count in spread.items() if count == 1)
    if alone:
        named = few((_class(classes, i) for i in alone), most=8)
        raise DataError(
            f"{len(alone)} classes have works of one group only, so they can't be learned from "
            f"one and tested on another: {named}; leave out classes of few groups "
            "(--groups-at-least 3), or don't split by group"
        )


def _check_names(names: Sequence[str], how: How, labels: list[int] | None) -> None:
    if not names:
        raise DataError("expected works to divide, got none; check the collection")
    if len(set(names)) != len(names):
        raise DataError("expected a different name for each work, got some twice; rename them")
    if labels is not None and len(labels) != len(names):
        raise DataError(f"expected a class for each of {len(names)} works, got {len(labels)}")
    if how == "stratified" and labels is None:
        raise DataError("a stratified split needs classes; split at random or by group instead")


def _groups(names: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Give each work of an unknown group one of its own."""
    if groups and len(groups) != len(names):
        raise DataError(f"expected a group for each of {len(names)} works, got {len(groups)}")
    return [g or f"?{name}" for name, g in zip(names, groups or [""] * len(names), strict=True)]


def _labels(targets: Shaped[Tensor, "n ..."] | None) -> list[int] | None:
    is_class = targets is not None and targets.dtype == torch.long
    return targets.tolist() if targets is not None and is_class else None


def _most(labels: list[int] | None) -> int:
    return max(Counter(labels).values()) if labels else 0


def _check_shares(shares: tuple[float, float, float]) -> None:
    if min(shares) <= 0 or not math.isclose(sum(shares), 1, abs_tol=1e-6):
        raise SettingsError(f"expected three positive shares that add up to 1, got {shares}")


def _check_parts(made: Split, count: int) -> None:
    empty = [name for name, part in made.parts().items() if not len(part)]
    if empty:
        raise DataError(
            f"{count} works are too few, or lie in too few groups: nothing is left for "
            f"{' and '.join(empty)}; add works, or split at random"
        )


def _check_classes(made: Split, labels: list[int] | None, classes: Sequence[str], how: How) -> None:
    if labels is None:
        return
    kinds = torch.tensor(labels)
    learned = set(kinds[made.train].tolist())
    for name, part in list(made.parts().items())[1:]:
        missing = sorted(set(kinds[part].tolist()) - learned)
        if missing:
            named = few((_class(classes, i) for i in missing), most=8)
            advice = "split stratified" if how == "random" else "add works of them"
            raise DataError(
                f"{len(missing)} classes of the {name} works are never learned from: {named}; "
                f"{advice}, or leave small classes out (at_least=5)"
            )


def _class(classes: Sequence[str], number: int) -> str:
    return printable(classes[number], limit=40) if classes else f"number {number}"
