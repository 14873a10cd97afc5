"""Pictures to collect, and an eye that is quick: where works lie is not what is tested here."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from impasto.analysis.collection.seeing import Sight
from impasto.networks.eye import Eye
from loopback import museum

__all__ = ["Draw", "drawn", "museum"]

Draw = Callable[..., Path]


def drawn(seed: int, *, size: tuple[int, int] = (64, 48), spots: int = 8) -> Image.Image:
    """Draw soft spots."""
    colors = np.random.default_rng(seed).integers(0, 256, (spots, spots, 3), dtype=np.uint8)
    return Image.fromarray(colors).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture
def draw() -> Draw:
    """Save a picture of soft spots."""

    def call(path: Path, seed: int = 0, **how: int | tuple[int, int]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn(seed, **how).save(path)
        return path

    return call


@pytest.fixture(scope="session")
def sight() -> Sight:
    """An eye that has learned nothing yet."""
    before = torch.random.get_rng_state()
    torch.manual_seed(0)
    eye = Eye().eval().requires_grad_(False)
    torch.random.set_rng_state(before)

    def see(pictures: Iterable[Tensor]) -> Tensor:
        seen = [eye(picture[..., ::4, ::4]) for picture in pictures]
        return torch.cat([torch.empty(0, 384), *seen])

    return Sight(see, "a" * 64)


@pytest.fixture
def scans(tmp_path: Path, draw: Draw) -> Path:
    """A folder of four pictures, one of them in a sub-folder; a broken one, and a text."""
    folder = tmp_path / "scans"
    for seed, name in enumerate(("a.png", "b.jpg", "c.png", "sub/d.png")):
        draw(folder / name, seed)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    (folder / "notes.txt").write_text("of 1890")
    return folder
