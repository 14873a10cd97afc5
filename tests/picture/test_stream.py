"""Rows from disk are the rows of `read`, whatever the format."""

import threading

import numpy as np
import pytest
import pyvips
import torch
from PIL import Image

from impasto.errors import PictureError, SettingsError
from impasto.picture import Source, fit, read, write

MODES = {
    "jpg": ["L", "RGB", "CMYK"],
    "png": ["1", "L", "LA", "P", "RGB", "RGBA"],
    "webp": ["RGB", "RGBA"],
    "tif": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"],
    "gif": ["L", "P"],
    "bmp": ["1", "L", "P", "RGB"],
}


def strips(source: Source, step: int) -> torch.Tensor:
    tops = range(0, source.height, step)
    return torch.cat([source.rows(t, min(source.height, t + step)) for t in tops], 2)


def same(path) -> bool:
    whole = read(path)
    with Source(path) as source:
        assert (source.width, source.height) == whole.size
        assert source.has_alpha == (whole.alpha is not None)
        assert source.info == whole.info
        return (strips(source, 10) - whole.pixels).abs().max() <= 1 / 255


@pytest.mark.parametrize(
    ("suffix", "mode"), [(suffix, mode) for suffix, modes in MODES.items() for mode in modes]
)
def test_rows_are_those_of_read(saved, photo_like, suffix, mode):
    image = photo_like.convert("RGBA") if "A" in mode else photo_like
    if "A" in mode:
        image.putalpha(photo_like.getchannel(0))
    assert same(saved(image.convert(mode), f"a.{suffix}"))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_rows_stand_upright(saved, photo_like, suffix, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"tiffinfo": exif} if suffix == "tif" else {"exif": exif.tobytes()}
    assert same(saved(photo_like, f"a.{suffix}", **options))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_rows_are_in_srgb(saved, photo_like, suffix):
    profile = bytes(pyvips.Image.profile_load("p3"))
    assert same(saved(photo_like, f"a.{suffix}", icc_profile=profile))


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("alpha", [False, True])
def test_rows_keep_sixteen_bits(make, tmp_path, suffix, alpha):
    path = write(make(33, 17, alpha=alpha, bits=16), tmp_path / f"a.{suffix}")
    with Source(path) as source:
        assert torch.equal(strips(source, 8), read(path).pixels)


@pytest.mark.parametrize(
    "layout",
    [
        {"tile": True, "tile_width": 64, "tile_height": 32},
        {"tile": True, "tile_width": 256, "tile_height": 256, "compression": "deflate"},
        {"compression": "jpeg", "Q": 95},
        {"compression": "lzw", "predictor": "horizontal"},
        {"bigtiff": True},
        {"compression": "packbits"},
    ],
)
def test_tiffs_of_every_layout(tmp_path, photo_like, layout):
    large = photo_like.resize((301, 403))
    pyvips.Image.new_from_array(np.array(large)).copy(interpretation="srgb").tiffsave(
        str(tmp_path / "a.tif"), **layout
    )
    assert same(tmp_path / "a.tif")


def test_strips_may_overlap_skip_and_be_cut(make, tmp_path):
    picture = make(200, 30, alpha=True)
    path = write(picture, tmp_path / "a.png")
    with Source(path) as source:
        for top, bottom in [(0, 50), (0, 20), (30, 80), (30, 81), (79, 90), (150, 160), (199, 200)]:
            assert torch.equal(source.rows(top, bottom), picture.pixels[:, :, top:bottom])
            part = source.rows(top, bottom, left=3, right=11)
            assert torch.equal(part, picture.pixels[:, :, top:bottom, 3:11])
            assert torch.equal(source.alpha_rows(top, bottom), picture.alpha[:, :, top:bottom])


def test_rows_are_the_caller_s_own(make, tmp_path):
    picture = make(20, 10)
    with Source(write(picture, tmp_path / "a.png")) as source:
        first = source.rows(0, 10)
        source.rows(5, 15).zero_()
        assert torch.equal(first, picture.pixels[:, :, :10])
        assert torch.equal(source.rows(5, 15), picture.pixels[:, :, 5:15])


def test_an_opaque_picture_has_no_alpha_rows(make, tmp_path):
    with Source(write(make(), tmp_path / "a.png")) as source:
        assert source.alpha_rows(0, 5) is None


@pytest.mark.parametrize(("top", "bottom"), [(-1, 2), (3, 3), (5, 4), (0, 14), (13, 14)])
def test_rows_outside_are_refused(make, tmp_path, top, bottom):
    with (
        Source(write(make(), tmp_path / "a.png")) as source,
        pytest.raises(SettingsError, match=f"got {top} to {bottom}"),
    ):
        source.rows(top, bottom)


def test_going_back_needs_rewind(make, tmp_path):
    picture = make()
    with Source(write(picture, tmp_path / "a.png")) as source:
        source.rows(5, 6)
        with pytest.raises(SettingsError, match="rewind"):
            source.rows(4, 6)
        source.rewind()
        assert torch.equal(source.rows(0, 13), picture.pixels)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("short", [33, 300, 900])
def test_thumbnails_are_what_fit_gives(tmp_path, saved, photo_like, suffix, short):
    path = saved(photo_like.resize((601, 449)), f"a.{suffix}")
    with Source(path) as source:
        source.rows(0, 5)
        small = source.thumbnail(short)
        expected = fit(read(path).pixels, short=short)
        assert small.shape == expected.shape
        assert (small - expected).abs().mean() < 1 / 255
        source.rows(5, 10)


def test_a_picture_left_in_the_middle_leaves_no_thread(make, tmp_path):
    before = threading.active_count()
    path = write(make(3000, 40), tmp_path / "a.png")
    for _ in range(5):
        with Source(path) as source:
            source.rows(0, 10)
    assert threading.active_count() == before


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "gif", "bmp"])
def test_broken_pictures_are_refused_at_the_latest_when_they_break(saved, photo_like, suffix):
    path = saved(photo_like.resize((300, 400)), f"a.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    broken = r"cannot read .*a\.\w+: the file is broken"
    with pytest.raises(PictureError, match=broken) as caught, Source(path) as source:
        strips(source, 16)
    assert str(caught.value).count("cannot read") == 1


def test_the_limit(make, tmp_path):
    path = write(make(), tmp_path / "a.png")
    with pytest.raises(PictureError, match="--max-pixels"):
        Source(path, max_pixels=100)
    with pytest.raises(PictureError, match="no such file"):
        Source(tmp_path / "b.png")
