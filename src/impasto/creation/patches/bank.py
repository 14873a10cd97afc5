"""All patches of the sources on one scale: to be found by their features, and copied."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

FEATURES = 32
"""Numbers that stand for a patch when patches are compared: its largest principal components."""

_ENOUGH = 20_000
"""Patches from which the principal components are found."""


@dataclass(frozen=True)
class Sheet:
    """One source within a bank.

    Attributes:
        rows: Places a patch can have, from top to bottom.
        columns: The same from left to right.
        width: Of the picture in pixels.
        first_pixel: Where its pixels begin among those of all sources.
        first_patch: Where its patches begin.
    """

    rows: int
    columns: int
    width: int
    first_pixel: int
    first_patch: int


@dataclass(frozen=True)
class Eyes:
    """Sees patches as few numbers, so that they compare quickly.

    Attributes:
        filters: The principal components as filters.
    """

    filters: Float[Tensor, "d 3 p p"]

    def __call__(self, picture: Float[Tensor, "1 3 h w"], stride: int = 1) -> Float[Tensor, "n d"]:
        """See the patches of a picture, row by row."""
        return F.conv2d(picture - 0.5, self.filters, stride=stride).flatten(2)[0].T.contiguous()


@dataclass(frozen=True)
class Bank:
    """The patches of all sources on one scale.

    Attributes:
        patch: Their side in pixels.
        pixels: Those of the sources, one after the other.
        sheets: Where each source lies in them.
    """

    patch: int
    pixels: Float[Tensor, "3 n"]
    sheets: tuple[Sheet, ...]

    @classmethod
    def of(cls, sources: Sequence[Float[Tensor, "1 3 _ _"]], patch: int) -> "Bank":
        """Gather the patches of some pictures, none of which is smaller than a patch."""
        sheets: list[Sheet] = []
        pixels = patches = 0
        for source in sources:
            height, width = source.shape[-2:]
            rows, columns = height - patch + 1, width - patch + 1
            sheets.append(Sheet(rows, columns, width, pixels, patches))
            pixels, patches = pixels + height * width, patches + rows * columns
        return cls(patch, torch.cat([s[0].flatten(1) for s in sources], 1), tuple(sheets))

    def copies(self, numbers: Int[Tensor, " k"]) -> Float[Tensor, "pixels k"]:
        """Copy patches, each as a column, in the order that `fold` takes."""
        side = torch.arange(self.patch)
        sheet, row, column = self.places(numbers)
        width = self._each("width")[sheet]
        first = self._each("first_pixel")[sheet] + row * width + column
        within = side[:, None, None] * width + side[:, None]
        return self.pixels[:, (first + within).flatten(0, 1)].flatten(0, 1)

    def places(
        self, numbers: Int[Tensor, " k"]
    ) -> tuple[Int[Tensor, " k"], Int[Tensor, " k"], Int[Tensor, " k"]]:
        """Say in which source, row and column patches lie."""
        starts = self._each("first_patch")
        sheet = torch.bucketize(numbers, starts, right=True) - 1
        within, columns = numbers - starts[sheet], self._each("columns")[sheet]
        return sheet, within // columns, within % columns

    def numbers(
        self, sheet: Int[Tensor, "*k"], row: Int[Tensor, "*k"], column: Int[Tensor, "*k"]
    ) -> Int[Tensor, "*k"]:
        """Find the numbers of patches; what lies outside its source is moved to its edge."""
        rows, columns = self._each("rows")[sheet], self._each("columns")[sheet]
        row = row.clamp_min(0).minimum(rows - 1)
        column = column.clamp_min(0).minimum(columns - 1)
        return self._each("first_patch")[sheet] + row * columns + column

    def _each(self, name: str) -> Int[Tensor, " s"]:
        return torch.tensor([getattr(sheet, name) for sheet in self.sheets])


def eyes_for(
    sources: Sequence[Float[Tensor, "1 3 _ _"]], patch: int, generator: torch.Generator
) -> Eyes:
    """Find the directions in which the patches of some pictures differ most."""
    bank = Bank.of(sources, patch)
    last = bank.sheets[-1]
    count = last.first_patch + last.rows * last.columns
    chosen = torch.arange(count)
    if count > _ENOUGH:
        chosen = torch.randint(count, (_ENOUGH,), generator=generator)
    _, directions = torch.linalg.eigh(torch.cov(bank.copies(chosen) - 0.5, correction=0))
    best = directions[:, -FEATURES:].T
    return Eyes(best.reshape(-1, 3, patch, patch).contiguous())
