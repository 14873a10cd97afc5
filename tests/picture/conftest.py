"""Pictures, recipes and files that the tests of this folder share."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.picture import ContentRecord, EmbeddedStyle, Picture, Recipe

SHA = "0123456789abcdef" * 4


@pytest.fixture
def make(generator: torch.Generator) -> Callable[..., Picture]:
    """Makes pictures of noise whose values a file of these bits holds exactly."""

    def noise(channels: int, height: int, width: int, bits: int) -> torch.Tensor:
        top = 2**bits - 1
        values = torch.rand(1, channels, height, width, generator=generator)
        return (values * top).round() / top

    def picture(height=13, width=21, *, alpha=False, bits=8, **info):
        cover = noise(1, height, width, bits) if alpha else None
        return Picture(noise(3, height, width, bits), cover, bits=bits, **info)

    return picture


@pytest.fixture
def recipe() -> Recipe:
    """A recipe with everything in it."""
    vector = torch.linspace(-1, 1, 432)
    return Recipe(
        verb="stylize",
        settings={"strength": 0.7, "keep_colors": True, "masks": [None, {"name": "sky.png"}]},
        styles=(EmbeddedStyle.of("great-wave", vector, weight=0.6),),
        seed=7,
        content=ContentRecord(name="photo.jpg", sha256=SHA),
        weights={"brush": SHA},
        version="0.1.0",
        threads=2,
        torch="2.13.0+cpu",
    )


@pytest.fixture
def photo_like() -> Image.Image:
    """A smooth colorful picture of odd size, so that lossy formats stay close to it."""
    y, x = np.mgrid[0:67, 0:101]
    bands = [127 + 120 * np.sin(x / 9 + y / 31), 255 * x / 100, 255 * y / 66]
    return Image.fromarray(np.stack(bands, -1).astype(np.uint8))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Saves a Pillow image under a name, with Pillow's options."""

    def save(image: Image.Image, name: str, **options: object) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return save
