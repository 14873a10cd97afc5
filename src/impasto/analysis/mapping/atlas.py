"""Many small pictures on few sheets, so that a page draws thousands of them at once."""

import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, UInt8, UInt16
from PIL import Image

from impasto.analysis.mapping.thumbnails import Thumbnail

WIDTH = 2048
"""Pixels across a sheet, at most."""

GRAY = (150, 146, 140)
"""What stands for a work that can't be read."""

Put = Callable[[str, int, bytes], None]
"""Takes a finished sheet: ``large`` or ``small``, its number, and its file."""


@dataclass(frozen=True)
class Shape:
    """How tiles lie on the sheets of one kind.

    Attributes:
        kind: ``large`` or ``small``.
        side: Of a tile, in pixels.
        across: Tiles side by side; there are as many below each other.
    """

    kind: str
    side: int
    across: int

    @property
    def each(self) -> int:
        """Tiles on a sheet."""
        return self.across * self.across

    def sheets(self, count: int) -> int:
        """Sheets that so many tiles need."""
        return -(-count // self.each)


@dataclass(frozen=True, eq=False)
class Tiles:
    """What is known of pictures once they lie on sheets.

    Attributes:
        sizes: Width and height of each on the large sheets.
        means: Mean color of each.
    """

    sizes: UInt16[np.ndarray, "n 2"]
    means: UInt8[np.ndarray, "n 3"]


def shapes(count: int, side: int) -> tuple[Shape, Shape]:
    """Choose the large and the small tiles for so many works."""
    little = 32 if count <= 3000 else 16
    return (
        Shape("large", side, max(1, WIDTH // side)),
        Shape("small", min(little, side), WIDTH // min(little, side)),
    )


def along_curve(cells: Int[np.ndarray, "n 2"]) -> Int[np.ndarray, " n"]:
    """Order cells so that neighbors on the map mostly lie on the same sheet.

    Notes:
        Morton 1966: the bits of column and row in turns.
    """
    low = cells.astype(np.int64) - cells.min(0)
    code = np.zeros(len(cells), np.int64)
    for bit in range(24):
        for axis in (0, 1):
            code |= ((low[:, axis] >> bit) & 1) << (2 * bit + axis)
    return np.argsort(code, kind="stable")


def fill(pictures: Iterable[Thumbnail], shapes: Iterable[Shape], put: Put) -> Tiles:
    """Lay pictures out on sheets and hand on each sheet that is full.

    Args:
        pictures: Of at most the large tile's side; what is no picture becomes gray.
        shapes: The large tiles, and the small.
        put: Takes the sheets as files.
    """
    sheets = [_Sheet(shape, put) for shape in shapes]
    sizes, means = [], []
    for picture in pictures:
        shown = _gray(sheets[0].shape.side) if isinstance(picture, str) else picture
        mean = _mean(shown)
        for sheet in sheets:
            sheet.add(shown, mean)
        sizes.append(shown.size)
        means.append(mean)
    for sheet in sheets:
        sheet.end()
    return Tiles(np.array(sizes, np.uint16), np.array(means, np.uint8))


def _gray(side: int) -> Image.Image:
    return Image.new("RGB", (side, side), GRAY)


def _mean(picture: Image.Image) -> tuple[int, ...]:
    return tuple(np.asarray(picture).reshape(-1, 3).mean(0).round().astype(int).tolist())


class _Sheet:
    """A sheet being filled, and after it the next."""

    def __init__(self, shape: Shape, put: Put) -> None:
        self.shape, self.put = shape, put
        self.number = self.used = 0
        self.page = self._blank()

    def add(self, picture: Image.Image, mean: tuple[int, ...]) -> None:
        """Lay a picture into the upper left of the next tile; the rest takes its mean color."""
        side = self.shape.side
        row, column = divmod(self.used, self.shape.across)
        x, y = column * side, row * side
        self.page.paste(mean, (x, y, x + side, y + side))
        self.page.paste(self._fitted(picture), (x, y))
        self.used += 1
        if self.used == self.shape.each:
            self.end()

    def end(self) -> None:
        """Hand the sheet on, if anything is on it."""
        if not self.used:
            return
        rows = -(-self.used // self.shape.across)
        columns = min(self.used, self.shape.across)
        whole = self.page.crop((0, 0, columns * self.shape.side, rows * self.shape.side))
        self.put(self.shape.kind, self.number, _encoded(whole))
        self.number, self.used, self.page = self.number + 1, 0, self._blank()

    def _blank(self) -> Image.Image:
        whole = self.shape.across * self.shape.side
        return Image.new("RGB", (whole, whole), GRAY)

    def _fitted(self, picture: Image.Image) -> Image.Image:
        """Shrink to the tile, as the page expects it: half a pixel is rounded up."""
        factor = self.shape.side / max(picture.size)
        if factor >= 1:
            return picture
        width, height = (max(1, math.floor(side * factor + 0.5)) for side in picture.size)
        return picture.resize((width, height), Image.Resampling.BOX)


def _encoded(page: Image.Image) -> bytes:
    file = io.BytesIO()
    page.save(file, "WEBP", quality=78, method=2)
    return file.getvalue()
