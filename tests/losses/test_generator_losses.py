"""What painter, critic and current are weighed by: by hand, and where they lead."""

from itertools import permutations

import pytest
import torch

from impasto.losses.adversarial import critic_loss, painter_loss, rebuild_loss
from impasto.losses.matching import between, matching_loss, moments_between, paired


def test_the_hinge_by_hand() -> None:
    works, made = torch.tensor([[2.0, 0.5]]), torch.tensor([[-3.0, 0.0]])
    assert critic_loss(works, made).item() == pytest.approx((0 + 0.5) / 2 + (0 + 1) / 2)
    assert critic_loss(torch.ones(3, 2), -torch.ones(3, 2)).item() == 0
    assert critic_loss(torch.zeros(3, 2), torch.zeros(3, 2)).item() == 2
    assert painter_loss(made).item() == 1.5


def test_a_drawing_is_compared_at_its_own_size() -> None:
    works = torch.rand(2, 3, 16, 16)
    small = torch.nn.functional.avg_pool2d(works, 4)
    assert rebuild_loss(small, works).item() == pytest.approx(0, abs=1e-6)
    assert rebuild_loss(small + 0.1, works).item() == pytest.approx(0.1, abs=1e-5)
    drawn = torch.full((2, 3, 4, 4), 0.5, requires_grad=True)
    rebuild_loss(drawn, works).backward()
    assert drawn.grad is not None
    assert drawn.grad.abs().sum() > 0


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
