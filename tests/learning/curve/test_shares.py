"""Shares of works: within each other, of whole groups, with every class."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from impasto.data.examples import Examples
from impasto.learning.curve.shares import choose_share


def works(count: int, *, groups: int = 0, classes: int = 4) -> Examples:
    targets = torch.arange(count) ** 2 % classes if classes else torch.rand(count)
    names = tuple(str(i) for i in range(count))
    held = tuple(str(i // (count // groups)) for i in range(count)) if groups else ()
    inputs, called = torch.zeros(count, 2), tuple("abcdefgh"[:classes])
    return Examples(names, inputs, targets, called, held)


@pytest.mark.parametrize("groups", [0, 20])
@pytest.mark.parametrize("classes", [0, 4])
def test_shares_lie_within_each_other(groups: int, classes: int) -> None:
    every = works(160, groups=groups, classes=classes)
    chosen = [choose_share(every, share, seed=1) for share in (0.125, 0.25, 0.5, 1.0)]
    assert [len(c) for c in chosen] == [20, 40, 80, 160] if not groups else [24, 40, 80, 160]
    for smaller, larger in pairwise(chosen):
        assert set(smaller.tolist()) < set(larger.tolist())
    if classes:
        assert all(set(every.targets[c].tolist()) == {0, 1} for c in chosen)
    if groups:
        whole = [set(every.take(c).groups) for c in chosen]
        assert all(len(c) == 8 * len(w) for c, w in zip(chosen, whole, strict=True))
    other = choose_share(every, 0.25, seed=2)
    assert set(other.tolist()) != set(chosen[1].tolist())


def test_classes_keep_their_shares_and_rare_ones_stay() -> None:
    targets = torch.tensor([0] * 60 + [1] * 36 + [2] * 3 + [3])
    every = replace(works(100), targets=targets)
    counts = torch.bincount(every.targets[choose_share(every, 0.25, seed=0)], minlength=4)
    assert counts[0] == pytest.approx(15, abs=2)
    assert counts[1] == pytest.approx(9, abs=2)
    assert counts[2] >= 1
    assert counts[3] == 1
    assert len(choose_share(every, 0.01, seed=0)) == 4  # one of each
