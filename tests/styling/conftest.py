"""What the tests of styling share."""

from pathlib import Path

import pytest
import torch

from impasto.picture import Picture, write


@pytest.fixture
def small() -> torch.Tensor:
    """A picture with edges, gradients and color, 48 × 64, the same every time."""
    y, x = torch.meshgrid(torch.linspace(0, 1, 48), torch.linspace(0, 1, 64), indexing="ij")
    picture = torch.stack([x, y, (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.08]).float()[None]
    return (picture * 255).round() / 255


@pytest.fixture
def photograph(small: torch.Tensor, tmp_path: Path) -> Path:
    """The same as a PNG file."""
    return write(Picture.from_tensor(small), tmp_path / "photograph.png")
