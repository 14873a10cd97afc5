"""Drawings as a source: folders of SVG files, a kind each."""

from pathlib import Path

import numpy as np
import pytest

from impasto.data.strokes import tidied
from impasto.errors import DataError
from impasto.learning.drawings import drawings_in
from impasto.learning.settings import TrainSettings
from impasto.learning.testing import test as judge
from impasto.learning.train import train


@pytest.fixture
def sketches(tmp_path: Path) -> Path:
    """Circles of several sizes, and crosses."""
    random = np.random.default_rng(0)
    for i in range(20):
        size = float(random.uniform(1, 900))
        circle = [(size * np.cos(t), size * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 90)]
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in circle)
        paths = {
            "circle": f'<polyline points="{points}"/>',
            "cross": f'<path d="M0 0 L{size} {size}"/><path d="M{size} 0 L0 {size}"/>',
        }
        for kind, path in paths.items():
            file = tmp_path / "sketches" / kind / f"{i:02}.svg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{path}</svg>')
    return tmp_path / "sketches"


def test_kinds_are_told_apart(sketches: Path, tmp_path: Path) -> None:
    settings = TrainSettings(batch=8, epochs=8, rate=0.01)
    run = train(str(sketches), tmp_path / "run", settings=settings)
    assert (run.network, run.classes) == ("rnn", ("circle", "cross"))
    assert judge(tmp_path / "run").figures["accuracy"].value == 1.0


def test_every_file_is_in_one_part(sketches: Path) -> None:
    found = drawings_in(sketches, TrainSettings())
    assert found is not None
    names = [name for part in found.parts for name in part.names]
    assert sorted(names) == sorted(f"{p.parent.name}/{p.name}" for p in sketches.glob("*/*.svg"))


def test_what_cant_be_read_is_listed(sketches: Path) -> None:
    (sketches / "cross" / "00.svg").write_text("<!DOCTYPE svg><svg/>")
    found = drawings_in(sketches, TrainSettings())
    assert found is not None
    assert sum(map(len, found.parts)) == 39
    assert [line for line in found.lines if "00.svg" in line and "left out" in line]


def test_one_kind_is_not_enough(sketches: Path) -> None:
    for path in (sketches / "cross").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="two kinds or more"):
        drawings_in(sketches, TrainSettings())


def test_a_folder_without_drawings_is_something_else(tmp_path: Path) -> None:
    assert drawings_in(tmp_path, TrainSettings()) is None


def test_tidied_drawings_keep_their_shape_and_lose_what_shows_nothing() -> None:
    line = np.array([[0, 0, 0], *[[10, 0, 0]] * 9, [0, 50, 1]], np.float32)
    tidy = tidied(line)
    np.testing.assert_allclose(tidy, [[0, 0, 0], [1, 0, 0], [0, 50 / 90, 1]], atol=1e-6)
    dot = np.array([[0, 0, 1]], np.float32)
    np.testing.assert_array_equal(tidied(dot), dot)
