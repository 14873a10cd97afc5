"""An autoencoder: it learns to sum pictures up by having to repaint them from the summary."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.device import channels_last
from impasto.errors import SettingsError

NAME = "autoencoder"
"""What it is called where networks are named."""


class Autoencoder(nn.Module):
    """Sum a picture up in a few numbers, and paint it again from them.

    Accepts pictures ``(b, c, h, w)`` in 0..1 of the size it was made for and returns the same
    shape in 0..1, painted from the summary. `encode` returns the summary ``(b, code)``, by which
    pictures can be clustered; `decode` paints from one.

    Args:
        shape: Channels, height and width of the pictures; sides from 8 pixels.
        code: How many numbers sum a picture up.
        widths: Features at half the size, and at each half of the one before.
        seed: Source of the first weights.

    Raises:
        SettingsError: If the pictures are too small for so many halvings.

    Notes:
        Hinton, Salakhutdinov 2006, with convolutions.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        *,
        code: int = 32,
        widths: tuple[int, ...] = (32, 64, 128),
        seed: int = 0,
    ) -> None:
        super().__init__()
        channels, height, width = shape
        scale = 2 ** len(widths)
        if min(height, width) < scale:
            raise SettingsError(
                f"pictures to sum up have sides of {scale} pixels or more, not {height} × {width}; "
                "make them larger"
            )
        self.shape = shape
        self.grid = (widths[-1], -(-height // scale), -(-width // scale))
        cells = self.grid[0] * self.grid[1] * self.grid[2]
        down: list[nn.Module] = []
        up: list[nn.Module] = []
        for before, after in zip((channels, *widths), widths, strict=False):
            down += [nn.Conv2d(before, after, 3, 2, 1, bias=False), *_between(after)]
            enlarge = [nn.Upsample(scale_factor=2), nn.Conv2d(after, before, 3, 1, 1)]
            up = [*enlarge, *up] if not up else [*enlarge, *_between(before), *up]
        self.down, self.up = nn.Sequential(*down), nn.Sequential(*up)
        self.sum_up, self.unfold = nn.Linear(cells, code), nn.Linear(code, cells)
        self.begin(seed)
        channels_last(self)

    def begin(self, seed: int) -> None:
        """Draw the first weights (He et al. 2015, arXiv:1502.01852)."""
        generator = torch.Generator().manual_seed(seed)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        nn.init.xavier_uniform_(self.sum_up.weight, generator=generator)

    def encode(self, picture: Float[Tensor, "b c h w"]) -> Float[Tensor, "b d"]:
        """Sum up; the numbers have no fixed range."""
        _, height, width = self.shape
        rows, columns = self.grid[1:]
        scale = 2 ** (len(self.down) // 3)
        margin = (0, columns * scale - width, 0, rows * scale - height)
        code: Tensor = self.sum_up(self.down(F.pad(picture, margin, mode="replicate")).flatten(1))
        return code

    def decode(self, code: Float[Tensor, "b d"]) -> Float[Tensor, "b c h w"]:
        """Paint from a summary."""
        painted: Tensor = self.up(F.leaky_relu(self.unfold(code), 0.1).view(-1, *self.grid))
        return painted[..., : self.shape[1], : self.shape[2]].sigmoid()

    def forward(self, picture: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        """Sum up, and paint again."""
        return self.decode(self.encode(picture))


def _between(width: int) -> list[nn.Module]:
    """Normalize and rectify."""
    return [nn.BatchNorm2d(width), nn.LeakyReLU(0.1)]
