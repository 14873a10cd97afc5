"""Shares of works that lie within each other, of whole groups, with every class in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor

from impasto.data.examples import Examples
from impasto.metrics.checks import group_index

FEWEST = 2
"""Works of a share, at least."""


def choose_share(works: Examples, share: float, *, seed: int) -> Int64[Tensor, " n"]:
    """Choose a share of works to learn from; with the same seed, smaller ones lie in larger ones.

    Args:
        works: All works to learn from. Those of a group come together, or not at all.
        share: 0..1; exceeded where a class would be missing otherwise.
        seed: Source of the order in which works are chosen.

    Returns:
        Their indices, in order.
    """
    if share >= 1:
        return torch.arange(len(works))
    units = group_index(works.groups or None, len(works))
    wanted = max(FEWEST, round(share * len(works)))
    chosen, have, dealt = list[int](), 0, _dealt(works, units, seed)
    sizes = np.bincount(units)
    for place, unit in enumerate(dealt.order):
        enough = have + sizes[unit] / 2 > wanted and have >= FEWEST
        if enough and place >= dealt.first:
            break
        chosen.append(unit)
        have += int(sizes[unit])
    return torch.from_numpy(np.flatnonzero(np.isin(units, chosen)))


@dataclass(frozen=True)
class _Order:
    """An order of groups, of which the first so many have all classes."""

    order: Sequence[int]
    first: int


def _dealt(works: Examples, units: np.ndarray, seed: int) -> _Order:
    """Deal groups by lot, those first that bring a class which is not there yet."""
    dealt = np.random.default_rng(seed).permutation(int(units.max()) + 1).tolist()
    if works.targets.dtype != torch.long:
        return _Order(dealt, 0)
    targets, first, there = works.targets.numpy(), list[int](), set[int]()
    kinds = {unit: set[int]() for unit in dealt}
    for unit, target in zip(units.tolist(), targets.tolist(), strict=True):
        kinds[unit].add(target)
    for unit in dealt:
        if kinds[unit] - there:
            first.append(unit)
            there |= kinds[unit]
    rest = [unit for unit in dealt if unit not in set(first)]
    if not works.groups:
        rest = _alternating(rest, targets)
    return _Order([*first, *rest], len(first))


def _alternating(rest: Sequence[int], targets: np.ndarray) -> list[int]:
    """Order works so that every beginning has about each class's share."""
    totals, seen = np.bincount(targets), np.zeros(int(targets.max()) + 1)
    keys = {}
    for work in rest:
        seen[targets[work]] += 1
        keys[work] = seen[targets[work]] / totals[targets[work]]
    return sorted(rest, key=lambda work: keys[work])
