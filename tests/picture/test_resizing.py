"""Smaller and larger."""

import pytest
import torch

from impasto.errors import SettingsError
from impasto.picture import fit, resize


def test_shape_and_range(generator):
    noise = torch.rand(2, 3, 40, 30, generator=generator)
    small = resize(noise, size=(7, 11))
    assert small.shape == (2, 3, 7, 11)
    assert small.min() >= 0
    assert small.max() <= 1


def test_the_same_size_is_the_same_picture(generator):
    noise = torch.rand(1, 3, 5, 6, generator=generator)
    assert resize(noise, size=(5, 6)) is noise


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (80, 60)])
def test_a_flat_picture_stays_flat(size):
    flat = torch.full((1, 1, 20, 30), 0.3)
    torch.testing.assert_close(resize(flat, size=size), torch.full((1, 1, *size), 0.3))


def test_fine_stripes_blur_to_gray():
    stripes = (torch.arange(64) % 2).float().expand(1, 1, 64, 64)
    assert (resize(stripes, size=(16, 16))[..., 2:-2] - 0.5).abs().max() < 0.02


@pytest.mark.parametrize(
    ("sides", "shape"),
    [({"short": 10}, (10, 15)), ({"long": 10}, (7, 10)), ({"short": 200}, (200, 300))],
)
def test_fit_keeps_proportions(sides, shape):
    assert fit(torch.zeros(1, 3, 20, 30), **sides).shape == (1, 3, *shape)


def test_fit_keeps_at_least_a_pixel():
    assert fit(torch.zeros(1, 3, 1, 500), long=10).shape == (1, 3, 1, 10)


@pytest.mark.parametrize("sides", [{}, {"short": 0}, {"short": 1, "long": 2}])
def test_fit_wants_one_side(sides):
    with pytest.raises(SettingsError, match="one of short and long"):
        fit(torch.zeros(1, 3, 2, 2), **sides)


def test_resize_wants_a_size():
    with pytest.raises(SettingsError, match="at least 1 × 1"):
        resize(torch.zeros(1, 3, 2, 2), size=(0, 5))
