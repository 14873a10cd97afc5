"""What the tests of generators share: a small collection, and runs that learned from it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from impasto.creation.collection import teaching
from impasto.creation.collection.run import Run
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.networks import flow
from impasto.progress import Step

WORKS = 20


def _draw(path: Path, seed: int, size: tuple[int, int] = (40, 40)) -> Path:
    """Draw soft spots with strokes across them, every seed its own."""
    source = np.random.default_rng(seed)
    soft = Image.fromarray(source.integers(0, 256, (4, 4, 3), dtype=np.uint8))
    array = np.array(soft.resize(size, Image.Resampling.BICUBIC))
    marks = Image.fromarray((source.random((9, 9)) > 0.7).astype(np.uint8) * 255)
    array[np.array(marks.resize(size, Image.Resampling.NEAREST)) > 0] //= 3
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)
    return path


def _fill(folder: Path, count: int = WORKS) -> Path:
    """Fill a folder with works of several sizes."""
    sizes = [(40, 40), (64, 36), (30, 50), (33, 32)]
    for seed in range(count):
        _draw(folder / f"work-{seed:02}.png", seed, sizes[seed % 4])
    return folder


@pytest.fixture
def works(tmp_path: Path) -> Path:
    """A folder of twenty works."""
    return _fill(tmp_path / "works")


@pytest.fixture
def draw() -> Callable[..., Path]:
    """Draw one work."""
    return _draw


@pytest.fixture
def fill() -> Callable[..., Path]:
    """Fill a folder with works."""
    return _fill


@pytest.fixture(scope="session", autouse=True)
def _few_pictures() -> Iterator[None]:
    """Look at few pictures, painted roughly: how good they are is not what is tested here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(teaching, "SHOWN", 12)
        patch.setattr(flow, "STEPS", 2)
        yield


@pytest.fixture(scope="session")
def learned(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Run, list[str], list[Step]]:
    """A run that came to its end, and what it told."""
    folder = tmp_path_factory.mktemp("learned")
    lines: list[str] = []
    steps: list[Step] = []
    settings = GeneratorSettings(size=32, batch=4, steps=6, look=3, keep=True)
    run = create_train(
        _fill(folder / "works"),
        folder / "run",
        settings=settings,
        on_line=lines.append,
        on_step=steps.append,
    )
    return folder / "run", run, lines, steps
