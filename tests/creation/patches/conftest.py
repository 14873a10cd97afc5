"""What the tests of new pictures from one share."""

from pathlib import Path

import pytest
import torch

from impasto.picture import Picture, write


def drawn(seed: int, height: int = 48, width: int = 64) -> torch.Tensor:
    """Soft spots with edges in them, in bytes' steps, the same every time."""
    spots = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(seed))
    soft = torch.nn.functional.interpolate(spots, (height, width), mode="bicubic").clamp(0, 1)
    soft[:, 1] = (soft[:, 1] > 0.5).float()
    return (soft * 255).round() / 255


@pytest.fixture
def small() -> torch.Tensor:
    """A picture of 64 × 48 pixels."""
    return drawn(1)


@pytest.fixture
def painting(small: torch.Tensor, tmp_path: Path) -> Path:
    """The same as a file."""
    return write(Picture.from_tensor(small), tmp_path / "painting.png")


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """Another picture, as a file."""
    return write(Picture.from_tensor(drawn(2, 40, 40)), tmp_path / "second.png")
