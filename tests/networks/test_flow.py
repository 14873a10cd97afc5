"""The current from noise to pictures."""

import pytest
import torch
from torch import Tensor

from impasto.networks.flow import AWAY, Flow, Guided, normed, paint, waves


@pytest.mark.parametrize("size", [32, 64, 128, 256])
def test_it_says_velocities_and_paints_at_every_size(size: int) -> None:
    flow = Flow(size)
    with torch.no_grad():
        velocity = flow(torch.randn(2, 3, size, size), torch.tensor([0.0, 0.7]))
        made = paint(flow, torch.randn(2, 3, size, size), steps=1)
    assert velocity.shape == made.shape == (2, 3, size, size)
    assert 0 <= made.min() <= made.max() <= 1


class Known(Flow):
    """A current whose end is known: dx/dt = x + t, from x₀ to (x₀ + 1)·e - 2."""

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return x + time[:, None, None, None]


def test_the_current_is_followed_to_its_end() -> None:
    flow, start = Known(32), torch.full((1, 3, 32, 32), -0.5)
    wanted = (0.5 * torch.e - 2) / 2 + 0.5
    errors = [abs(paint(flow, start, steps=n).mean().item() - wanted) for n in (4, 8, 16)]
    assert errors[2] < 1e-3
    for more, fewer in zip(errors[1:], errors[:-1], strict=True):  # of second order
        assert more < 0.35 * fewer


def test_guided_it_goes_on_from_the_early_way_to_the_late_one() -> None:
    both = Guided(32)
    for flow, way in ((both.early, 0.25), (both.late, 0.75)):
        torch.nn.init.constant_(flow.end.bias, way)  # all else of the last layer is zero
    noise = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        way, made = both(noise, torch.zeros(1)), paint(both, noise)
    gone = 0.75 + 0.5 * AWAY
    torch.testing.assert_close(way, torch.full_like(noise, gone))
    torch.testing.assert_close(made, ((noise + gone) / 2 + 0.5).clamp(0, 1), atol=1e-5, rtol=0)


def test_a_picture_does_not_depend_on_its_neighbors() -> None:
    flow = Flow(32).eval()
    torch.nn.init.normal_(flow.end.weight, std=0.1)
    noise = torch.randn(3, 3, 32, 32)
    with torch.no_grad():
        together, alone = paint(flow, noise, 2), paint(flow, noise[1:2], 2)
    assert torch.allclose(together[1:2], alone, atol=1e-4)


def test_times_are_told_apart() -> None:
    told = waves(torch.tensor([0.0, 0.001, 0.5, 1.0]))
    assert told.shape == (4, 64)
    assert torch.cdist(told, told).fill_diagonal_(9).min() > 0.5


def test_the_norm() -> None:
    x = normed(3 + 5 * torch.randn(2, 64, 4, 4))
    assert torch.allclose(x.mean(1), torch.zeros(2, 4, 4), atol=1e-5)
    assert torch.allclose(x.std(1, correction=0), torch.ones(2, 4, 4), atol=1e-3)


def test_gradients_reach_all_of_it() -> None:
    flow = Flow(32)
    for weight in flow.parameters():
        if weight.abs().max() == 0 and weight.ndim > 1:
            torch.nn.init.normal_(weight, std=0.05)
    flow(torch.randn(2, 3, 32, 32), torch.rand(2)).square().sum().backward()
    for name, weight in flow.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


def test_it_is_small_enough_to_ship() -> None:
    assert sum(2 * weight.numel() for weight in Guided(64).parameters()) <= 12_000_000
