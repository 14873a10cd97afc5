"""The picture in memory, and its ways in and out."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.errors import PictureError
from impasto.picture import Picture


def test_size_is_width_and_height(make):
    assert make(13, 21).size == (21, 13)


@pytest.mark.parametrize("shape", [(3, 5, 7), (1, 3, 5, 7)])
def test_from_tensor(shape):
    picture = Picture.from_tensor(torch.full(shape, 0.5), alpha=torch.ones(1, 5, 7), bits=16)
    assert picture.pixels.shape == (1, 3, 5, 7)
    assert (picture.alpha.shape, picture.bits) == ((1, 1, 5, 7), 16)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (torch.zeros(3, 5, 7, dtype=torch.uint8), "floats.*uint8.*255"),
        (torch.zeros(1, 5, 7), r"shape \(3, h, w\).*\(1, 5, 7\)"),
        (torch.zeros(2, 3, 5, 7), "one picture at a time"),
        (torch.zeros(3, 0, 7), "shape"),
        (torch.full((3, 5, 7), 200.0), "0 to 1, got 200 to 200"),
        (torch.full((3, 5, 7), torch.nan), "got nan"),
    ],
)
def test_from_tensor_says_what_is_wrong(values, words):
    with pytest.raises(PictureError, match=words):
        Picture.from_tensor(values)


def test_alpha_must_fit():
    with pytest.raises(PictureError, match="make them equal"):
        Picture.from_tensor(torch.zeros(3, 5, 7), alpha=torch.zeros(1, 5, 8))


def test_rounding_beyond_the_range_is_cut_off():
    assert Picture.from_tensor(torch.full((3, 1, 1), 1.0005)).pixels.max() == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_to_pillow_and_back(mode):
    noise = np.random.default_rng(0).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    image = Image.fromarray(noise if "A" in mode else noise[..., :3]).convert(mode)
    picture = Picture.from_pil(image)
    back = picture.to_pil()
    assert np.array_equal(np.array(back), np.array(image.convert(back.mode)))
    assert back.mode == ("RGBA" if "A" in mode else "RGB")


def test_sixteen_bits_from_pillow():
    picture = Picture.from_pil(Image.fromarray(np.full((2, 2), 40_000, np.uint16)))
    assert picture.bits == 16
    assert (picture.pixels * 65535).round().unique().tolist() == [40_000]


def test_pillow_gets_the_profile(make):
    assert make(icc=b"profile").to_pil().info["icc_profile"] == b"profile"


def test_info_is_everything_but_the_pixels(make, recipe):
    picture = make(title="Wave", recipe=recipe)
    info = picture.info
    assert (info.title, info.recipe, info.bits) == ("Wave", recipe, 8)
    assert not hasattr(info, "pixels")


def test_pictures_are_frozen_but_can_be_replaced(make):
    picture = make(title="Wave")
    with pytest.raises(dataclasses.FrozenInstanceError):
        picture.title = "Fuji"
    changed = dataclasses.replace(picture, pixels=picture.pixels / 2)
    assert changed.title == "Wave"


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_every_depth_of_floats_is_painted_on_in_one(dtype):
    assert Picture.from_tensor(torch.ones(3, 5, 7, dtype=dtype)).pixels.dtype == torch.float32
