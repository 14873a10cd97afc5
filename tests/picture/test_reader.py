"""Reading: every mode and format becomes upright sRGB, and nothing is lost on the way."""

import hashlib
import io
import warnings

import numpy as np
import pytest
import pyvips
import torch
from PIL import Image, ImageCms

from impasto.errors import PictureError
from impasto.picture import Picture, read, write

GRAY = np.arange(6 * 8, dtype=np.uint8).reshape(6, 8) * 5
COLOR = np.random.default_rng(0).integers(0, 256, (6, 8, 4), dtype=np.uint8)


def levels(values: torch.Tensor, top: int = 255) -> np.ndarray:
    return (values[0] * top).round().permute(1, 2, 0).numpy().astype(int)


def off(picture: Picture, expected: np.ndarray) -> int:
    return int(np.abs(levels(picture.pixels) - expected.astype(int)).max())


def profile(name: str) -> bytes:
    return bytes(pyvips.Image.profile_load(name))


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp", "webp", "gif"])
def test_colors_are_exact_in_lossless_formats(saved, suffix):
    image = Image.fromarray(COLOR[..., :3])
    if suffix == "gif":
        image = image.convert("P", palette=Image.Palette.ADAPTIVE)
    picture = read(saved(image, f"a.{suffix}", **({"lossless": True} if suffix == "webp" else {})))
    assert off(picture, np.array(image.convert("RGB"))) == 0
    assert (picture.size, picture.bits, picture.alpha, picture.icc) == ((8, 6), 8, None, None)


def test_jpeg_is_close(saved, photo_like):
    picture = read(saved(photo_like, "a.jpg", quality=98, subsampling=0))
    assert off(picture, np.array(photo_like)) <= 6


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_modes(saved, suffix, mode):
    source = Image.fromarray(COLOR if "A" in mode else COLOR[..., :3]).convert(mode)
    if (suffix, mode) == ("tif", "1"):
        source = Image.fromarray(GRAY > 90)
    picture = read(saved(source, f"a.{suffix}"))
    expected = np.array(source.convert("RGBA"))
    assert off(picture, expected[..., :3]) == 0
    if "A" in mode:
        assert np.array_equal(levels(picture.alpha)[..., 0], expected[..., 3])
    else:
        assert picture.alpha is None


@pytest.mark.parametrize("mode", ["L", "P", "RGB"])
def test_a_transparent_color_becomes_alpha(saved, mode):
    source = Image.fromarray(COLOR[..., :3]).convert(mode)
    key = source.getpixel((0, 0))
    picture = read(saved(source, "a.png", transparency=key))
    assert picture.alpha[0, 0, 0, 0] == 0
    assert picture.alpha.max() == 1


def test_a_gif_shows_its_first_frame_with_holes(tmp_path):
    frames = [Image.new("P", (4, 3), index) for index in (1, 2)]
    for frame in frames:
        frame.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    frames[0].putpixel((0, 0), 0)
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], transparency=0)
    picture = read(path)
    assert levels(picture.pixels)[1, 1].tolist() == [255, 0, 0]
    assert levels(picture.alpha)[0, 0] == 0
    assert levels(picture.alpha)[1, 1] == 255


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_keep_their_precision(tmp_path, suffix, channels):
    deep = np.random.default_rng(1).integers(0, 65536, (6, 8, channels), dtype=np.uint16)
    space = "grey16" if channels < 3 else "rgb16"
    path = str(tmp_path / f"a.{suffix}")
    pyvips.Image.new_from_array(deep).copy(interpretation=space).write_to_file(path)
    picture = read(path)
    colors = deep[..., :3] if channels > 2 else deep[..., :1].repeat(3, -1)
    assert picture.bits == 16
    assert np.array_equal(levels(picture.pixels, 65535), colors)
    if channels in (2, 4):
        assert np.array_equal(levels(picture.alpha, 65535), deep[..., -1:])


def test_gray_sixteen_bits_from_pillow(saved):
    deep = (GRAY.astype(np.uint16) << 8) + 3
    for name in ("a.png", "a.tif"):
        picture = read(saved(Image.fromarray(deep), name))
        assert np.array_equal(levels(picture.pixels, 65535)[..., 1], deep)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_as_the_camera_was_held(saved, photo_like, suffix, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if suffix == "webp" else {}
    options |= {"tiffinfo": exif} if suffix == "tif" else {"exif": exif.tobytes()}
    turns = {
        1: np.array,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: np.rot90,
    }
    expected = turns[orientation](np.array(photo_like))
    picture = read(saved(photo_like, f"a.{suffix}", **options))
    assert off(picture, expected) <= (12 if suffix == "jpg" else 0)


def test_a_foreign_profile_is_converted_and_srgb_embedded(saved, photo_like):
    picture = read(saved(photo_like, "a.png", icc_profile=profile("p3")))
    foreign = ImageCms.ImageCmsProfile(io.BytesIO(profile("p3")))
    expected = ImageCms.profileToProfile(photo_like, foreign, ImageCms.createProfile("sRGB"))
    assert off(picture, np.array(expected)) <= 1
    assert off(picture, np.array(photo_like)) > 20
    assert picture.icc == profile("srgb")


def test_srgb_by_another_name_changes_nothing(saved, photo_like):
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = read(saved(photo_like, "a.png", icc_profile=own))
    assert off(picture, np.array(photo_like)) == 0
    assert picture.icc == own


def test_a_profile_works_at_sixteen_bits_and_leaves_alpha(tmp_path):
    deep = np.random.default_rng(1).integers(0, 65536, (6, 8, 4), dtype=np.uint16)
    image = pyvips.Image.new_from_array(deep).copy(interpretation="rgb16")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile("p3"))
    image.pngsave(str(tmp_path / "a.png"))
    picture = read(tmp_path / "a.png")
    assert np.array_equal(levels(picture.alpha, 65535), deep[..., 3:])
    assert not np.array_equal(levels(picture.pixels, 65535), deep[..., :3])


