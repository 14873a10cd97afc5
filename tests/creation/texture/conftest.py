"""What the tests of textures share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from impasto.creation.texture import teaching
from impasto.creation.texture.learn import create_texture
from impasto.creation.texture.texture import Texture
from impasto.picture import Picture, write


@pytest.fixture(scope="session", autouse=True)
def _short_trials() -> Iterator[None]:
    """Let fields show early what was learned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(teaching, "TRIALS", (4, 8))
        yield


@pytest.fixture(scope="session")
def cloth() -> torch.Tensor:
    """A woven pattern of 64 × 64 pixels, in bytes' steps."""
    along = torch.arange(64.0) / 64 * 2 * torch.pi
    warp, weft = torch.sin(8 * along)[None, :], torch.sin(8 * along)[:, None]
    levels = torch.stack([warp * weft, warp + 0 * weft, 0 * warp - weft]) * 0.35 + 0.5
    return (levels[None] * 255).round() / 255


@pytest.fixture
def weave(cloth: torch.Tensor, tmp_path: Path) -> Path:
    """The same as a file."""
    return write(Picture.from_tensor(cloth), tmp_path / "weave.png")


@pytest.fixture(scope="session")
def texture(cloth: torch.Tensor) -> Texture:
    """What is learned of it in twelve turns."""
    return create_texture(cloth, size=64, turns=12)


@pytest.fixture
def saved(texture: Texture, tmp_path: Path) -> Path:
    """The same as a file."""
    texture.save(tmp_path / "weave.texture")
    return tmp_path / "weave.texture"
