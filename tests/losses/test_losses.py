"""Losses: zero for equals, values worked by hand, gradients."""

import pytest
import torch
from torch.autograd import gradcheck

from impasto.losses.color import color_loss, random_directions
from impasto.losses.content import (
    content_loss,
    luminance_loss,
    standardize,
    structure_loss,
    total_variation,
    unrest,
)
from impasto.losses.style import gram, relative, style_loss
from impasto.networks.layers import moments


def test_gram_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, -1.0]]]])
    assert torch.equal(gram(features), torch.tensor([[[2.5, 0.5], [0.5, 5.0]]]))


def test_gram_against_einsum_and_symmetric(generator: torch.Generator) -> None:
    features = torch.randn(2, 5, 6, 7, generator=generator)
    wanted = torch.einsum("bchw,bdhw->bcd", features, features) / 42
    assert torch.allclose(gram(features), wanted, atol=1e-6)
    assert torch.allclose(gram(features), gram(features).transpose(1, 2))


def test_gram_forgets_where(generator: torch.Generator) -> None:
    features = torch.randn(1, 3, 4, 4, generator=generator)
    assert torch.allclose(gram(features), gram(features.flip(2).transpose(2, 3)), atol=1e-6)


def test_relative_by_hand() -> None:
    given, wanted = torch.tensor([[3.0, 0.0]]), torch.tensor([[1.0, 0.0]])
    assert relative(given, wanted) == pytest.approx(4 / 1.1, rel=1e-5)


def test_equal_pictures_have_no_loss(generator: torch.Generator) -> None:
    picture = torch.rand(2, 3, 16, 16, generator=generator)
    directions = random_directions(5, generator)
    assert style_loss([picture], [picture]) == 0
    assert content_loss(picture, picture) == 0
    assert luminance_loss(picture, picture) == 0
    assert structure_loss(picture, picture) == pytest.approx(0, abs=1e-5)
    assert color_loss(picture, picture, directions=directions) == 0


def test_a_layer_counts_as_much_as_it_is_told_to(generator: torch.Generator) -> None:
    given, wanted = (
        [torch.rand(2, 3, 8, 8, generator=generator) for _ in range(2)] for _ in range(2)
    )
    first, second = (style_loss([g], [w]) for g, w in zip(given, wanted, strict=True))
    weighed = style_loss(given, wanted, weights=(0.5, 2.0))
    assert weighed.item() == pytest.approx((0.5 * first + 2 * second).item(), rel=1e-5)


def test_content_ignores_contrast_and_brightness_and_light_sees_the_sign() -> None:
    picture = torch.rand(1, 3, 32, 32)
    assert content_loss(0.3 * picture + 0.2, picture) == pytest.approx(0, abs=1e-3)
    assert luminance_loss(0.3 * picture + 0.2, picture) == pytest.approx(0, abs=2e-2)
    assert luminance_loss(1 - picture, picture) == pytest.approx(4, rel=0.05)


def test_structure_lets_surfaces_change_but_not_what_is_drawn_on_them() -> None:
    g = torch.Generator().manual_seed(0)
    fine = 0.2 * torch.rand(1, 1, 48, 48, generator=g).expand(1, 3, 48, 48)
    slope = torch.linspace(0, 0.3, 48)
    made, drawn = 0.4 + fine - slope, 0.1 + fine + slope
    assert structure_loss(made, drawn) < 0.1
    assert luminance_loss(made, drawn) > 2
    # fainter marks: 1 - 0.8 / 1.16, less what is too faint to count
    assert 0.2 < structure_loss(0.1 + 0.4 * fine, 0.1 + fine) < 0.32
    assert structure_loss(1 - fine, fine) > 1.5
    noise = torch.rand(1, 3, 48, 48, generator=g)
    assert 0.8 < structure_loss(noise, drawn) < 1.2


def test_structure_is_that_of_another_program() -> None:
    """In float32, though it runs in bfloat16; without brightness it can't be less similar."""
    from kornia.losses import ssim_loss

    g = torch.Generator().manual_seed(0)
    photo = torch.rand(1, 1, 40, 40, generator=g).expand(1, 3, 40, 40)
    made = (0.6 * photo + 0.4 * torch.rand(1, 1, 40, 40, generator=g)).expand(1, 3, 40, 40)
    theirs = 2 * ssim_loss(made[:, :1], photo[:, :1], 11, padding="valid")
    with torch.autocast("cpu", torch.bfloat16):
        ours = structure_loss(made, photo)
    assert ours.dtype == torch.float32
    assert float(theirs) - 0.02 < float(ours) < float(theirs)


def test_standardized_channels_have_no_mean_and_unit_deviation() -> None:
    made = standardize(3 * torch.randn(2, 4, 16, 16) + 1)
    assert torch.allclose(made.mean((2, 3)), torch.zeros(2, 4), atol=1e-5)
    assert torch.allclose(made.std((2, 3), correction=0), torch.ones(2, 4), atol=1e-3)


def test_color_travels_as_far_as_the_shift() -> None:
    picture = torch.rand(1, 3, 8, 8) / 2
    red = torch.tensor([[1.0, 0.0, 0.0]])
    moved = picture + torch.tensor([0.25, 0, 0])[:, None, None]
    assert color_loss(moved, picture, directions=red) == pytest.approx(0.25, rel=1e-5)
    assert color_loss(moved.flip(2, 3), picture, directions=red) == pytest.approx(0.25, rel=1e-5)


def test_directions_are_unit_vectors(generator: torch.Generator) -> None:
    assert torch.allclose(random_directions(7, generator).norm(dim=1), torch.ones(7))


def test_total_variation_of_a_stair() -> None:
    stair = torch.arange(4.0).expand(1, 1, 4, 4)
    assert total_variation(stair) == 1


def test_gradients(generator: torch.Generator) -> None:
    given = torch.rand(1, 2, 4, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    wanted = torch.rand(1, 2, 4, 4, generator=generator, dtype=torch.float64)
    assert gradcheck(lambda g: relative(gram(g), gram(wanted)), given)
    assert gradcheck(moments, given)
    assert gradcheck(total_variation, given)


def test_unrest_counts_only_where_the_photograph_is_quiet() -> None:
    photo, marks = torch.full((1, 3, 16, 32), 0.5), torch.zeros(1, 3, 16, 32)
    photo[..., :16] += 0.4 * (torch.arange(16) % 2)
    marks[..., ::2] = 1.0
    left, right = marks.clone(), marks.clone()
    left[..., 11:], right[..., :21] = 0, 0
    assert unrest(marks, torch.full_like(photo, 0.5)) == pytest.approx(1)
    assert unrest(left, photo) < 1e-4 < 0.1 < unrest(right, photo)
    assert unrest(torch.full_like(photo, 0.3), photo) == 0
