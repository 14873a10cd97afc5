"""What a current from noise to works is weighed by: by hand, and which noise goes where."""

from itertools import permutations

import pytest
import torch

from impasto.losses.matching import between, matching_loss, moments_between, paired


def test_pairs_are_the_cheapest_of_all() -> None:
    source = torch.Generator().manual_seed(0)
    noise, works = torch.randn(2, 5, 7, generator=source)

    def cost(order: tuple[int, ...]) -> float:
        return float((noise[list(order)] - works).square().sum())

    best = min(permutations(range(5)), key=cost)
    assert torch.equal(paired(noise, works), noise[list(best)])
    assert torch.equal(paired(works.flip(0), works), works)


def test_the_straight_way_by_hand() -> None:
    noise, works = torch.zeros(2, 1, 1, 1), torch.ones(2, 1, 1, 1) * 4
    assert between(noise, works, torch.tensor([0.0, 0.25])).flatten().tolist() == [0, 1]
    assert matching_loss(works - noise, noise, works).item() == 0
    assert matching_loss(works - noise + 2, noise, works).item() == 4


def test_times_lie_between_and_mostly_in_the_middle() -> None:
    times = moments_between(4000, torch.Generator().manual_seed(0))
    assert times.min() > 0
    assert times.max() < 1
    assert times.mean().item() == pytest.approx(0.5, abs=0.02)
    assert ((times - 0.5).abs() < 0.25).float().mean() > 0.6
