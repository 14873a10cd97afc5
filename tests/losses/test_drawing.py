"""The losses of drawing, against torch.distributions."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import (
    Categorical,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
    kl_divergence,
)

from impasto.losses.drawing import (
    NARROWEST,
    Expected,
    divergence,
    drawing_loss,
    expected,
    surprise,
)

MIXTURES = 5


def told(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, 6 * MIXTURES + 3, generator=torch.Generator().manual_seed(seed))


def mixture(seen: Expected) -> MixtureSameFamily:
    """The same mixture as torch has it."""
    across, down = seen.spreads.exp().unbind(-1)
    both = seen.slant * across * down
    covariance = torch.stack([across**2, both, both, down**2], -1).unflatten(-1, (2, 2))
    return MixtureSameFamily(
        Categorical(logits=seen.weights), MultivariateNormal(seen.means, covariance)
    )


def test_surprise_is_the_density_of_torch() -> None:
    seen = expected(told(7, 3))
    steps = torch.randn(7, 3, 2, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(surprise(seen, steps), -mixture(seen).log_prob(steps))


def test_surprise_by_hand() -> None:
    """One round Gaussian of deviation 1: log 2 pi in its middle, and half a nat more beside it."""
    zero = torch.zeros
    seen = Expected(zero(1), zero(1, 2), zero(1, 2), zero(1), zero(3))
    assert surprise(seen, zero(2)).item() == pytest.approx(math.log(2 * math.pi))
    assert surprise(seen, torch.tensor([1.0, 0.0])).item() == pytest.approx(
        math.log(2 * math.pi) + 0.5
    )


def test_what_is_told_is_a_distribution() -> None:
    seen = expected(100 * told(50))
    for logs in (seen.weights, seen.states):
        torch.testing.assert_close(logs.exp().sum(-1), torch.ones(50))
    assert seen.spreads.min() >= NARROWEST
    assert seen.slant.abs().max() < 1
    assert surprise(seen, torch.zeros(50, 2)).isfinite().all()


def test_a_drawing_counts_each_of_its_points_and_nothing_behind_them() -> None:
    rows = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(2))
    rows[..., 2] = torch.tensor([[0.0, 1, 2, 0], [0, 0, 0, 2]])
    lengths, given = torch.tensor([3, 4]), told(2, 4)
    steps, states = drawing_loss(given, rows, lengths)
    seen = expected(given)
    each = -mixture(seen).log_prob(rows[..., :2])
    torch.testing.assert_close(steps, torch.stack([each[0, 1:3].sum(), each[1, 1:].sum()]))
    chosen = -Categorical(logits=seen.states).log_prob(rows[..., 2].long())
    torch.testing.assert_close(states, torch.stack([chosen[0, :3].sum(), chosen[1].sum()]))
    spoiled = rows.clone()
    spoiled[0, 3] = 7
    for before, after in zip((steps, states), drawing_loss(given, spoiled, lengths), strict=True):
        assert torch.equal(before, after)


def test_where_a_drawing_begins_costs_nothing() -> None:
    rows = torch.zeros(1, 2, 3)
    moved = rows.clone()
    moved[0, 0, :2] = 50
    lengths = torch.tensor([2])
    assert torch.equal(
        drawing_loss(told(1, 2), rows, lengths)[0], drawing_loss(told(1, 2), moved, lengths)[0]
    )


def test_divergence_is_that_of_torch_and_zero_for_nothing() -> None:
    generator = torch.Generator().manual_seed(3)
    middle, spread = torch.randn(2, 6, 8, generator=generator).unbind()
    both = kl_divergence(Normal(middle, torch.exp(spread / 2)), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(divergence(middle, spread), both)
    assert divergence(torch.zeros(1, 8), torch.zeros(1, 8)).item() == 0


def test_gradients_are_right() -> None:
    given = told(1, 3).double().requires_grad_()
    rows = torch.tensor([[[0.0, 0, 0], [0.3, -0.2, 1], [0.1, 0.4, 2]]], dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda t: sum(drawing_loss(t, rows, torch.tensor([3]))), (given,)
    )
