"""Crops for training: sizes, ranges, seeds, places."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from impasto.data.pool import Pool, crop, find_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    Image.new("RGB", (40, 30), (255, 0, 0)).save(tmp_path / "b" / "red.png")
    Image.new("L", (64, 64), 128).save(tmp_path / "a.jpg")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_pictures_are_found_by_name_in_subfolders_too(folder: Path) -> None:
    assert [p.name for p in find_pictures(folder)] == ["a.jpg", "red.png"]


def test_crops_have_the_size_and_range_asked_for(folder: Path, generator: torch.Generator) -> None:
    crops = Pool(find_pictures(folder)).crops(9, 16, generator=generator, zoom=2)
    assert crops.shape == (9, 3, 16, 16)
    assert crops.min() >= 0
    assert crops.max() <= 1


def test_the_same_seed_draws_the_same_crops(folder: Path) -> None:
    pool = Pool(find_pictures(folder))
    draw = [pool.crops(4, 16, generator=torch.Generator().manual_seed(3), zoom=2) for _ in "ab"]
    assert torch.equal(*draw)


def test_small_pictures_are_enlarged(folder: Path, generator: torch.Generator) -> None:
    assert Pool(find_pictures(folder)).crops(3, 100, generator=generator).shape[-1] == 100


def test_crops_reach_every_place_and_both_sides(generator: torch.Generator) -> None:
    picture = torch.arange(64, dtype=torch.uint8).expand(3, 64, 64)
    crops = [crop(picture, 16, 1.0, 1.0, generator) for _ in range(50)]
    mirrored = [bool(c[0, 0, 0] > c[0, 0, -1]) for c in crops]
    assert 10 < sum(mirrored) < 40
    whole = [crop(picture, 16, 4.0, 1.0, generator) for _ in range(200)]
    assert min(c.min() for c in whole) < 2 / 255
    assert max(c.max() for c in whole) > 61 / 255
