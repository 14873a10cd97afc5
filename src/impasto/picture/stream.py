"""Pictures larger than memory, read from top to bottom."""

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType

import numpy as np
from jaxtyping import Float
from torch import Tensor

from impasto.picture import vips
from impasto.picture.arrays import Array
from impasto.picture.info import Info, found_in_file
from impasto.picture.pipes import Outflow
from impasto.picture.planes import planes
from impasto.picture.reader import MAX_PIXELS as WHOLE
from impasto.picture.reader import decode, load_srgb, named
from impasto.picture.resizing import fitted, resize
from impasto.picture.sniff import naming, opened
from impasto.picture.window import Window

MAX_PIXELS = 4_000_000_000
"""The largest picture that a `Source` opens unless told otherwise: 63,000 × 63,000."""


class Source:
    """A picture on disk whose rows are decoded when they are asked for, from top to bottom.

    What `read` does is done here, too: the picture is upright, in sRGB, with its transparency and
    full precision. Only the rows last asked for are kept in memory. GIF and BMP files are decoded
    whole, and so, into a temporary file, is what a camera took on its side.

    Args:
        path: A JPEG, PNG, WebP, TIFF, GIF or BMP file; of several frames the first.
        max_pixels: Larger pictures are refused.

    Attributes:
        width: Pixels across.
        height: Pixels down.
        has_alpha: Whether it has transparency.

    Raises:
        PictureError: If the file is missing, broken, too large, or not a picture.
    """

    def __init__(self, path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> None:
        self._path = Path(path)
        self._max_pixels = max_pixels
        image, self._icc = self._picture()
        self._empty = np.empty((0, image.width, image.bands), vips.dtype(image))
        self.width: int = image.width
        self.height: int = image.height
        self.has_alpha: bool = image.bands in {2, 4}
        self._window = self._at_top()

    @cached_property
    def info(self) -> Info:
        """What belongs to the picture beside its pixels; the first time, the file is hashed."""
        with opened(self._path) as (file, kind):
            info = found_in_file(file, kind)
            bits = self._empty.dtype.itemsize * 8
            return named(replace(info, bits=bits, icc=self._icc), self._path, file)

    def thumbnail(self, short: int) -> Float[Tensor, "1 3 h w"]:
        """See the whole picture small, before or between its rows.

        Args:
            short: Length of the shorter side in pixels.

        Returns:
            0..1, what `fit` would give but for the rounding; a large picture is shrunk as it is
            decoded, and never held.

        Raises:
            PictureError: If the file turns out to be broken.
        """
        size = fitted(self.height, self.width, short=short)
        with naming(self._path):
            image, _ = self._picture()
            small = vips.to_array(vips.shrunk(image, *size))
        return resize(planes(self._colors(small))[0], size=size)

    def rows(
        self, top: int, bottom: int, *, left: int = 0, right: int | None = None
    ) -> Float[Tensor, "1 3 n w"]:
        """Take a strip of the picture, or a part of the strip.

        Args:
            top: Its first row; never above that of the call before. Strips may overlap.
            bottom: The row after its last.
            left: Its first column.
            right: The column after its last; None takes all that are left.

        Returns:
            0..1.

        Raises:
            PictureError: If the file turns out to be broken.
            SettingsError: If the rows lie outside the picture, or above those asked for before.
        """
        return planes(self._colors(self._strip(top, bottom)[:, left:right]))[0]

    def alpha_rows(
        self, top: int, bottom: int, *, left: int = 0, right: int | None = None
    ) -> Float[Tensor, "1 1 n w"] | None:
        """Take the transparency of the same strip, or None if the picture has none."""
        if not self.has_alpha:
            return None
        return planes(self._strip(top, bottom)[:, left:right, -1:])[0][:, :1]

    def rewind(self) -> None:
        """Start at the top again; everything is decoded anew."""
        self._window.close()
        self._window = self._at_top()

    def close(self) -> None:
        """Stop decoding."""
        self._window.close()

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _picture(self) -> tuple[vips.Image, bytes | None]:
        """Open the file anew, as sRGB; nothing of it is decoded yet."""
        with opened(self._path) as (file, kind):
            if kind in {"GIF", "BMP"}:
                array, info = decode(file, kind, min(self._max_pixels, WHOLE))
                return vips.from_array(array, space="srgb"), info.icc
            return load_srgb(self._path, file, kind, self._max_pixels)

    def _at_top(self) -> Window:
        return Window(lambda: Outflow(self._picture()[0]), self._empty, height=self.height)

    def _colors(self, rows: Array) -> Array:
        return rows[..., :-1] if self.has_alpha else rows

    def _strip(self, top: int, bottom: int) -> Array:
        with naming(self._path):
            return self._window.rows(top, bottom)
