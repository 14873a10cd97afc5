"""The brush: shapes, the vector, and what one pixel can reach."""

from dataclasses import replace

import pytest
import torch

from impasto.networks import colors
from impasto.networks.brush import FINE, STRIDE, TRUST, Brush, soften
from impasto.picture.color import luminance


def small_brush() -> Brush:
    torch.manual_seed(0)
    return Brush(widths=(6, 8, 10), blocks=2, code=16)


@pytest.fixture(scope="module")
def brush() -> Brush:
    return small_brush().eval().requires_grad_(False)


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (8, 8), (33, 50)])
def test_any_size_comes_back(brush: Brush, size: tuple[int, int]) -> None:
    photo = torch.rand(2, 3, *size)
    style = brush.style(torch.rand(2, 3, 16, 16))
    assert brush(photo, style).shape == photo.shape
    assert style.shape == (2, brush.vector_size)
    assert torch.isfinite(brush(photo, style)).all()


def test_a_batch_is_painted_as_each_alone(brush: Brush) -> None:
    photos, paintings = torch.rand(2, 3, 33, 50), torch.rand(2, 3, 24, 24)
    together = brush(photos, brush.style(paintings))
    alone = [brush(p[None], brush.style(s[None])) for p, s in zip(photos, paintings, strict=True)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def test_a_photograph_of_one_color_is_no_division_by_zero(brush: Brush) -> None:
    style = brush.style(torch.rand(1, 3, 16, 16))
    assert torch.isfinite(brush(torch.full((1, 3, 16, 16), 0.5), style)).all()


def test_deviations_are_where_the_vector_says(brush: Brush) -> None:
    flat = brush.style(torch.full((1, 3, 64, 64), 0.4))[0]
    assert brush.positive.sum() == sum(brush.widths)
    assert not brush.positive[: colors.SIZE].any()
    assert torch.allclose(flat[brush.positive], torch.tensor(1e-5).sqrt(), atol=1e-3)


def test_the_touch_of_the_whole_paints_the_whole(brush: Brush) -> None:
    photo = torch.rand(1, 3, 24, 16)
    style = brush.style(torch.rand(1, 3, 16, 16))
    touched = brush(photo, touch=brush.touch(photo, style))
    assert torch.allclose(brush(photo, style), touched, atol=1e-6)


def test_without_strength_a_style_asks_for_the_photograph_s_own(brush: Brush) -> None:
    photo, style = torch.rand(1, 3, 32, 32), brush.style(torch.rand(1, 3, 16, 16))
    none, own = brush.touch(photo, style, strength=0), brush.touch(photo, brush.style(photo))
    own = replace(own, fine=0.0)
    assert torch.allclose(brush(photo, touch=none), brush(photo, touch=own), atol=1e-5)
    gain, shift = own.scales[0]
    assert torch.allclose(gain, torch.ones_like(gain), atol=1e-3)
    assert torch.allclose(shift, torch.zeros_like(shift), atol=1e-3)


def test_no_pixel_reaches_further_than_reach(brush: Brush) -> None:
    photo = torch.rand(1, 3, 256, 256)
    changed = photo.clone()
    changed[..., 128, 128] = 1 - changed[..., 128, 128]
    touch = replace(brush.touch(photo, brush.style(torch.rand(1, 3, 32, 32))), soft=True)
    different = brush(photo, touch=touch) != brush(changed, touch=touch)
    rows, columns = different[0].any(0).nonzero().T
    furthest = torch.cat([rows - 128, columns - 128]).abs().max()
    assert brush.reach - 2 * STRIDE <= furthest <= brush.reach


def test_every_weight_gets_a_gradient() -> None:
    network = small_brush()
    network(torch.rand(1, 3, 32, 32), network.style(torch.rand(1, 3, 32, 32))).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_a_recolored_touch_paints_what_recoloring_would(brush: Brush) -> None:
    photo, style = torch.rand(1, 3, 24, 40), brush.style(torch.rand(1, 3, 16, 16))
    touch = replace(brush.touch(photo, style), fine=0.0)  # which is gray whatever the colors
    painted = brush(photo, touch=touch)
    matrix = torch.tensor([[[0.5, 0.1, 0.0], [0.0, 0.4, 0.1], [0.1, 0.0, 0.3]]])
    shift = torch.tensor([[0.1, 0.2, 0.15]])
    inside = (painted > 0) & (painted < 1)
    inside = inside.all(1, keepdim=True).expand_as(painted)  # outside it is bent, before or after
    assert inside.any()
    again = brush(photo, touch=touch.recolored(matrix, shift))
    expected = colors.recolor(painted, matrix, shift)
    assert torch.allclose(again[inside], expected[inside], atol=1e-5)


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_the_finest_drawing_shows_through(brush: Brush, strength: float, soft: bool) -> None:
    photo, style = torch.rand(1, 3, 24, 40), brush.style(torch.rand(1, 3, 16, 16))
    touch = replace(brush.touch(photo, style, strength=strength), soft=soft)
    painted, marks = brush(photo, touch=touch), brush(photo, touch=replace(touch, fine=0.0))
    inside = ((painted > 0) & (painted < 1) & (marks > 0) & (marks < 1)).all(1)  # as above
    assert inside.any()
    light = luminance(photo)
    more = (painted - marks - strength * FINE * (light - soften(soften(light)))).abs().amax(1)
    assert more[inside].max() < 1e-5


def test_soft_marks_are_marks_softened(brush: Brush) -> None:
    photo, style = torch.rand(1, 3, 24, 40), brush.style(torch.rand(1, 3, 16, 16))
    touch = replace(brush.touch(photo, style), fine=0.0)
    hard, soft = (brush(photo, touch=replace(touch, soft=s)) for s in (False, True))
    inside = (soften(((hard > 0) & (hard < 1)).float()) == 1) & (soft > 0) & (soft < 1)
    assert inside.any()
    assert (soft - soften(hard))[inside].abs().max() < 1e-5


def test_softening_takes_what_alternates_and_keeps_what_is_even() -> None:
    even = torch.full((1, 3, 9, 7), 0.7)
    assert torch.allclose(soften(even), even)
    comb = (torch.arange(12) % 2).float().expand(1, 1, 8, 12)
    for teeth in (comb, comb.mT):
        assert torch.equal(
            soften(teeth)[..., 1:-1, 1:-1], torch.full_like(teeth, 0.5)[..., 1:-1, 1:-1]
        )
    assert soften(torch.ones(1, 1, 1, 1)).item() == 1


def test_in_training_the_marks_are_all_there_is(reader: Brush) -> None:
    photo = torch.rand(1, 3, 16, 16)
    assert reader.touch(photo, reader.style(photo)).fine == 0


def test_even_ground_shows_no_grid(brush: Brush) -> None:
    style = brush.style(torch.rand(1, 3, 16, 16))
    painted = brush(torch.full((1, 3, 48, 48), 0.4), style)[0, :, 16:32, 16:32]
    corners = [painted[:, i::2, j::2].mean((1, 2)) for i in (0, 1) for j in (0, 1)]
    assert torch.stack(corners).std(0).max() < 1e-5


@pytest.fixture
def reader() -> Brush:
    return small_brush().requires_grad_(False)  # which leaves the usual as it is, in training too


def test_when_painting_the_reader_is_believed_less(reader: Brush) -> None:
    near = torch.full((1, reader.vector_size), 0.5)
    learning = reader.read(near)
    assert torch.allclose(reader.eval().read(near), TRUST * learning, atol=1e-6)


def test_when_painting_what_lies_far_out_counts_no_further(reader: Brush) -> None:
    far, farther = (torch.full((1, reader.vector_size), value) for value in (3.0, 4.0))
    assert not torch.equal(reader.read(far), reader.read(farther))
    reader.eval()
    assert torch.equal(reader.read(far), reader.read(farther))
