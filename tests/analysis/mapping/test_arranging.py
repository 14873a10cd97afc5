"""What is alike lies together, every work has a cell of its own, and old works do not move."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.mapping.conftest import joined
from impasto.analysis.mapping import Layout, Works, arrange, load_layout, save_layout
from impasto.analysis.mapping.arranging import alike
from impasto.analysis.mapping.grid import hang
from impasto.analysis.mapping.nearest import nearest
from impasto.errors import DataError


def cells(layout: Layout) -> set[tuple[int, int]]:
    return set(map(tuple, layout.cells.tolist()))


@pytest.mark.parametrize("count", [1, 2, 3, 29, 30, 31, 200])
def test_every_work_has_a_cell_of_its_own(some: Any, count: int) -> None:
    layout = arrange(some(count))
    assert len(cells(layout)) == count
    assert np.isfinite(layout.positions).all()
    assert np.ptp(layout.cells, axis=0).max() <= max(12, 4 * np.sqrt(count))


def test_the_same_seed_gives_the_same_map(some: Any) -> None:
    one, other = arrange(some(120), seed=3), arrange(some(120), seed=3)
    assert np.array_equal(one.positions, other.positions)
    assert np.array_equal(one.cells, other.cells)


def test_what_is_alike_lies_together(some: Any) -> None:
    works = some(200)
    layout, artists = arrange(works), np.array(works.columns["artist"])
    close = nearest(layout.cells.astype(float), count=5).rows
    assert (artists[close] == artists[:, None]).mean() > 0.9


def test_works_that_are_all_the_same_find_room(some: Any) -> None:
    works = some(60)
    same = replace(works, vectors=np.ones((60, 384)))
    assert len(cells(arrange(same))) == 60


@pytest.mark.parametrize(("old", "new"), [(1, 3), (10, 40), (120, 30), (120, 1)])
def test_old_works_move_by_nothing(some: Any, old: int, new: int) -> None:
    before, added = some(old), some(new, seed=1, start=old)
    layout = arrange(before)
    grown = arrange(joined(added, before), layout)  # in another order, too
    assert np.array_equal(grown.positions[new:], layout.positions)
    assert np.array_equal(grown.cells[new:], layout.cells)
    assert len(cells(grown)) == old + new


def test_new_works_lie_by_those_they_resemble(some: Any) -> None:
    before, added = some(150), some(40, seed=1, start=150)
    grown = arrange(joined(before, added), arrange(before))
    found = nearest(grown.positions[:150], count=5, to=grown.positions[150:]).rows
    artists = np.array(before.columns["artist"])[found]
    assert (artists == np.array(added.columns["artist"])[:, None]).mean() > 0.8


def test_works_that_left_free_their_cells(some: Any) -> None:
    works = some(40)
    layout = arrange(works)
    fewer = Works(
        works.ids[:20], works.titles[:20], works.paths[:20], works.vectors[:20], {}, "sum"
    )
    assert np.array_equal(arrange(fewer, layout).cells, layout.cells[:20])


def test_another_eye_is_refused(some: Any) -> None:
    layout = arrange(some(5))
    with pytest.raises(DataError, match=r"another eye.*--again"):
        arrange(replace(some(5), eye="other"), layout)


def test_those_most_alike(some: Any) -> None:
    works = some(50)
    sines = works.directions @ works.directions.T
    np.fill_diagonal(sines, -1)
    assert np.array_equal(alike(works)[:, 0], sines.argmax(1))
    assert alike(some(1)).shape == (1, 0)


def test_a_crowd_that_wants_one_cell_stands_in_a_circle() -> None:
    found = hang(np.zeros((2000, 2)), step=1.0)
    assert len(set(map(tuple, found.tolist()))) == 2000
    assert np.linalg.norm(found, axis=1).max() < 1.05 * np.sqrt(2000 / np.pi) + 1


def test_what_is_kept_comes_back_to_the_last_bit(some: Any, tmp_path: Path) -> None:
    layout, path = arrange(some(40), seed=7), tmp_path / "map.safetensors"
    save_layout(path, layout)
    found = load_layout(path)
    assert (found.ids, found.step, found.seed, found.eye) == (layout.ids, layout.step, 7, "sum")
    assert np.array_equal(found.positions, layout.positions)
    assert np.array_equal(found.cells, layout.cells)


def test_damaged_places_are_refused(some: Any, tmp_path: Path) -> None:
    path = tmp_path / "map.safetensors"
    layout = arrange(some(4))
    twice = replace(layout, cells=np.zeros((4, 2), np.int32))
    for wrong in (b"", b"no map at all", b"\xff" * 100):
        path.write_bytes(wrong)
        with pytest.raises(DataError, match="can't be read"):
            load_layout(path)
    save_layout(path, twice, force=True)
    with pytest.raises(DataError, match="can't be read"):
        load_layout(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ids": ("a", "a", "b")}, "ids repeat: a"),
        ({"titles": ("x",)}, "got 1 in titles for 3 works"),
        ({"columns": {"year": [1]}}, "got 1 in year for 3 works"),
        ({"vectors": np.zeros((3, 384))}, "without a direction"),
        ({"vectors": np.full((3, 384), np.nan)}, "without a direction"),
    ],
)
def test_works_that_cannot_be_are_refused(some: Any, change: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        replace(some(3), **change)


def test_no_works_are_no_map() -> None:
    with pytest.raises(DataError, match="add some"):
        Works((), (), (), np.empty((0, 384)))
