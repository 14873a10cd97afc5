"""Writing: exact where the format is, whole or not at all, and never over what is there."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from impasto.errors import OutputError, RecipeError, SettingsError
from impasto.picture import EmbeddedStyle, Picture, Recipe, read, write

LOSSLESS = ["png", "tif", "tiff", "webp"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("alpha", [False, True])
def test_eight_bits_come_back_as_they_were(make, tmp_path, suffix, alpha):
    picture = make(alpha=alpha)
    assert write(picture, tmp_path / f"a.{suffix}", quality=100) == tmp_path / f"a.{suffix}"
    back = read(tmp_path / f"a.{suffix}")
    assert torch.equal(back.pixels, picture.pixels)
    assert back.bits == 8
    assert torch.equal(back.alpha, picture.alpha) if alpha else back.alpha is None


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("alpha", [False, True])
def test_sixteen_bits_come_back_as_they_were(make, tmp_path, suffix, alpha):
    picture = make(alpha=alpha, bits=16)
    write(picture, tmp_path / f"a.{suffix}")
    back = read(tmp_path / f"a.{suffix}")
    assert back.bits == 16
    assert torch.equal(back.pixels, picture.pixels)
    assert torch.equal(back.alpha, picture.alpha) if alpha else back.alpha is None


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (257, 1), (255, 259)])
@pytest.mark.parametrize("suffix", LOSSLESS)
def test_odd_sizes(make, tmp_path, suffix, size):
    picture = make(*size)
    write(picture, tmp_path / f"a.{suffix}", quality=100)
    assert torch.equal(read(tmp_path / f"a.{suffix}").pixels, picture.pixels)


def test_bits_follow_the_picture_unless_told(make, tmp_path):
    write(make(bits=16), tmp_path / "a.png", bits=8)
    write(make(bits=8), tmp_path / "b.png", bits=16)
    write(make(bits=16), tmp_path / "c.jpg")
    assert [read(tmp_path / name).bits for name in ("a.png", "b.png", "c.jpg")] == [8, 16, 8]


def test_transparency_becomes_white_paper_in_jpeg(tmp_path):
    black, clear = torch.zeros(1, 3, 16, 16), torch.zeros(1, 1, 16, 16)
    write(Picture(black, clear), tmp_path / "a.jpg")
    assert read(tmp_path / "a.jpg").pixels.min() > 0.99


def test_quality_matters_and_colors_stay_sharp_at_high_quality(tmp_path, photo_like):
    picture = Picture.from_pil(photo_like)
    sizes = [write(picture, tmp_path / f"{q}.jpg", quality=q).stat().st_size for q in (30, 80, 95)]
    assert sizes == sorted(sizes)
    with Image.open(tmp_path / "95.jpg") as image:
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3


def test_the_same_picture_makes_the_same_file(make, recipe, tmp_path):
    picture = make(40, 50, recipe=recipe)
    for suffix in ("png", "jpg", "webp", "tif"):
        files = [write(picture, tmp_path / f"{n}.{suffix}") for n in "ab"]
        assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_an_existing_file_stays_unless_forced(make, tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_text("old")
    with pytest.raises(OutputError, match="exists already"):
        write(make(), path)
    assert path.read_text() == "old"
    write(make(), path, force=True)
    assert read(path).size == (21, 13)


@pytest.mark.parametrize("name", ["a", "a.", "a.gif", "a.png.exe", ".png\x1b"])
def test_suffixes_that_we_do_not_write(make, tmp_path, name):
    with pytest.raises(OutputError, match=r"\.jpg, \.jpeg, \.png") as caught:
        write(make(), tmp_path / name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quality": 0}, "1 to 100, got 0"),
        ({"quality": 101}, "1 to 100, got 101"),
        ({"bits": 12}, "8 or 16"),
        ({"bits": 16}, "JPEG holds 8"),
    ],
)
def test_settings_out_of_range(make, tmp_path, options, words):
    with pytest.raises(SettingsError, match=words):
        write(make(), tmp_path / "a.jpg", **options)
    assert names(tmp_path) == []


@pytest.mark.parametrize(("suffix", "width"), [("webp", 16_384), ("jpg", 65_536)])
def test_too_large_for_the_format(tmp_path, suffix, width):
    with pytest.raises(OutputError, match=r"at most .*name it \.tif"):
        write(Picture(torch.zeros(1, 3, 1, width)), tmp_path / f"a.{suffix}")


def test_a_recipe_that_no_file_holds(make, tmp_path):
    style = EmbeddedStyle.of("a", torch.zeros(10_000))
    recipe = Recipe(verb="stylize", version="0.1.0", styles=(style, style))
    with pytest.raises(RecipeError, match="fewer styles"):
        write(make(recipe=recipe), tmp_path / "a.png")
    assert names(tmp_path) == []


FULL = """
import resource, sys, torch
from impasto.errors import OutputError
from impasto.picture import Picture, Sink, write
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
picture = Picture(torch.rand(1, 3, 200, 300))
for suffix in ("png", "tif", "jpg", "webp"):
    try:
        write(picture, f"{sys.argv[1]}/a.{suffix}", quality=100)
    except OutputError as error:
        sys.stdout.write(f"{error}\\n")
    try:
        with Sink(f"{sys.argv[1]}/b.{suffix}", 300, 200, quality=100) as sink:
            for top in range(0, 200, 20):
                sink.write(picture.pixels[:, :, top : top + 20])
    except OutputError as error:
        sys.stdout.write(f"{error}\\n")
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs file size limits")
def test_a_full_disk_is_said_and_nothing_is_left(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 8
    assert all("the disk is full; make room" in line for line in lines)
    assert done.stderr == ""
    assert names(tmp_path) == []
