"""The recipe of the pens that ship."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from impasto.creation.pen.draw import create_draw
from impasto.creation.pen.teaching import Lesson, Sizes
from impasto.networks import catalog
from impasto.networks.pen import Pen
from impasto.recipes import pen
from impasto.training.loop import Plan

LESSON = Lesson(plan=Plan(steps=3, validate=1), batch=8, most=20)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder of large files with thirty tiny drawings in it."""
    folder = tmp_path / "shared" / "data" / "sketches"
    folder.mkdir(parents=True)
    points = np.random.default_rng(0).integers(-9, 9, (120, 3), dtype=np.int16)
    points[:, 2] = np.arange(120) % 4 == 3
    lengths = np.full(30, 4)
    parts = {f"{part}_points": points for part in ("train", "valid", "test")}
    np.savez(folder / "omniglot.npz", **parts, **{n[:-6] + "lengths": lengths for n in parts})
    return tmp_path / "shared"


def test_it_trains_goes_on_and_ships(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pen.LESSONS, "omniglot", LESSON)
    learned = pen.run(shared, tmp_path / "run", "omniglot")
    again = pen.run(shared, tmp_path / "run", "omniglot")
    assert torch.equal(learned.tell.weight, again.tell.weight)
    path = tmp_path / "pen.safetensors"
    sha256 = pen.ship(shared, tmp_path / "run", "omniglot", path)
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"network": "pen"}
        assert {str(file.get_tensor(n).dtype) for n in file.keys()} == {"torch.float16"}  # noqa: SIM118
    assert path.stat().st_size < 3_000_000
    row = replace(catalog.row("eye"), name="pen-1", network=Pen, file=str(path), sha256=sha256)
    monkeypatch.setattr(catalog, "CATALOG", (row,))
    catalog.load_named.cache_clear()
    assert len(create_draw("omniglot", count=3)) == 3
    catalog.load_named.cache_clear()


def test_every_kind_has_a_lesson_and_sheep_do_not_ship() -> None:
    assert set(pen.FILES) == set(pen.LESSONS)
    assert set(pen.SHIPS) == set(pen.FILES) - {"sheep"}
    assert Lesson().sizes == Sizes()
