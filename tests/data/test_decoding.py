"""Pictures decoded once: squares, caches, failures."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.data.decoding import decoded, square
from impasto.errors import DataError, OutputError
from impasto.picture import Picture


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """A wide picture, red, green and blue; a broken one; a gray tall one."""
    wide = np.zeros((20, 60, 3), np.uint8)
    for third in range(3):
        wide[:, third * 20 : third * 20 + 20, third] = 255
    Image.fromarray(wide).save(tmp_path / "wide.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    Image.new("L", (10, 40), 100).save(tmp_path / "tall.png")
    return [tmp_path / f"{name}.png" for name in ("wide", "broken", "tall")]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "deep"


def test_the_middle_is_kept_and_the_broken_listed(paths, cache):
    made = decoded(paths, size=8, folder=cache)
    assert made.pictures.shape == (2, 3, 8, 8)
    assert made.pictures.dtype == torch.uint8
    assert made.pictures[0, :, 4, 4].tolist() == [0, 255, 0]
    assert (made.pictures[1] == 100).all()
    ((path, reason),) = made.failures
    assert path == paths[1]
    assert "broken or incomplete" in reason
    assert made.kept(paths) == [0, 2]


def test_the_second_time_nothing_is_decoded(paths, cache, monkeypatch):
    first = decoded(paths, size=8, folder=cache)
    monkeypatch.setattr("impasto.data.decoding.read", None)
    steps = []
    again = decoded(paths, size=8, folder=cache, on_step=steps.append)
    assert torch.equal(first.pictures, again.pictures)
    assert first.failures == again.failures
    assert steps == []
    assert len(list(cache.iterdir())) == 2


def test_a_changed_file_is_decoded_anew(paths, cache):
    decoded(paths, size=8, folder=cache)
    Image.new("RGB", (9, 9), (7, 7, 7)).save(paths[1])
    os.utime(paths[1], ns=(1, 1))
    assert len(decoded(paths, size=8, folder=cache).pictures) == 3


@pytest.mark.parametrize("options", [{"size": 9}, {"size": 8, "shape": "pad"}])
def test_other_settings_are_another_cache(paths, cache, options):
    decoded(paths, size=8, folder=cache)
    decoded(paths, folder=cache, **options)
    assert len(list(cache.glob("*.npy"))) == 2


@pytest.mark.parametrize("damage", ["cut", "foreign", "note", "pickle"])
def test_a_damaged_cache_is_made_anew(paths, cache, damage):
    made = decoded(paths, size=8, folder=cache).pictures.clone()
    (array,), (note,) = cache.glob("*.npy"), cache.glob("*.json")
    if damage == "cut":
        array.write_bytes(array.read_bytes()[:-50])
    elif damage == "foreign":
        np.save(array, np.zeros((5, 3, 8, 8), np.uint8))
    elif damage == "pickle":
        np.save(array, np.array([{}], object))
    else:
        note.write_text("[[77, 1]]")
    assert torch.equal(decoded(paths, size=8, folder=cache).pictures, made)


def test_writing_to_the_tensor_leaves_the_cache_alone(paths, cache):
    decoded(paths, size=8, folder=cache).pictures[:] = 1
    assert decoded(paths, size=8, folder=cache).pictures[0, 1, 4, 4] == 255


def test_steps_are_told_and_stopping_keeps_what_is_done(paths, cache):
    steps = []

    def stop(step):
        steps.append((step.done, step.total, step.label))
        return True

    made = decoded(paths, size=8, folder=cache, on_step=stop)
    assert steps == [(1, 3, "wide.png")]
    assert made.pictures.shape == (1, 3, 8, 8)
    assert made.kept(paths) == [0]
    assert made.failures[0] == (paths[1], "not decoded: stopped")
    assert list(cache.iterdir()) == []


def test_padding_keeps_everything_on_its_mean_color(paths):
    wide = square(Picture.from_pil(Image.open(paths[0])), size=9, shape="pad")
    assert wide.shape == (3, 9, 9)
    assert (wide[:, 0] == wide[:, 8]).all()
    assert wide[:, 0, 0].tolist() == [85, 85, 85]
    assert wide[:, 4, 1].tolist() == [255, 0, 0]
    assert wide[:, 4, 7].tolist() == [0, 0, 255]


def test_what_is_transparent_turns_white():
    picture = Picture.from_tensor(torch.zeros(3, 4, 4), alpha=torch.zeros(1, 4, 4))
    assert (square(picture, size=2) == 255).all()


def test_a_thin_strip_takes_little_memory():
    strip = Picture.from_tensor(torch.rand(3, 1, 30_000))
    assert square(strip, size=64).shape == (3, 64, 64)


def test_none_readable_is_one_clear_line(paths, cache):
    with pytest.raises(DataError, match="none of the 1 pictures can be read: cannot read"):
        decoded(paths[1:2], size=8, folder=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("count", [0, 2])
def test_paths_must_be_different(paths, cache, count):
    with pytest.raises(DataError, match="expected different pictures"):
        decoded(paths[:1] * count, size=8, folder=cache)


def test_a_missing_file_is_listed(paths, cache):
    made = decoded([paths[0], cache / "nowhere.png"], size=8, folder=cache)
    assert "no such file" in made.failures[0][1]


def test_a_cache_that_cannot_be(paths):
    with pytest.raises(OutputError):
        decoded(paths, size=8, folder=paths[0])
