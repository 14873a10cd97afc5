"""Cells that weave a texture."""

import pytest
import torch

from impasto.networks import automaton as module
from impasto.networks.automaton import Automaton, awoken, surrounded


@pytest.fixture
def cells() -> Automaton:
    torch.manual_seed(0)
    made = Automaton(channels=4, hidden=8, painted=6)
    torch.nn.init.normal_(made.change.weight, std=0.2)
    torch.nn.init.normal_(made.colors.weight, std=0.2)
    return made.requires_grad_(False)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 7), (2, 3), (16, 9)])
def test_any_size(cells: Automaton, height: int, width: int) -> None:
    field = torch.rand(2, 4, height, width)
    assert cells(field, torch.ones(2, 1, height, width)).shape == field.shape
    assert cells.show(field).shape == (2, 3, 2 * height, 2 * width)


def test_it_has_a_few_thousand_parameters() -> None:
    assert sum(weight.numel() for weight in Automaton().parameters()) < 8000


def test_cells_that_sleep_stay_as_they_are(cells: Automaton) -> None:
    field, awake = torch.rand(1, 4, 6, 6), torch.zeros(1, 1, 6, 6)
    awake[..., 2, 3] = 1
    moved = (cells(field, awake) - field).abs().sum((0, 1)) > 0
    assert moved.nonzero().tolist() == [[2, 3]]


def test_a_cell_sees_its_neighbors_only(cells: Automaton) -> None:
    field, awake = torch.rand(1, 4, 9, 9), torch.ones(1, 1, 9, 9)
    other = field.clone()
    other[..., 0, 0] += 1
    moved = (cells(other, awake) - cells(field, awake)).abs().sum((0, 1)) > 1e-6
    seen = {(y % 9, x % 9) for y in (-1, 0, 1) for x in (-1, 0, 1)}
    assert {tuple(place) for place in moved.nonzero().tolist()} == seen


def test_slopes_of_a_ramp(cells: Automaton) -> None:
    ramp = torch.arange(6.0).expand(1, 4, 6, 6)
    seen = cells.perceived(ramp)
    assert torch.equal(seen[:, :4], ramp[..., 1:-1, 1:-1])
    filters = seen[:, 4:].view(4, 3, 4, 4)
    assert torch.allclose(filters[:, 0], torch.ones(4, 4, 4))  # a step to the right
    assert torch.allclose(filters[:, 1:], torch.zeros(4, 2, 4, 4))


def test_edges_meet(cells: Automaton) -> None:
    field, awake = torch.rand(1, 4, 8, 10), torch.ones(1, 1, 8, 10)
    moved = cells(field.roll((3, 4), (2, 3)), awake)
    assert torch.allclose(moved, cells(field, awake).roll((3, 4), (2, 3)), atol=1e-6)
    painted = cells.show(field.roll((3, 4), (2, 3)))
    assert torch.allclose(painted, cells.show(field).roll((6, 8), (2, 3)), atol=1e-6)


def test_bands_change_nothing(cells: Automaton, monkeypatch: pytest.MonkeyPatch) -> None:
    field = torch.rand(1, 4, 23, 11)
    whole = cells.step(field, torch.Generator().manual_seed(1))
    monkeypatch.setattr(module, "BAND", 5)
    assert torch.allclose(cells.step(field, torch.Generator().manual_seed(1)), whole, atol=1e-6)
    assert torch.allclose(cells.show(field), cells.paint(field).clamp(0, 1), atol=1e-6)
    awake = awoken(1, 23, 11, torch.Generator().manual_seed(1))
    assert torch.allclose(cells(field, awake), whole, atol=1e-6)


def test_about_half_are_awake(generator: torch.Generator) -> None:
    awake = awoken(1, 100, 100, generator)
    assert set(awake.unique().tolist()) == {0, 1}
    assert 0.47 < awake.mean() < 0.53


def test_surroundings() -> None:
    field = torch.arange(4.0).view(1, 1, 2, 2)
    assert surrounded(field)[0, 0].tolist() == [[3, 2, 3, 2], [1, 0, 1, 0]] * 2


def test_it_begins_still_and_grey() -> None:
    fresh = Automaton()
    field = fresh.seed(1, 4, 4)
    assert torch.equal(fresh(field, torch.ones(1, 1, 4, 4)), field)
    assert (fresh.paint(field) - 0.5).abs().max() < 0.1


def test_gradients_reach_all_of_it() -> None:
    fresh = Automaton()
    torch.nn.init.normal_(fresh.change.weight, std=0.1)
    field = fresh(torch.rand(1, 12, 6, 6), torch.ones(1, 1, 6, 6))
    fresh.paint(field).square().sum().backward()
    assert all(
        weight.grad is not None and weight.grad.abs().sum() > 0 for weight in fresh.parameters()
    )
