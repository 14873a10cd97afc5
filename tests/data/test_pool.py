"""Crops for training: sizes, ranges, seeds, places."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from impasto.data.pool import Pool, find_pictures, resampling


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


def stripes(tmp_path: Path, width: int) -> Path:
    """A picture whose columns are as bright as they are far to the right."""
    columns = np.arange(width, dtype=np.uint8)
    Image.fromarray(np.broadcast_to(columns, (width, width)).copy()).save(tmp_path / "stripes.png")
    return tmp_path / "stripes.png"


def test_crops_reach_every_place_and_both_sides(tmp_path: Path, generator: torch.Generator) -> None:
    pool = Pool([stripes(tmp_path, 64)])
    crops = pool.crops(50, 16, generator=generator)
    assert 10 < int((crops[:, 0, 0, 0] > crops[:, 0, 0, -1]).sum()) < 40
    crops = pool.crops(200, 16, generator=generator, zoom=4)
    assert crops.min() < 2 / 255
    assert crops.max() > 61 / 255


@pytest.mark.parametrize(("side", "size"), [(40, 16), (13, 64), (100, 100), (333, 256)])
def test_rows_are_resampled_as_the_library_does_it(
    side: int, size: int, generator: torch.Generator
) -> None:
    picture = torch.rand(1, 1, side, side, generator=generator)
    rows = resampling(torch.tensor([side]), size, side + 7)
    beside = F.pad(picture, (0, 7, 0, 7), value=9.0)
    made = rows[:, None] @ beside @ rows[:, None].mT
    expected = F.interpolate(picture, (size, size), mode="bilinear", antialias=True)
    assert torch.allclose(made, expected, atol=1e-6)
