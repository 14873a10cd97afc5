"""The command line, run in this process or in one of its own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PROGRAM = [sys.executable, "-c", "from impasto.cli import main; raise SystemExit(main())"]


@dataclass(frozen=True)
class Outcome:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line that a failure is."""
        assert self.err.count("\n") == 1, self.err
        assert self.err.isprintable() or self.err[:-1].isprintable()
        assert "Traceback" not in self.err
        return self.err.rstrip("\n")


Command = Callable[..., Outcome]


@pytest.fixture
def impasto(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""
    from impasto.cli.program import run

    def call(*words: object) -> Outcome:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call


@pytest.fixture
def begin() -> Callable[..., subprocess.Popen[str]]:
    """Begin a command in a process of its own."""

    def call(*words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return call


@pytest.fixture
def draw() -> Callable[..., Path]:
    """Draw a small picture of soft spots."""

    def call(path: Path, *, size: tuple[int, int] = (32, 24), seed: int = 0) -> Path:
        spots = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(spots).resize(size, Image.Resampling.BICUBIC).save(path)
        return path

    return call


@pytest.fixture
def small(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """A photograph of 32 × 24 pixels."""
    return draw(tmp_path / "small.png")


@pytest.fixture
def painting(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """A painting of 40 × 40 pixels."""
    return draw(tmp_path / "painting.png", size=(40, 40), seed=5)


@pytest.fixture
def photos(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """A folder with three good pictures, one of them in a subfolder, and one that is none."""
    for i, name in enumerate(("a.png", "b.jpg", "sub/c.png")):
        draw(tmp_path / "photos" / name, seed=i)
    (tmp_path / "photos" / "bad.png").write_text("not a picture")
    return tmp_path / "photos"


@pytest.fixture
def pixels() -> Callable[[Path], np.ndarray]:
    """Read the colors of a picture, as bytes."""

    def call(path: Path) -> np.ndarray:
        with Image.open(path) as picture:
            return np.array(picture.convert("RGB"))

    return call
