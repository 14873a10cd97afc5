"""A GIF that moves: right frames, right time, whole or not at all."""

import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from impasto.errors import OutputError, SettingsError
from impasto.picture import Picture, read_recipe
from impasto.picture.provenance import Recipe
from impasto.report import sample_photo, save_frames, save_gif, waiting


def frames(count: int, side: int = 24) -> list[Tensor]:
    ramp = torch.linspace(0, 1, side).expand(1, 3, side, side)
    return [ramp * (i + 1) / count for i in range(count)]


def read(path: Path) -> list[np.ndarray]:
    with Image.open(path) as gif:
        pictures = []
        for i in range(gif.n_frames):
            gif.seek(i)
            pictures.append(np.array(gif.convert("RGB")))
        return pictures


def test_frames_come_back_in_order(tmp_path: Path) -> None:
    given = frames(4)
    shown = read(save_gif(given, tmp_path / "walk.gif"))
    wanted = [f[0].permute(1, 2, 0).numpy() * 255 for f in given]
    assert len(shown) == 4
    assert max(np.abs(s - w).mean() for s, w in zip(shown, wanted, strict=True)) < 4


def test_time_and_repetition(tmp_path: Path) -> None:
    with Image.open(save_gif(frames(3), tmp_path / "a.gif", seconds_per_frame=0.31)) as gif:
        assert gif.info["loop"] == 0
        assert gif.info["duration"] == 310


def test_pingpong_goes_back_without_standing_still(tmp_path: Path) -> None:
    shown = read(save_gif(frames(4), tmp_path / "a.gif", pingpong=True))
    assert len(shown) == 6
    assert [int(s.mean()) for s in shown[4:]] == [int(shown[i].mean()) for i in (2, 1)]


def test_gradients_are_dithered(tmp_path: Path) -> None:
    photo = Image.open(sample_photo())
    pixels = torch.from_numpy(np.array(photo)).permute(2, 0, 1)[None] / 255
    shown = read(save_gif([pixels], tmp_path / "a.gif"))[0]
    assert np.abs(shown.astype(float) - np.array(photo)).mean() < 4


def test_one_frame_is_a_picture(tmp_path: Path) -> None:
    assert len(read(save_gif(frames(1), tmp_path / "a.gif", pingpong=True))) == 1


def test_metadata_is_inside_and_harms_nothing(tmp_path: Path) -> None:
    packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>Größe</x:xmpmeta>".encode()
    path = save_gif(frames(3), tmp_path / "a.gif", xmp=lambda: packet)
    assert packet in path.read_bytes()
    assert path.read_bytes().endswith(b";")
    assert len(read(path)) == 3


def test_frames_that_wait_for_the_end_take_memory() -> None:
    size = (100, 50)
    gif, film, page = (
        partial(waiting, Path(f"a.{suffix}"), size) for suffix in ("gif", "mp4", "png")
    )
    assert gif(500) == 500 * gif(1) == 3 * 500 * 100 * 50
    assert gif(500, pingpong=True) > gif(500)
    assert film(2) < film(100) == film(500) < gif(100)
    assert page(500) == 0


def test_what_the_last_frame_says_of_its_making_is_kept(tmp_path: Path) -> None:
    recipes = [Recipe(verb="walk", version="0.1.0", seed=i) for i in range(3)]
    pictures = [Picture(f, recipe=r) for f, r in zip(frames(3), recipes, strict=True)]
    for name in ("a.gif", "sheet.png"):
        assert read_recipe(save_frames(pictures, tmp_path / name)).seed == 2


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = save_gif(frames(2), tmp_path / "a.gif")
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists"):
        save_gif(frames(3), path)
    assert path.read_bytes() == before
    save_gif(frames(3), path, force=True)
    assert len(read(path)) == 3


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        save_gif(frames(2), tmp_path / "missing" / "a.gif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "seconds"), [(0, 0.2), (2, 0.001), (2, 1e9), (2, float("nan"))])
def test_nonsense_is_refused(tmp_path: Path, count: int, seconds: float) -> None:
    with pytest.raises(SettingsError, match="frame"):
        save_gif(frames(count), tmp_path / "a.gif", seconds_per_frame=seconds)


@pytest.fixture
def pictures() -> list[Picture]:
    recipe = Recipe(verb="walk", version="0.1.0", settings={"steps": 3})
    return [Picture(frame, recipe=recipe) for frame in frames(3)]


def test_pictures_move_if_the_file_can(pictures: list[Picture], tmp_path: Path) -> None:
    path = save_frames(pictures, tmp_path / "walk.GIF", pingpong=True)
    assert len(read(path)) == 4
    assert b"TrainedAlgorithmicMedia" in path.read_bytes()
    assert b"impasto:recipe" in path.read_bytes()


def test_pictures_lie_side_by_side_else(pictures: list[Picture], tmp_path: Path) -> None:
    path = save_frames(pictures, tmp_path / "walk.png")
    with Image.open(path) as page:
        assert page.width > 3 * 24
    assert read_recipe(path) == pictures[0].recipe


@pytest.mark.parametrize(("name", "most"), [("walk.gif", 2), ("walk.png", 2)])
def test_frames_are_not_held_while_others_are_made(name: str, most: int, tmp_path: Path) -> None:
    made: list[weakref.ref[Tensor]] = []

    def painted() -> Iterator[Picture]:
        for frame in frames(9, side=400):
            pixels = frame + 0
            made.append(weakref.ref(pixels))
            yield Picture(pixels)
            del pixels
            assert sum(ref() is not None for ref in made) <= most

    save_frames(painted(), tmp_path / name)
    assert len(made) == 9


def test_no_frames_at_all(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least one frame"):
        save_frames([], tmp_path / "walk.gif")
