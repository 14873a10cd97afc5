"""The brush: shapes, the vector, and what one pixel can reach."""

import copy

import pytest
import torch

from impasto.networks.brush import LOUDEST, STRIDE, Brush, renormalize


@pytest.fixture(scope="module")
def brush() -> Brush:
    torch.manual_seed(0)
    return Brush(widths=(6, 8, 10), blocks=2).eval().requires_grad_(False)


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (8, 8), (33, 50)])
def test_any_size_comes_back(brush: Brush, size: tuple[int, int]) -> None:
    photo = torch.rand(2, 3, *size)
    style = brush.style(torch.rand(2, 3, 16, 16))
    assert brush(photo, style).shape == photo.shape
    assert style.shape == (2, brush.vector_size)
    assert torch.isfinite(brush(photo, style)).all()


def test_a_photograph_of_one_color_is_no_division_by_zero(brush: Brush) -> None:
    style = brush.style(torch.rand(1, 3, 16, 16))
    assert torch.isfinite(brush(torch.full((1, 3, 16, 16), 0.5), style)).all()


def test_the_own_vector_is_read_off_the_photograph(brush: Brush) -> None:
    photo = torch.rand(1, 3, 24, 16)
    style = brush.style(torch.rand(1, 3, 16, 16))
    assert torch.equal(brush(photo, style), brush(photo, style, brush.style(photo)))


def test_no_pixel_reaches_further_than_reach(brush: Brush) -> None:
    photo = torch.rand(1, 3, 256, 256)
    changed = photo.clone()
    changed[..., 128, 128] = 1 - changed[..., 128, 128]
    style = brush.style(torch.rand(1, 3, 32, 32))
    own = brush.style(photo)
    rows, columns = (brush(photo, style, own) != brush(changed, style, own))[0].any(0).nonzero().T
    furthest = torch.cat([rows - 128, columns - 128]).abs().max()
    assert brush.reach - 2 * STRIDE <= furthest <= brush.reach


def test_every_weight_gets_a_gradient(brush: Brush) -> None:
    network = Brush(widths=(6, 8, 10), blocks=1)
    network(torch.rand(1, 3, 32, 32), network.style(torch.rand(1, 3, 32, 32))).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_grain_belongs_to_the_place(brush: Brush) -> None:
    rough = copy.deepcopy(brush)
    torch.nn.init.normal_(rough.grain_reader.weight)
    photo, style = torch.full((1, 3, 192, 192), 0.5), brush.style(torch.rand(1, 3, 32, 32))
    own = brush.style(photo)
    whole, tile = rough(photo, style, own), photo[..., 96:, 96:]
    placed = rough(tile, style, own, origin=(96, 96))
    assert torch.allclose(placed[..., -8:, -8:], whole[..., -8:, -8:], atol=1e-5)
    assert not torch.allclose(rough(tile, style, own)[..., -8:, -8:], whole[..., -8:, -8:])
    assert not torch.allclose(whole, brush(photo, style, own), atol=1e-4)


def test_renormalizing_gives_the_wanted_mean_and_deviation() -> None:
    features = torch.randn(1, 2, 64, 64)
    own = torch.cat([features.mean((2, 3)), features.std((2, 3), correction=0)], 1)
    target = torch.tensor([[1.0, -2.0, 0.5, 3.0]])
    made = renormalize(features, target, own)
    assert torch.allclose(made.mean((2, 3)), target[:, :2], atol=1e-5)
    assert torch.allclose(made.std((2, 3), correction=0), target[:, 2:], atol=1e-5)


def test_an_empty_sky_is_not_amplified_without_end() -> None:
    own = torch.tensor([[0.0, 1e-4]])
    made = renormalize(torch.full((1, 1, 2, 2), 1e-4), torch.tensor([[0.0, 1.0]]), own)
    assert made.max() <= LOUDEST * 1e-4 + 1e-9
