"""Arrays to tensors and back."""

import numpy as np
import pytest
import torch

from impasto.picture.planes import over_white, planes, quantize


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_there_and_back_is_exact_for_every_level(dtype, channels):
    top = np.iinfo(dtype).max
    array = np.arange(top + 1, dtype=dtype)[:, None, None].repeat(channels, -1)
    assert np.array_equal(quantize(*planes(array), bits=dtype().itemsize * 8), array)


@pytest.mark.parametrize(("channels", "alpha"), [(1, False), (2, True), (3, False), (4, True)])
def test_channels(channels, alpha):
    colors, cover = planes(np.zeros((2, 5, channels), np.uint8))
    assert colors.shape == (1, 3, 2, 5)
    assert (cover is not None) == alpha


def test_rounds_to_the_nearest_level_and_cuts_off():
    values = torch.tensor([0.0, 0.4999 / 255, 0.5001 / 255, 2.0, -1.0, torch.nan])
    row = values.expand(1, 3, 1, 6)
    assert quantize(row)[0, :, 0].tolist() == [0, 0, 1, 255, 0, 0]


def test_bytes_pass_as_they_are_and_deepen():
    rows = torch.arange(12, dtype=torch.uint8).reshape(1, 3, 2, 2)
    assert quantize(rows)[0, 0].tolist() == [0, 4, 8]
    assert quantize(rows, bits=16)[0, 0].tolist() == [0, 4 * 257, 8 * 257]


def test_half_precision_and_gradients_are_no_trouble():
    rows = torch.full((1, 3, 1, 1), 0.5, dtype=torch.bfloat16, requires_grad=True)
    assert quantize(rows).tolist() == [[[128, 128, 128]]]


def test_over_white():
    black = torch.zeros(1, 3, 1, 2)
    laid = over_white(black, torch.tensor([0.0, 0.25]).reshape(1, 1, 1, 2))
    assert laid[0, 0, 0].tolist() == [1.0, 0.75]
