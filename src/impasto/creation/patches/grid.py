"""Where the patches of the new picture lie, and how they are laid over each other."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from impasto.creation.patches.bank import Bank
from impasto.creation.patches.pyramid import Size

_BAND = 1 << 16
"""Patches that are laid down at a time."""


@dataclass(frozen=True)
class Grid:
    """Patches at even distances, each over its neighbors.

    Attributes:
        size: The picture's height and width.
        patch: Side of a patch.
        stride: From one to the next, in pixels.
        wrap: Patches go on over the edge, and come in from the other side.
    """

    size: Size
    patch: int
    stride: int
    wrap: bool

    @property
    def counts(self) -> Size:
        """Patches from top to bottom and from left to right."""
        reach = self.stride if self.wrap else self.patch
        rows, columns = (-(-(side - reach) // self.stride) + 1 for side in self.size)
        return rows, columns

    @property
    def _over(self) -> Size:
        """Pixels that the last patches reach beyond the edge, below and to the right."""
        down, right = (
            (count - 1) * self.stride + self.patch - side
            for count, side in zip(self.counts, self.size, strict=True)
        )
        return down, right

    def padded(self, picture: Float[Tensor, "1 3 h w"]) -> Float[Tensor, "1 3 n m"]:
        """Go on beyond the edge as far as the last patches reach."""
        down, right = self._over
        return F.pad(picture, (0, right, 0, down), "circular" if self.wrap else "replicate")

    def laid(self, numbers: Int[Tensor, " q"], bank: Bank) -> Float[Tensor, "1 3 h w"]:
        """Lay patches of the sources down, and take the mean where several lie over each other."""
        (rows, columns), (down, right) = self.counts, self._over
        height, width = self.size
        total = torch.zeros(1, 4, height + down, width + right)
        step = max(1, _BAND // columns)
        for first in range(0, rows, step):
            last = min(rows, first + step)
            band = self._band(numbers[first * columns : last * columns], bank, last - first)
            top = first * self.stride
            total[:, :, top : top + band.shape[2]] += band
        if self.wrap:
            total[:, :, :down] += total[:, :, height:]
            total[..., :right] += total[..., width:]
        total = total[:, :, :height, :width]
        return total[:, :3] / total[:, 3:]

    def _band(self, numbers: Tensor, bank: Bank, rows: int) -> Float[Tensor, "1 4 n m"]:
        copies = bank.copies(numbers)
        ones = copies.new_ones(self.patch**2, copies.shape[1])
        columns = self.counts[1]
        size = tuple((n - 1) * self.stride + self.patch for n in (rows, columns))
        return F.fold(torch.cat([copies, ones])[None], size, self.patch, stride=self.stride)


@dataclass(frozen=True)
class Field:
    """Where the patches of the new picture were found on the scale before.

    Attributes:
        numbers: Of the sources' patches, in the order of the grid.
        grid: The places in the new picture.
        bank: The sources' patches.
    """

    numbers: Int[Tensor, " q"]
    grid: Grid
    bank: Bank

    def carried(self, grid: Grid, bank: Bank, step: tuple[int, int]) -> Int[Tensor, " q"]:
        """Carry it over to another scale: what a neighbor shows, moved on by the way to it.

        Args:
            grid: The new places.
            bank: The sources' patches on that scale.
            step: Which neighbor: how many patches of the old grid down and to the right.
        """
        down, row_away = self._neighbors(grid, 0, step[0])
        right, column_away = self._neighbors(grid, 1, step[1])
        near = (down[:, None] * self.grid.counts[1] + right).flatten()
        sheet, row, column = self.bank.places(self.numbers[near])
        rows = self._moved(row, row_away.repeat_interleave(len(right)), sheet, bank, "rows")
        columns = self._moved(column, column_away.repeat(len(down)), sheet, bank, "columns")
        return bank.numbers(sheet, rows, columns)

    def _neighbors(self, grid: Grid, axis: int, step: int) -> tuple[Tensor, Tensor]:
        """Which old place is nearest to each new one, and how far the new one is from it."""
        old, half = self.grid, (grid.patch - 1) / 2
        middles = torch.arange(grid.counts[axis]) * grid.stride + half + 0.5
        before = middles * old.size[axis] / grid.size[axis] - 0.5 - half
        nearest = (before / old.stride).round().long() + step
        count = old.counts[axis]
        kept = nearest % count if old.wrap else nearest.clamp(0, count - 1)
        return kept, before - (nearest if old.wrap else kept) * old.stride

    def _moved(self, place: Tensor, away: Tensor, sheet: Tensor, bank: Bank, axis: str) -> Tensor:
        """Where a place of the smaller source, moved on a little, lies in the larger one."""
        half, side = (bank.patch - 1) / 2, bank.patch - 1
        old, new = (
            torch.tensor([getattr(s, axis) + side for s in b.sheets])[sheet]
            for b in (self.bank, bank)
        )
        return ((place + away + half + 0.5) * new / old - 0.5 - half).round().long()
