"""What is painted on: a picture in memory, looked at in the same way as one on disk."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from impasto.picture import Source, fit
from impasto.picture.color import luminance

STREAMED = 6_000_000
"""From so many pixels on a file is read, painted and written in tiles, never held whole."""


@runtime_checkable
class View(Protocol):
    """A picture of any size, read from top to bottom; `impasto.picture.Source` is one."""

    @property
    def height(self) -> int:
        """Rows of pixels."""

    @property
    def width(self) -> int:
        """Columns of pixels."""

    def thumbnail(self, short: int) -> Float[Tensor, "1 3 h w"]:
        """Shrink the whole so that the shorter side has `short` pixels."""

    def rows(
        self, top: int, bottom: int, *, left: int = 0, right: int | None = None
    ) -> Float[Tensor, "1 3 n m"]:
        """Read a tile; `top` never goes back above an earlier one."""


@dataclass(frozen=True, eq=False)
class InMemory:
    """A picture that fits."""

    pixels: Float[Tensor, "1 _ h w"]

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return self.pixels.shape[-2]

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return self.pixels.shape[-1]

    def thumbnail(self, short: int) -> Float[Tensor, "1 3 h w"]:
        """Shrink the whole so that the shorter side has `short` pixels."""
        return fit(self.pixels, short=short)

    def rows(
        self, top: int, bottom: int, *, left: int = 0, right: int | None = None
    ) -> Float[Tensor, "1 _ n m"]:
        """Take a tile out of the picture, without copying."""
        return self.pixels[..., top:bottom, left:right]


@dataclass(frozen=True, eq=False)
class Gray:
    """A mask on disk, of any size, as gray rows; what is transparent counts as black."""

    source: Source

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return self.source.height

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return self.source.width

    def thumbnail(self, short: int) -> Float[Tensor, "1 3 h w"]:
        """Shrink the whole so that the shorter side has `short` pixels."""
        return self.source.thumbnail(short)

    def rows(
        self, top: int, bottom: int, *, left: int = 0, right: int | None = None
    ) -> Float[Tensor, "1 1 n m"]:
        """Read a tile; `top` never goes back above an earlier one."""
        gray = luminance(self.source.rows(top, bottom, left=left, right=right))
        alpha = self.source.alpha_rows(top, bottom, left=left, right=right)
        return gray if alpha is None else gray * alpha