@pytest.mark.parametrize("broken", [b"rubbish", b"\0" * 128, profile("cmyk")[:4000]])
def test_a_broken_profile_is_ignored(saved, photo_like, broken):
    for name in ("a.png", "a.tif"):
        assert off(read(saved(photo_like, name, icc_profile=broken)), np.array(photo_like)) == 0


def test_a_profile_for_gray(saved):
    image = Image.fromarray(GRAY)
    picture = read(saved(image, "a.png", icc_profile=profile("srgb")))
    assert picture.pixels.shape == (1, 3, 6, 8)


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_looks_as_printed(saved, suffix):
    patches = {"white": (0, 0, 0, 0), "black": (0, 0, 0, 255), "cyan": (255, 0, 0, 0)}
    for name, ink in patches.items():
        pixels = read(saved(Image.new("CMYK", (16, 16), ink), f"{name}.{suffix}")).pixels
        red, green, blue = pixels.mean((0, 2, 3)).tolist()
        if name == "white":
            assert min(red, green, blue) > 0.97
        elif name == "black":
            assert max(red, green, blue) < 0.2
        else:
            assert red < 0.3 < 0.5 < green < blue


def test_cmyk_with_a_profile(saved):
    image = Image.new("CMYK", (16, 16), (10, 200, 30, 0))
    picture = read(saved(image, "a.jpg", icc_profile=profile("cmyk"), quality=98))
    assert picture.icc == profile("srgb")
    assert picture.pixels[0, :, 0, 0].argmax() == 0


def test_name_and_hash_tell_the_source(saved):
    path = saved(Image.new("RGB", (3, 2)), "photo.png")
    picture = read(path)
    assert picture.name == "photo.png"
    assert picture.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "gif", "bmp", "webp"])
def test_the_limit_is_asked_before_anything_is_decoded(saved, suffix):
    path = saved(Image.new("RGB", (300, 200)), f"a.{suffix}")
    if suffix != "webp":  # its container says how long it is
        path.write_bytes(path.read_bytes()[:-8])  # who decodes it finds it broken
    with pytest.raises(PictureError, match=r"300 × 200 pixels.*59,999.*--max-pixels"):
        read(path, max_pixels=59_999)


def test_pillows_own_limit_is_ours_to_raise_and_comes_back(saved, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    path = saved(Image.new("L", (50, 50)), "a.png")
    assert read(path).size == (50, 50)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_a_small_file_that_claims_to_be_huge(saved):
    path = saved(Image.new("1", (8, 8)), "a.bmp")
    data = bytearray(path.read_bytes())
    data[18:26] = (13_000).to_bytes(4, "little") * 2
    path.write_bytes(data)
    with pytest.raises(PictureError, match=r"13,000 × 13,000 pixels in .* bytes"):
        read(path)


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "gif", "bmp", "webp"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_truncated_files_are_refused(saved, photo_like, suffix, kept):
    path = saved(photo_like, f"a.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(PictureError, match=r"broken or incomplete.*again") as caught:
        read(path)
    assert str(caught.value).isprintable()


def test_broken_exif_does_not_spoil_a_good_picture(saved, photo_like):
    path = saved(photo_like, "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")
    assert read(path).size == photo_like.size


@pytest.mark.parametrize("mode", ["F", "I"])
def test_more_than_sixteen_bits_are_refused(saved, mode):
    path = saved(Image.new(mode, (4, 3)), "a.tif")
    with pytest.raises(PictureError, match="8 or 16 bits"):
        read(path)
    with pytest.raises(PictureError, match="8 or 16 bits"):
        Picture.from_pil(Image.new(mode, (4, 3)))


def test_no_warning_leaks_and_filters_come_back(saved, photo_like):
    path = saved(photo_like, "a.jpg")
    before = list(warnings.filters)
    with pytest.raises(PictureError):
        read(saved(photo_like, "b.png", icc_profile=b"x").parent / "none.png")
    read(path)
    assert warnings.filters == before


def test_reading_and_writing_again_changes_nothing(saved, tmp_path):
    for number, suffix in enumerate(("png", "tif", "webp")):
        first = read(saved(Image.fromarray(COLOR), f"{number}.png"))
        write(first, tmp_path / f"again.{suffix}", quality=100)
        again = read(tmp_path / f"again.{suffix}")
        assert torch.equal(first.pixels, again.pixels)
        assert torch.equal(first.alpha, again.alpha)
