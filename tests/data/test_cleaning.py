"""Cleaning: each fault is found, and a sound picture has none."""

from pathlib import Path

import pytest
import torch
from PIL import Image, ImageOps

from impasto.data.cleaning import clean, is_bordered, is_gray, look, repeated
from impasto.errors import DataError


@pytest.fixture
def folder(tmp_path: Path, photo: Path) -> Path:
    sound = Image.open(photo).convert("RGB").resize((300, 200))
    sound.save(tmp_path / "sound.png")
    (tmp_path / "twin.png").write_bytes((tmp_path / "sound.png").read_bytes())
    sound.resize((150, 100)).save(tmp_path / "smaller.jpg")
    ImageOps.mirror(sound).convert("L").save(tmp_path / "gray.png")
    ImageOps.expand(ImageOps.flip(sound), (0, 30), "black").save(tmp_path / "letterbox.png")
    sound.crop((0, 0, 20, 20)).save(tmp_path / "tiny.png")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path


def test_every_fault_is_listed_by_name(folder):
    paths = sorted(folder.iterdir())
    found = clean(paths, names=[path.stem for path in paths])
    assert found.count == 7
    assert [name for name, _ in found.broken] == ["broken"]
    assert found.tiny == ("tiny",)
    assert found.gray == ("gray",)
    assert found.bordered == ("letterbox",)
    assert found.exact == (("sound", "twin"),)
    assert found.near == (("smaller", "sound", "twin"),)
    assert found.hashes.shape == (7, 2)
    assert len(set(found.sums)) == 6
    assert found.summary() == (
        "7 works: 1 broken, 1 tiny, 1 gray, 1 with bars or borders, "
        "1 exact duplicates, 2 near duplicates"
    )


def test_a_sound_collection_has_nothing_to_complain_of(folder):
    found = clean([folder / "sound.png"])
    assert found.summary() == "1 works: nothing to complain of"


def test_steps_are_told_and_stop_the_search(folder):
    steps = []
    paths = sorted(folder.iterdir())
    found = clean(paths, on_step=lambda s: steps.append(s.done) or s.done == 2)
    assert steps == [1, 2]
    assert found.count == 2
    assert len(found.sums) == 2


def test_nothing_to_clean_is_refused():
    with pytest.raises(DataError, match="a name for each, got 0"):
        clean([])


def test_a_limit_of_ones_own(folder):
    assert look(folder / "sound.png", tiny=201).tiny
    assert not look(folder / "sound.png", tiny=200).tiny


def test_gray_is_nearly_no_color(generator):
    gray = torch.rand(1, 1, 50, 50, generator=generator).expand(1, 3, 50, 50).clone()
    assert is_gray(gray)
    assert is_gray((gray + torch.tensor([0, 0.01, 0])[:, None, None]).clamp(0, 1))
    gray[0, 0, :10, :10] = 0
    gray[0, 1, :10, :10] = 1
    assert not is_gray(gray)


@pytest.mark.parametrize("sides", [(0, 0, 8, 8), (8, 8, 0, 0), (8, 8, 8, 8)])
def test_bars_at_opposite_sides_are_a_border(sides, generator):
    noise = torch.rand(1, 3, 80, 80, generator=generator)
    assert not is_bordered(noise)
    assert is_bordered(torch.nn.functional.pad(noise, sides, value=0.3))


def test_a_bar_at_one_side_is_none(generator):
    noise = torch.rand(1, 3, 80, 80, generator=generator)
    assert not is_bordered(torch.nn.functional.pad(noise, (0, 0, 8, 0)))


def test_a_flat_picture_has_no_border():
    assert not is_bordered(torch.full((1, 3, 40, 40), 0.2))
    assert not is_bordered(torch.rand(1, 3, 1, 1))


def test_repeated_sums():
    assert repeated(["", "x", "y", "x", ""]) == [[1, 3]]


@pytest.mark.slow
def test_the_shared_paintings(shared):
    paths = sorted((shared / "data" / "paintings").rglob("*.jpg"))
    found = clean(paths)
    assert found.count == 1795
    assert not found.broken
