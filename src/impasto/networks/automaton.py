"""The automaton: thousands of equal cells that see only their neighbors, and weave a texture."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

CELL = 2
"""Pixels along a side of what one cell paints."""

AWAKE = 0.5
"""The share of cells that act in a step; without a common clock no pattern locks to it."""

BAND = 128
"""Rows of cells that are worked on together where nothing is learned: memory stays bounded."""

SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
LAPLACE = ((1.0, 2.0, 1.0), (2.0, -12.0, 2.0), (1.0, 2.0, 1.0))


class Automaton(nn.Module):
    """Weave a texture: cells that follow one rule, each seeing its eight neighbors only.

    Called with cells ``(b, channels, h, w)`` and which of them are awake ``(b, 1, h, w)``, 0 or 1,
    it returns them one step later. `paint` shows them as pictures ``(b, 3, 2h, 2w)``, about 0..1.
    Any size will do; the last row of cells touches the first one, and so do the columns: what
    grows can be tiled. A field begins with zeros (`seed`), and so does a hole in it.

    A cell perceives its own channels, their slopes, and how far they are from their neighbors'
    (48 numbers); a hidden layer turns these into what is added to the channels. Another one paints:
    halfway between cells it sees the mean of what they perceive.

    Args:
        channels: Numbers in a cell.
        hidden: Width of the layer that decides.
        painted: Width of the layer that paints.

    Notes:
        Niklasson, Mordvintsev, Randazzo, Levin 2021, Self-Organising Textures, Distill,
        doi:10.23915/distill.00027.003. Differs: a cell paints 2 × 2 pixels by a small network of
        their own, as in Pajouheshgar et al. 2025, arXiv:2506.22899, instead of showing three of its
        channels as one: a quarter of the work, and marks grow twice as far in a step.
    """

    slopes: Tensor

    def __init__(self, channels: int = 12, hidden: int = 96, painted: int = 32) -> None:
        super().__init__()
        self.channels = channels
        across, apart = torch.tensor(SOBEL) / 8, torch.tensor(LAPLACE) / 16
        filters = torch.stack([across, across.T, apart])[:, None].repeat(channels, 1, 1, 1)
        self.register_buffer("slopes", filters, persistent=False)
        self.decide = nn.Linear(4 * channels, hidden)
        self.change = nn.Linear(hidden, channels, bias=False)
        self.mix = nn.Linear(4 * channels, painted)
        self.colors = nn.Linear(painted, 3)
        nn.init.zeros_(self.change.weight)
        nn.init.normal_(self.colors.weight, std=0.02)
        nn.init.constant_(self.colors.bias, 0.5)

    def seed(self, count: int, height: int, width: int) -> Float[Tensor, "b c h w"]:
        """Lay out cells that have done nothing yet."""
        return self.colors.weight.new_zeros(count, self.channels, height, width)

    def forward(
        self, cells: Float[Tensor, "b c h w"], awake: Float[Tensor, "b 1 h w"]
    ) -> Float[Tensor, "b c h w"]:
        """Let the cells that are awake act once."""
        return cells + self.acted(surrounded(cells)) * awake

    def acted(self, cells: Float[Tensor, "b c _ _"]) -> Float[Tensor, "b c _ _"]:
        """What each cell would add to itself; the outermost ones are only looked at."""
        return pointwise(self.change, F.relu(pointwise(self.decide, self.perceived(cells))))

    def perceived(self, cells: Float[Tensor, "b c _ _"]) -> Float[Tensor, "b 4*c _ _"]:
        """What cells know: their channels, and how these change around them."""
        around = F.conv2d(cells, self.slopes, groups=self.channels)
        return torch.cat([cells[..., 1:-1, 1:-1], around], 1)

    def paint(self, cells: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 3 _ _"]:
        """Show what cells look like; 0..1, or a little beyond while it learns."""
        return self.painted(surrounded(cells, 2))

    def painted(self, cells: Float[Tensor, "b c _ _"]) -> Float[Tensor, "b 3 _ _"]:
        """Show cells; the two outermost ones on each side are only looked at."""
        mixed = pointwise(self.mix, self.perceived(cells))
        between = F.interpolate(mixed, scale_factor=CELL, mode="bilinear", align_corners=False)
        return pointwise(self.colors, F.relu(between[..., CELL:-CELL, CELL:-CELL]))

    @torch.inference_mode()
    def step(
        self, cells: Float[Tensor, "b c h w"], generator: torch.Generator
    ) -> Float[Tensor, "b c h w"]:
        """Take one step without learning, a band of rows at a time."""
        count, _, height, width = cells.shape
        awake = awoken(count, height, width, generator)
        after = torch.empty_like(cells)
        for rows, band in bands(cells, 1):
            after[:, :, rows] = cells[:, :, rows] + self.acted(band) * awake[:, :, rows]
        return after

    @torch.inference_mode()
    def show(self, cells: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 3 _ _"]:
        """Paint without learning, a band of rows at a time; 0..1."""
        painted = (self.painted(band).clamp_(0, 1) for _, band in bands(cells, 2))
        return torch.cat(list(painted), 2)


def awoken(
    count: int, height: int, width: int, generator: torch.Generator
) -> Float[Tensor, "b 1 h w"]:
    """Draw which cells act: each with the chance `AWAKE`."""
    return (torch.rand(count, 1, height, width, generator=generator) < AWAKE).float()


def surrounded(cells: Float[Tensor, "b c h w"], by: int = 1) -> Float[Tensor, "b c _ _"]:
    """Put beside each edge what lies at the opposite one."""
    return F.pad(cells, (by,) * 4, mode="circular")


def bands(
    cells: Float[Tensor, "b c h w"], by: int
) -> Iterator[tuple[slice, Float[Tensor, "b c _ _"]]]:
    """Cut a field into bands of rows, each with what surrounds it."""
    height, width = cells.shape[2:]
    columns = torch.arange(-by, width + by) % width
    for top in range(0, height, BAND):
        bottom = min(top + BAND, height)
        rows = torch.arange(top - by, bottom + by) % height
        yield slice(top, bottom), cells[:, :, rows][..., columns]


def pointwise(layer: nn.Linear, values: Float[Tensor, "b c _ _"]) -> Float[Tensor, "b o _ _"]:
    """Apply a layer to the channels of every place."""
    return F.conv2d(values, layer.weight[:, :, None, None], layer.bias)
