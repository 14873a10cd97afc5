"""Tiny collections, from which a network learns in a second."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLORS = {"blue": (30, 40, 200), "green": (40, 180, 50), "red": (200, 40, 30)}

Make = Callable[..., Path]


def _paint(path: Path, color: tuple[int, int, int], *, seed: int, size: int = 20) -> Path:
    """A picture of about one color."""
    grain = np.random.default_rng(seed).normal(0, 25, (size, size, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.clip(grain + np.array(color), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def paint() -> Make:
    """Paint one picture of about one color."""
    return _paint


@pytest.fixture
def paintings(tmp_path: Path) -> Make:
    """Make a folder whose sub-folders are colors."""

    def make(each: int = 10, *, name: str = "paintings", size: int = 20) -> Path:
        for kind, (label, color) in enumerate(COLORS.items()):
            for i in range(each):
                file = tmp_path / name / label / f"{i:02}.png"
                _paint(file, color, seed=100 * kind + i, size=size)
        return tmp_path / name

    return make


@pytest.fixture
def catalog(tmp_path: Path) -> Make:
    """Make a folder with a labels.csv: movement, artist, year, and votes from a to c."""

    def make(each: int = 10, *, artists: int = 5, name: str = "catalog") -> Path:
        rows = ["path,movement,artist,year,a,b,c"]
        for kind, (label, color) in enumerate(COLORS.items()):
            for i in range(each):
                file, artist = f"works/{label}{i:02}.png", f"{label} artist {i % artists}"
                _paint(tmp_path / name / file, color, seed=100 * kind + i)
                votes = [8 if k == kind else 1 + i % 2 for k in range(3)]
                row = [file, label, artist, 1800 + 40 * kind + i, *votes]
                rows.append(",".join(map(str, row)))
        (tmp_path / name / "labels.csv").write_text("\n".join(rows) + "\n")
        return tmp_path / name

    return make


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that tells three colors apart, split by artist, and was tested; not to be changed."""
    from impasto.learning import testing
    from impasto.learning.page import write_page
    from impasto.learning.settings import TrainSettings
    from impasto.learning.train import train

    folder = tmp_path_factory.mktemp("learned")
    rows = ["path,movement,artist"]
    for kind, (label, color) in enumerate(COLORS.items()):
        for i in range(10):
            _paint(folder / f"{label}{i:02}.png", color, seed=100 * kind + i)
            rows.append(f"{label}{i:02}.png,{label},{label} artist {i % 5}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    settings = TrainSettings(label="movement", split_by="artist", size=16, batch=8, epochs=4)
    train(str(folder), folder / "run", settings=settings)
    write_page(testing.test(folder / "run"), folder / "run", name="report.html")
    return folder / "run"


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """Two kinds of drawings: long steps to the right, and long steps down."""
    folder = tmp_path / "drawings"
    folder.mkdir()
    random = np.random.default_rng(0)
    for axis, kind in enumerate(("across", "down")):
        arrays = {}
        for part, count in (("train", 24), ("valid", 6), ("test", 8)):
            lengths = random.integers(4, 9, count)
            points = random.normal(0, 1, (lengths.sum(), 3)).astype(np.float32)
            points[:, axis] += 8
            points[:, 2] = random.integers(0, 2, lengths.sum())
            arrays |= {f"{part}_points": points, f"{part}_lengths": lengths}
        np.savez(folder / f"{kind}.npz", **arrays)
    return folder


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """The four files of MNIST, with few digits: each has a bright row of its own."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    random = np.random.default_rng(0)
    for name, count in (("train", 240), ("t10k", 60)):
        labels = np.arange(count, dtype=np.uint8) % 10
        pictures = random.integers(0, 40, (count, 28, 28), dtype=np.uint8)
        for picture, label in zip(pictures, labels, strict=True):
            picture[2 * label + 3 : 2 * label + 6] = 230
        head = struct.pack(">4I", 0x803, count, 28, 28)
        (folder / f"{name}-images-idx3-ubyte").write_bytes(head + pictures.tobytes())
        head = struct.pack(">2I", 0x801, count)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    return folder
