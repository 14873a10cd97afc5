"""The eye sees any picture as a unit vector, and folding its normalizations changes nothing."""

import pytest
import torch

from impasto.networks.eye import SIZE, Eye, pad


@pytest.fixture
def learned(generator: torch.Generator) -> Eye:
    """An eye whose normalizations have seen something."""
    torch.manual_seed(0)
    eye = Eye(normalized=True)
    for _ in range(3):
        eye(torch.rand(4, 3, 48, 64, generator=generator))
    return eye.eval()


@pytest.mark.parametrize("size", [(32, 32), (224, 224), (33, 200), (1, 1), (5, 90)])
def test_any_size_and_shape_gives_a_unit_vector(learned: Eye, size: tuple[int, int]) -> None:
    seen = learned(torch.rand(2, 3, *size))
    assert seen.shape == (2, SIZE)
    assert seen.dtype == torch.float32
    torch.testing.assert_close(seen.norm(dim=1), torch.ones(2))


def test_folding_changes_nothing_but_the_parts(learned: Eye) -> None:
    pictures = torch.rand(3, 3, 70, 41)
    folded = learned.folded()
    torch.testing.assert_close(folded(pictures), learned(pictures), atol=1e-5, rtol=1e-4)
    assert not any("norm" in name for name in folded.state_dict())


def test_it_is_small_enough_to_ship(learned: Eye) -> None:
    assert sum(p.numel() for p in learned.folded().parameters()) <= 2_900_000


def test_a_picture_is_seen_alike_alone_and_in_company(learned: Eye) -> None:
    pictures = torch.rand(3, 3, 64, 64)
    torch.testing.assert_close(learned(pictures)[1:2], learned(pictures[1:2]), atol=1e-5, rtol=1e-4)


def test_black_pictures_have_a_vector_too(learned: Eye) -> None:
    assert learned(torch.zeros(1, 3, 64, 64)).isfinite().all()


def test_bfloat16_sees_nearly_the_same(learned: Eye) -> None:
    eye, pictures = learned.folded(), torch.rand(2, 3, 64, 64)
    precise = eye(pictures)
    seen = eye.bfloat16()(pictures)
    assert seen.dtype == torch.float32
    assert (seen * precise).sum(1).min() > 0.995


def test_every_weight_learns(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    eye = Eye(normalized=True)
    target = torch.rand(4, SIZE, generator=generator)
    (eye(torch.rand(4, 3, 64, 64, generator=generator)) * target).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in eye.parameters())


def test_small_pictures_are_surrounded_by_their_border() -> None:
    picture = torch.rand(1, 3, 20, 40)
    padded = pad(picture)
    assert padded.shape == (1, 3, 32, 40)
    torch.testing.assert_close(padded[:, :, 6:26], picture)
    torch.testing.assert_close(padded[:, :, 0], picture[:, :, 0])
