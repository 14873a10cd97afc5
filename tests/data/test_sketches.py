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
