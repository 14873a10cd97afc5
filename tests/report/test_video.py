"""A film: right frames, right colors, right time, whole or not at all."""

import resource
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from impasto.errors import OutputError, SettingsError
from impasto.picture import Picture, read_recipe
from impasto.picture.provenance import Recipe
from impasto.report import check_extra, sample_photo, save_frames, save_gif, save_mp4

COLORS = [(200, 30, 40), (20, 160, 60), (30, 40, 220), (240, 240, 230)]


@pytest.fixture
def av() -> Any:
    return pytest.importorskip("av", reason='needs the extra: pip install "impasto[video]"')


def frames(count: int = 4, height: int = 24, width: int = 32) -> list[Tensor]:
    colors = torch.tensor(COLORS) / 255
    return [colors[i % 4][None, :, None, None].expand(1, 3, height, width) for i in range(count)]


def shown(av: Any, path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]


def order(av: Any, path: Path) -> list[int]:
    """Which of the colors each frame has."""
    means = [frame.mean((0, 1)) for frame in shown(av, path)]
    return [int(np.abs(np.array(COLORS) - mean).sum(1).argmin()) for mean in means]


def test_frames_come_back_in_order_and_color(av: Any, tmp_path: Path) -> None:
    got = shown(av, save_mp4(frames(), tmp_path / "a.mp4"))
    assert [frame.shape for frame in got] == [(24, 32, 3)] * 4
    for frame, color in zip(got, COLORS, strict=True):
        assert np.abs(frame.astype(int) - color).max() <= 4


def test_a_photograph_comes_back(av: Any, tmp_path: Path) -> None:
    photo = np.array(Image.open(sample_photo()).convert("RGB"))
    pixels = torch.from_numpy(photo).permute(2, 0, 1)[None] / 255
    got = shown(av, save_mp4([pixels], tmp_path / "a.mp4"))[0]
    assert np.abs(got[: photo.shape[0], : photo.shape[1]].astype(int) - photo).mean() < 4


@pytest.mark.parametrize("seconds", [0.02, 0.2, 0.31, 60])
@pytest.mark.parametrize("count", [1, 3])
def test_each_frame_stays(av: Any, tmp_path: Path, seconds: float, count: int) -> None:
    path = save_mp4(frames(count), tmp_path / "a.mp4", seconds_per_frame=seconds)
    with av.open(str(path)) as film:
        assert film.duration / 1e6 == pytest.approx(count * seconds)
        times = [frame.time for frame in film.decode(video=0)]
    assert times == pytest.approx([i * seconds for i in range(count)])


def test_it_is_what_browsers_and_phones_show(av: Any, tmp_path: Path) -> None:
    path = save_mp4(frames(), tmp_path / "a.mp4")
    with av.open(str(path)) as film:
        (stream,) = film.streams
        codec = stream.codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        assert (codec.color_primaries, codec.color_trc, codec.colorspace) == (1, 13, 1)
        assert codec.color_range == 1
    data = path.read_bytes()
    assert data[4:8] == b"ftyp"
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("height", "width"), [(23, 35), (23, 32), (24, 35), (1, 1)])
def test_odd_sides_get_a_row_or_column_more(
    av: Any, tmp_path: Path, height: int, width: int
) -> None:
    (got,) = shown(av, save_mp4(frames(1, height, width), tmp_path / "a.mp4"))
    assert got.shape == (height + height % 2, width + width % 2, 3)
    assert np.abs(got.astype(int) - COLORS[0]).max() <= 4


def test_pingpong_goes_back_without_standing_still(av: Any, tmp_path: Path) -> None:
    path = save_mp4(frames(), tmp_path / "a.mp4", pingpong=True)
    assert order(av, path) == [0, 1, 2, 3, 2, 1]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_too_short_to_go_back(av: Any, tmp_path: Path, count: int) -> None:
    path = save_mp4(frames(count), tmp_path / "a.mp4", pingpong=True)
    assert order(av, path) == list(range(count))


def test_as_many_frames_as_a_gif(av: Any, tmp_path: Path) -> None:
    path = save_mp4(frames(9), tmp_path / "a.mp4", pingpong=True)
    with Image.open(save_gif(frames(9), tmp_path / "a.gif", pingpong=True)) as gif:
        assert len(shown(av, path)) == gif.n_frames == 16


