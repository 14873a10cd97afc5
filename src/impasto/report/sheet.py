"""A contact sheet: many pictures on one page, to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from impasto.errors import SettingsError

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Place = tuple[float, float]

PAPER, INK = (246, 243, 237), (58, 54, 50)
NIGHT, CHALK = (22, 22, 24), (204, 200, 194)


@dataclass(frozen=True)
class Grid:
    """Where the cells of a sheet lie, in pixels.

    Attributes:
        columns: Cells side by side.
        rows: Cells one below the other.
        width: Of a cell: the widest picture's.
        height: Of a cell: the tallest picture's.
        text: Height of the letters; margins and gaps follow from it.
        left: Room for the names of the rows.
        top: Room for the names of the columns.
        caption: Room below each cell for its label.
    """

    columns: int
    rows: int
    width: int
    height: int
    text: int
    left: int = 0
    top: int = 0
    caption: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole sheet."""
        x, y = self.corner(self.rows * self.columns - 1)
        edge = 3 * self.text
        return x + self.width + edge, y + self.height + self.caption + edge

    def corner(self, index: int) -> tuple[int, int]:
        """Left and upper edge of a cell, counted along the rows."""
        row, column = divmod(index, self.columns)
        x = 3 * self.text + self.left + column * (self.width + self.text)
        return x, 3 * self.text + self.top + row * (self.height + self.caption + self.text)


def contact_sheet(
    pictures: Iterable[Float[Tensor, "1 3 _ _"]],
    *,
    columns: int,
    labels: Sequence[str] | None = None,
    row_labels: Sequence[str] | None = None,
    column_labels: Sequence[str] | None = None,
    cell: int = 256,
    dark: bool = False,
) -> Float[Tensor, "1 3 h w"]:
    """Lay pictures out on one page with generous margins, so that the eye can choose.

    Pictures keep their shape; larger ones are shrunk to the cell, smaller ones are left alone.

    Args:
        pictures: Along the rows, from the upper left; 0..1, of any sizes.
        columns: Pictures side by side.
        labels: A line below each picture.
        row_labels: A line to the left of each row.
        column_labels: A line above each column.
        cell: Longest side of a picture on the sheet, in pixels.
        dark: Near-black ground instead of warm white.

    Returns:
        The sheet, 0..1.

    Raises:
        SettingsError: If there are no pictures, or fewer than one column.
    """
    small = [shrink(picture, cell) for picture in pictures]
    if not small or columns < 1:
        raise SettingsError("a sheet needs at least one picture and one column")
    font = ImageFont.load_default(max(10, cell // 18))
    grid = _plan(
        small, columns, font, row_labels or (), above=bool(column_labels), below=bool(labels)
    )
    texts = _texts(grid, labels or (), row_labels or (), column_labels or ())
    sheet = _written(grid, texts, font, dark=dark)
    for index, picture in enumerate(small):
        _paste(sheet, picture, grid, index)
    return sheet


def shrink(picture: Float[Tensor, "1 3 _ _"], longest: int) -> Float[Tensor, "1 3 _ _"]:
    """Shrink a picture so that its longer side has at most `longest` pixels."""
    height, width = picture.shape[-2:]
    scale = longest / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(height * scale)), max(1, round(width * scale))
    return F.interpolate(picture, size, mode="bicubic", antialias=True).clamp(0, 1)


def _plan(
    pictures: Sequence[Tensor],
    columns: int,
    font: Font,
    row_labels: Sequence[str],
    *,
    above: bool,
    below: bool,
) -> Grid:
    text = _height(font)
    columns = min(columns, len(pictures))
    longest = max((font.getlength(_tidy(t)) for t in row_labels), default=-text)
    return Grid(
        columns=columns,
        rows=-(-len(pictures) // columns),
        width=max(p.shape[-1] for p in pictures),
        height=max(p.shape[-2] for p in pictures),
        text=text,
        left=text + min(round(longest), 16 * text),
        top=2 * text if above else 0,
        caption=2 * text if below else 0,
    )


Text = tuple[Place, str, str, float]
"""Where a line stands, which point of it stands there (Pillow's anchor), and how long it may be."""


def _texts(
    grid: Grid, labels: Sequence[str], row_labels: Sequence[str], column_labels: Sequence[str]
) -> list[Text]:
    corners = [grid.corner(i) for i in range(grid.rows * grid.columns)]
    middle, wide = grid.width / 2, grid.width + grid.text / 2
    below = (
        ((x + middle, y + grid.height + 0.6 * grid.text), line, "ma", wide)
        for (x, y), line in zip(corners, labels, strict=False)
    )
    above = (
        ((x + middle, y - 0.9 * grid.text), line, "ms", wide)
        for (x, y), line in zip(corners[: grid.columns], column_labels, strict=False)
    )
    beside = (
        ((float(x - grid.text), y + grid.height / 2), line, "rm", float(grid.left))
        for (x, y), line in zip(corners[:: grid.columns], row_labels, strict=False)
    )
    return list(chain(below, above, beside))


def _written(
    grid: Grid, texts: Sequence[Text], font: Font, *, dark: bool
) -> Float[Tensor, "1 3 h w"]:
    ground, ink = (NIGHT, CHALK) if dark else (PAPER, INK)
    page = Image.new("RGB", grid.size, ground)
    draw = ImageDraw.Draw(page)
    for place, line, anchor, longest in texts:
        draw.text(place, _cut(_tidy(line), font, longest), fill=ink, font=font, anchor=anchor)
    return torch.from_numpy(np.array(page)).permute(2, 0, 1)[None].float() / 255


def _paste(sheet: Tensor, picture: Tensor, grid: Grid, index: int) -> None:
    """Lay a picture into the middle of its cell."""
    height, width = picture.shape[-2:]
    x, y = grid.corner(index)
    x, y = x + (grid.width - width) // 2, y + (grid.height - height) // 2
    sheet[..., y : y + height, x : x + width] = picture


def _height(font: Font) -> int:
    _, top, _, bottom = font.getbbox("Ág")
    return round(bottom - top)


def _tidy(line: str) -> str:
    """Make one line of whatever a file is called."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(line.split()))


def _cut(line: str, font: Font, longest: float) -> str:
    """Shorten a line that is too long for its place."""
    if font.getlength(line) <= longest:
        return line
    while line and font.getlength(line + "…") > longest:
        line = line[:-1]
    return line.rstrip() + "…"
