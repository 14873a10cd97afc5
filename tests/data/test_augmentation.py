"""Augmentation: range, seeds, each change by hand, and what a label forbids."""

import time

import pytest
import torch

from impasto.data.augmentation import Augmentation, _grid, for_task
from impasto.errors import SettingsError

STILL = Augmentation(flip=False, crop=1.0, rotate=0.0, light=0.0)


def seeded(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("hue", [False, True])
def test_shape_range_and_seed(channels, hue, generator):
    batch = torch.rand(5, channels, 24, 36, generator=generator)
    before = batch.clone()
    state = torch.get_rng_state()
    made = [Augmentation(hue=hue)(batch, seeded()) for _ in "ab"]
    assert made[0].shape == batch.shape
    assert made[0].min() >= 0
    assert made[0].max() <= 1
    assert torch.equal(*made)
    assert torch.equal(batch, before)
    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.equal(made[0], Augmentation(hue=hue)(batch, seeded(4)))


def test_nothing_asked_for_changes_nothing(generator):
    batch = torch.rand(3, 3, 8, 8, generator=generator)
    made = STILL(batch, generator)
    assert torch.equal(made, batch)
    assert made is not batch


def test_half_are_mirrored(generator):
    batch = torch.rand(1, 3, 9, 7, generator=generator).expand(100, 3, 9, 7)
    made = Augmentation(flip=True, crop=1.0, rotate=0.0, light=0.0)(batch, generator)
    same = (made - batch).abs().amax((1, 2, 3)) < 1e-5
    mirrored = (made - batch.flip(3)).abs().amax((1, 2, 3)) < 1e-5
    assert (same ^ mirrored).all()
    assert 30 < same.sum() < 70


def test_a_crop_shows_a_part_and_no_border(generator):
    ramp = torch.linspace(0, 1, 32).expand(50, 1, 32, 32)
    made = Augmentation(flip=False, crop=0.5, rotate=0.0, light=0.0)(ramp, generator)
    slopes = made[:, 0, 16, -1] - made[:, 0, 16, 0]
    assert slopes.min() > 0.45
    assert slopes.max() < 1.001
    assert made[:, 0, :, 1:].diff(dim=2).min() > -1e-5


def test_a_turn_is_one_in_a_wide_picture_too():
    """A disk stays a disk: its extent across is its extent down, at any angle."""
    y, x = torch.meshgrid(torch.arange(60) - 29.5, torch.arange(80) - 39.5, indexing="ij")
    disk = ((x**2 + y**2) < 144).float().expand(20, 1, 60, 80)
    made = Augmentation(flip=False, crop=1.0, rotate=180.0, light=0.0)(disk, seeded())
    across, down = made.sum(3).amax((1, 2)), made.sum(2).amax((1, 2))
    torch.testing.assert_close(across, down, atol=1.5, rtol=0)
    assert (across - 24).abs().max() < 1.5


def test_light_moves_contrast_and_brightness_within_bounds(generator):
    batch = torch.full((200, 3, 2, 2), 0.5)
    made = Augmentation(flip=False, crop=1.0, rotate=0.0, light=0.2)(batch, generator)
    assert made.amax() <= 0.6 + 1e-6
    assert made.amin() >= 0.4 - 1e-6
    assert made.std() > 0.03


def test_hue_turns_colors_and_keeps_gray(generator):
    hue = Augmentation(flip=False, crop=1.0, rotate=0.0, light=0.0, hue=True)
    gray = torch.full((4, 3, 2, 2), 0.4)
    torch.testing.assert_close(hue(gray, generator), gray)
    red = torch.tensor([1.0, 0, 0])[None, :, None, None].expand(20, 3, 2, 2)
    made = hue(red, generator)
    assert (made - red).abs().max() > 0.1
    torch.testing.assert_close(made.amax(1), torch.ones(20, 2, 2))


def test_the_grid_is_that_of_torch(generator):
    places = torch.rand(3, 2, 3, generator=generator)
    expected = torch.nn.functional.affine_grid(places, [3, 1, 5, 7], align_corners=False)
    torch.testing.assert_close(_grid(places, (5, 7)), expected)


def test_gradients_flow(generator):
    batch = torch.full((2, 3, 8, 8), 0.5, requires_grad=True)
    Augmentation()(batch, generator).sum().backward()
    assert batch.grad is not None
    assert batch.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("label", "options", "expected"),
    [
        ("movement", {}, Augmentation()),
        ("dominant_Color", {}, Augmentation(light=0.0)),
        ("brightness", {}, Augmentation(light=0.0)),
        ("digit", {}, Augmentation(flip=False)),
        ("movement", {"writing": True}, Augmentation(flip=False)),
        ("movement", {"pixels": 28}, Augmentation(crop=0.9)),
        ("facing", {}, Augmentation(flip=False, rotate=0.0)),
    ],
)
def test_a_label_forbids_what_would_change_it(label, options, expected):
    assert for_task(label=label, **options) == expected


@pytest.mark.parametrize(
    "options", [{"crop": 0.0}, {"crop": 1.1}, {"rotate": -1.0}, {"light": 2.0}]
)
def test_settings_out_of_range_are_refused(options):
    with pytest.raises(SettingsError, match="expected a crop above 0"):
        Augmentation(**options)


@pytest.mark.slow
def test_it_is_fast(generator):
    batch = torch.rand(64, 3, 128, 128, generator=generator)
    times = []
    for _ in range(10):
        start = time.perf_counter()
        Augmentation()(batch, generator)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
