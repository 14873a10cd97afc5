"""A small pen that has learned a little, and drawings to give it."""

from pathlib import Path

import numpy as np
import pytest

from impasto.creation.pen.pens import Known, known
from impasto.creation.pen.teaching import Lesson, Sizes, teach
from impasto.data.sketches import Sketches
from impasto.data.strokes import Drawing
from impasto.training.loop import Plan

LESSON = Lesson(
    plan=Plan(steps=60, rate=1e-2, warmup=5, validate=20, average=0.9),
    sizes=Sizes(ideas=6, reading=12, drawing=24, mixtures=3),
    batch=16,
    most=20,
)


def corner(seed: int) -> Drawing:
    """A bent line and a stroke beside it."""
    way = np.random.default_rng(seed).uniform(0.7, 1.3, 6)
    return np.array(
        [[0, 0, 0], [way[0], 0, 0], [0, way[1], 1], [-way[2], 0.2, 0], [way[3], way[4], 1]]
    )


@pytest.fixture(scope="session")
def sketches() -> Sketches:
    return Sketches([corner(n) for n in range(60)], [corner(n) for n in range(60, 70)], [])


@pytest.fixture(scope="session")
def run(sketches: Sketches, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    teach(sketches, folder, lesson=LESSON)
    return folder


@pytest.fixture(scope="session")
def pen(run: Path) -> Known:
    return known(run)


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """A curve and a line in odd units, moved and turned."""
    path = tmp_path / "half.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><g transform="translate(3.1,7) rotate(30)">'
        '<path d="M0.1 0.7C3 1 5 5 9.3 2"/><polyline points="1,2 3,4.123456789 5,1"/></g></svg>'
    )
    return path
