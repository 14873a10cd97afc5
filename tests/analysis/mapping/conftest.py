"""Small collections that look like something."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from impasto.analysis.mapping import Works

Many = Callable[..., Works]


@pytest.fixture
def some(tmp_path: Path) -> Many:
    """Make works of a few groups, with pictures if their files are needed."""

    def make(count: int, *, seed: int = 0, start: int = 0, files: bool = False) -> Works:
        dice = np.random.default_rng(seed)
        centers = np.random.default_rng(99).normal(size=(4, 384))
        groups = dice.integers(0, 4, count)
        vectors = centers[groups] + 0.5 * dice.normal(size=(count, 384))
        ids = tuple(f"id-{start + i}" for i in range(count))
        paths = tuple(tmp_path / "scans" / f"{name}.png" for name in ids)
        for path, group in zip(paths, groups.tolist(), strict=True):
            if files:
                draw(path, group)
        columns = {
            "artist": [("Hokusai", "Klee", "Münter", "Marc")[g] for g in groups],
            "year": [1830 + 30 * int(g) + i % 20 for i, g in enumerate(groups)],
            "width": [20.5 + i for i in range(count)],
            "note": [f"nobody wrote this twice {i}" for i in range(count)],
        }
        titles = tuple(f"Work {start + i:04d}" for i in range(count))
        return Works(ids, titles, paths, vectors, columns, eye="sum")

    return make


def draw(path: Path, group: int) -> None:
    """Draw a picture, wide or high by its group."""
    path.parent.mkdir(exist_ok=True)
    size = (60, 40) if group % 2 else (30, 50)
    hue = ((200, 60, 40), (40, 60, 200), (240, 200, 40), (40, 120, 60))[group]
    picture = Image.new("RGB", size, hue)
    picture.putpixel((0, 0), (255, 255, 255))
    picture.save(path)


def joined(one: Works, other: Works) -> Works:
    """Put the works of two collections together."""
    columns = {name: [*one.columns[name], *other.columns[name]] for name in one.columns}
    return Works(
        one.ids + other.ids,
        one.titles + other.titles,
        one.paths + other.paths,
        np.concatenate([one.vectors, other.vectors]),
        columns,
        one.eye,
    )
