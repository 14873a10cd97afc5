"""Drawings gathered to learn from."""

from pathlib import Path

import numpy as np
import pytest

from impasto.data.paper import alone, lines_of
from impasto.data.sketches import gather_sketches
from impasto.data.svg_out import write_svg
from impasto.errors import DataError


def drawing(number: int) -> np.ndarray:
    return np.array([[0, 0, 0], [number + 1, 0, 0], [0, 3, 1]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drawings" / "more").mkdir(parents=True)
    for number in range(40):
        place = "more/" if number % 2 else ""
        write_svg(alone(lines_of(drawing(number))), tmp_path / f"drawings/{place}{number}.svg")
    return tmp_path / "drawings"


def test_a_folder_is_divided_the_same_way_every_time(folder: Path) -> None:
    found, again = gather_sketches(folder), gather_sketches(str(folder))
    assert len(found.train) + len(found.valid) == 40
    assert 0 < len(found.valid) < 12
    for one, other in zip(found.valid, again.valid, strict=True):
        assert np.array_equal(one, other)


def test_a_bad_file_is_said_and_the_others_are_read(folder: Path) -> None:
    (folder / "bad.svg").write_text("<svg")
    (folder / "empty.svg").write_text("<svg/>")
    found = gather_sketches(folder)
    assert len(found.train) + len(found.valid) == 40
    assert ["bad.svg" in found.problems[0], "empty.svg" in found.problems[1]] == [True, True]


def test_an_npz(tmp_path: Path) -> None:
    points = np.concatenate([drawing(n) for n in range(25)])
    lengths = np.full(25, 3)
    np.savez(
        tmp_path / "d.npz",
        train_points=points,
        train_lengths=lengths,
        valid_points=points,
        valid_lengths=lengths,
    )
    found = gather_sketches(tmp_path / "d.npz")
    assert [len(found.train), len(found.valid), len(found.test)] == [25, 25, 0]


def test_too_few_are_refused(folder: Path) -> None:
    for path in sorted(folder.rglob("*.svg"))[5:]:
        path.write_text("<svg/>")
    with pytest.raises(DataError, match=r"expected 20 .* draws nothing"):
        gather_sketches(folder)


def save(path: Path, **parts: list[np.ndarray]) -> Path:
    arrays = {f"{name}_points": np.concatenate(each) for name, each in parts.items()}
    lengths = {f"{name}_lengths": np.array([len(d) for d in each]) for name, each in parts.items()}
    np.savez(path, **arrays, **lengths)
    return path


def test_where_nothing_is_held_out_a_tenth_is(tmp_path: Path) -> None:
    drawings = [drawing(n) for n in range(40)]
    first = gather_sketches(save(tmp_path / "a.npz", train=drawings))
    other = gather_sketches(save(tmp_path / "b.npz", train=[*drawings[::-1], *drawings[:3]]))
    assert [len(first.train), len(first.valid), first.twins] == [36, 4, 0]
    assert [len(other.train), len(other.valid), other.twins] == [36, 4, 3]
    assert first.sum == other.sum


def test_a_folder_of_both(folder: Path) -> None:
    drawings = [drawing(n) for n in range(100, 130)]
    save(folder / "more" / "d.npz", train=drawings, valid=drawings[:2], test=drawings[:1])
    steps: list[int] = []
    found = gather_sketches(folder, on_step=lambda step: steps.append(step.done))
    assert [len(found.train), len(found.valid), len(found.test)] == [66, 6, 1]
    assert steps == list(range(1, 42))
    with pytest.raises(DataError, match="stopped"):
        gather_sketches(folder, on_step=lambda step: step.done == 3)


def test_what_is_no_source_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"")
    far = [drawing(n) * [1e300, 1, 1] for n in range(30)]
    nan = [drawing(n) * [np.nan, 1, 1] for n in range(30)]
    np.savez(tmp_path / "pickled.npz", train_points=np.array([drawing(1), None], object))
    save(tmp_path / "far.npz", train=far)
    save(tmp_path / "nan.npz", train=nan)
    cases = {
        "nowhere": "no folder and no file",
        "empty": "no drawings in",
        "pictures": "holds pictures",
        "pictures/a.png": "can't be read",
        "pickled.npz": "pickled",
        "far.npz": "billion",
        "nan.npz": "NaN",
    }
    for name, message in cases.items():
        with pytest.raises(DataError, match=message):
            gather_sketches(tmp_path / name)
    with pytest.raises(DataError, match=r"expected 20 and 1.*pickled|expected 20 and 1.*billion"):
        gather_sketches(tmp_path)