def test_the_same_film_has_the_same_bytes(av: Any, tmp_path: Path) -> None:
    noise = [torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(i)) for i in range(9)]
    one, other = (save_mp4(noise, tmp_path / f"{name}.mp4") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


@pytest.fixture
def pictures() -> list[Picture]:
    recipe = Recipe(verb="walk", version="0.1.0", settings={"steps": 4})
    return [Picture(frame.clone(), recipe=recipe, title="Größe") for frame in frames()]


def test_it_says_how_it_was_made(av: Any, pictures: list[Picture], tmp_path: Path) -> None:
    path = save_frames(pictures, tmp_path / "walk.MP4", pingpong=True)
    assert read_recipe(path) == pictures[0].recipe
    assert order(av, path) == [0, 1, 2, 3, 2, 1]


def test_other_programs_find_the_marks(av: Any, pictures: list[Picture], tmp_path: Path) -> None:
    path = save_frames(pictures, tmp_path / "walk.mp4")
    with av.open(str(path), options={"export_xmp": "1"}) as film:
        text = film.metadata["xmp"]
    assert text.encode() == pictures[0].xmp()
    assert "digitalsourcetype/compositeWithTrainedAlgorithmicMedia<" in text
    assert "Größe" in text


def test_frames_are_not_held_while_others_are_made(av: Any, tmp_path: Path) -> None:
    made: list[weakref.ref[Tensor]] = []

    def painted() -> Iterator[Picture]:
        for frame in frames(9):
            pixels = frame + 0
            made.append(weakref.ref(pixels))
            yield Picture(pixels)
            del pixels
            assert sum(ref() is not None for ref in made) <= 2

    save_frames(painted(), tmp_path / "walk.mp4", pingpong=True)
    assert len(made) == 9


def test_an_existing_file_is_kept(av: Any, tmp_path: Path) -> None:
    path = save_mp4(frames(2), tmp_path / "a.mp4")
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists"):
        save_mp4(frames(3), path)
    assert path.read_bytes() == before
    save_mp4(frames(3), path, force=True)
    assert order(av, path) == [0, 1, 2]


@pytest.mark.parametrize("pingpong", [False, True])
def test_what_breaks_off_leaves_nothing(av: Any, tmp_path: Path, pingpong: bool) -> None:
    def broken() -> Iterator[Tensor]:
        yield from frames(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_mp4(broken(), tmp_path / "a.mp4", pingpong=pingpong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pingpong", [False, True])
def test_a_full_disk_leaves_nothing(av: Any, tmp_path: Path, pingpong: bool) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OutputError, match="disk is full"):
            save_mp4([torch.rand(1, 3, 200, 300)] * 3, tmp_path / "a.mp4", pingpong=pingpong)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_looks_like_an_address(
    av: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipe:").mkdir()
    monkeypatch.chdir(tmp_path)
    path = save_mp4(frames(2), Path("pipe:") / "a.mp4")
    assert order(av, path.absolute()) == [0, 1]


@pytest.mark.parametrize(("count", "seconds"), [(0, 0.2), (2, 0.001), (2, 1e9), (2, float("nan"))])
def test_nonsense_is_refused(av: Any, tmp_path: Path, count: int, seconds: float) -> None:
    with pytest.raises(SettingsError, match="frame"):
        save_mp4(frames(count), tmp_path / "a.mp4", seconds_per_frame=seconds)
    assert list(tmp_path.iterdir()) == []


def test_sizes_that_do_not_fit_are_refused(av: Any, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="of one size"):
        save_mp4([*frames(1), *frames(1, height=23)], tmp_path / "a.mp4")
    with pytest.raises(SettingsError, match=r"at most 16,384 pixels a side, not 16,385 × 2"):
        save_mp4(frames(1, 2, 16_385), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_is_said_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> Iterator[Any]:
        raise AssertionError
        yield

    monkeypatch.setitem(sys.modules, "av", None)
    for save in (save_mp4, save_frames):
        with pytest.raises(SettingsError, match=r'^writing MP4 .*pip install "impasto\[video\]"$'):
            save(never(), tmp_path / "a.MP4")
    assert list(tmp_path.iterdir()) == []
    check_extra(tmp_path / "a.gif")
