"""Changes that a gradient passes through."""

import pytest
import torch

from impasto.data.differentiable import _covered, _moved, _relit, differentiable


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_each_picture_is_changed_in_its_own_way() -> None:
    pictures = torch.rand(1, 3, 32, 32).expand(4, -1, -1, -1)
    changed = differentiable(pictures, generator())
    assert changed.shape == pictures.shape
    for i in range(1, 4):
        assert not torch.equal(changed[0], changed[i])
    assert torch.equal(changed, differentiable(pictures, generator()))
    assert not torch.equal(changed, differentiable(pictures, generator(1)))


def test_nothing_happens_in_the_middle_of_the_range() -> None:
    pictures = torch.rand(2, 3, 16, 16)
    middle = torch.full((2, 3), 0.5)
    assert torch.allclose(_relit(pictures, middle), pictures, atol=1e-6)
    assert torch.allclose(_moved(pictures, middle[:, :2]), pictures, atol=1e-6)


def test_a_move_by_hand() -> None:
    picture = torch.zeros(1, 3, 16, 16)
    picture[..., 5, 7] = 1
    moved = _moved(picture, torch.tensor([[0.0, 0.999]]))  # two down, two to the left
    assert moved[0, 0].argmax() == (5 + 2) * 16 + 7 - 2
    assert (moved[..., :2, :] == 0.5).all()


def test_a_hole_by_hand() -> None:
    covered = _covered(torch.zeros(1, 3, 16, 16), torch.tensor([[0.5, 0.5]]))
    assert (covered[..., 4:12, 4:12] == 0.5).all()
    assert covered.sum() == 0.5 * 3 * 64


def test_a_gradient_passes() -> None:
    pictures = torch.rand(3, 3, 16, 16, requires_grad=True)
    differentiable(pictures, generator()).square().sum().backward()
    assert pictures.grad is not None
    assert torch.isfinite(pictures.grad).all()
    assert (pictures.grad != 0).float().mean() > 0.3


@pytest.mark.parametrize("size", [(8, 8), (16, 24), (33, 17)])
def test_any_size(size: tuple[int, int]) -> None:
    assert differentiable(torch.rand(2, 3, *size), generator()).shape == (2, 3, *size)
