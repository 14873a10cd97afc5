"""A sheet to draw on, that becomes pixels or SVG: the same lines, words and pictures in both."""

import base64
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from impasto.errors import printable
from impasto.report.page import text

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left and upper edge, width and height."""

SCALE = 2
"""Pixels of the sheet a unit: 1600 units make a width of 3200, 27 cm in print."""

OTHERS = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "Arial Unicode.ttf",
    "NotoSansCJK-Regular.ttc",
    "PingFang.ttc",
    "msyh.ttc",
    "DroidSansFallback.ttf",
)
"""Fonts that Pillow looks for where the system keeps its own."""

ANCHORS = {"l": "start", "m": "middle", "r": "end"}


@dataclass
class Canvas:
    """What was drawn, in order; each thing as pixels and as SVG.

    Attributes:
        width: In units.
        height: In units.
        ground: Color of the sheet.
    """

    width: int
    height: int
    ground: str
    title: str = ""
    image: Image.Image = field(init=False)
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        size = self.width * SCALE, self.height * SCALE
        self.image = Image.new("RGB", size, self.ground)
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def rectangle(self, box: Box, color: str, *, line: str | None = None) -> None:
        """Fill a rectangle, and draw a thin line around it if there is a color for one."""
        x, y, wide, high = box
        if line is None:
            ends = (x * SCALE, y * SCALE, (x + wide) * SCALE - 1, (y + high) * SCALE - 1)
            if ends[2] >= ends[0] and ends[3] >= ends[1]:
                self.draw.rectangle(ends, fill=color)
        else:
            self.polygon([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], color)
            self.line([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)], line)
            return
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{color}"/>'
        )

    def line(self, points: Sequence[Point], color: str, *, width: float = 1.0) -> None:
        """Draw a line from point to point."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=color, width=max(1, round(width * SCALE)), joint="curve")
        self.parts.append(
            f'<polyline points="{_joined(points)}" fill="none" stroke="{color}" '
            f'stroke-width="{width}"/>'
        )

    def polygon(self, points: Sequence[Point], color: str) -> None:
        """Fill what points enclose."""
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=color)
        self.parts.append(f'<polygon points="{_joined(points)}" fill="{color}"/>')

    def ring(self, middle: Point, radius: float, color: str, *, width: float = 1.5) -> None:
        """Draw a circle."""
        x, y = (c * SCALE for c in middle)
        r = radius * SCALE
        self.draw.ellipse(
            (x - r, y - r, x + r, y + r), outline=color, width=max(1, round(width * SCALE))
        )
        self.parts.append(
            f'<circle cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" r="{radius - width / 2:.1f}" '
            f'fill="none" stroke="{color}" stroke-width="{width}"/>'
        )

    def words(
        self,
        place: Point,
        line: object,
        *,
        size: int,
        color: str,
        anchor: str = "l",
        longest: float = float("inf"),
    ) -> None:
        """Write a line on its baseline.

        Args:
            place: Where it begins, has its middle or ends, as `anchor` says: l, m or r.
            line: What comes from outside may be in it.
            size: Height of the letters.
            color: Of the letters.
            anchor: See `place`.
            longest: What is longer is cut.
        """
        said = fitted(str(line), size, longest)
        font = lettering(size, said)
        known = "".join(letter for letter in said if not _lacks(font, letter)).strip()
        held = f' textLength="{length(said, size):.1f}" lengthAdjust="spacingAndGlyphs"'
        held = held if known == said.strip() else ""  # a viewer's own letters are as wide as ours
        self.draw.text(
            (place[0] * SCALE, place[1] * SCALE), known, fill=color, font=font, anchor=anchor + "s"
        )
        self.parts.append(
            f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" style="font-size:{size}px" '
            f'fill="{color}" text-anchor="{ANCHORS[anchor]}"{held}>{text(said)}</text>'
        )

    def picture(self, box: Box, pixels: Float[Tensor, "1 3 _ _"]) -> None:
        """Put a picture into a box of its proportions."""
        x, y, wide, high = box
        array = (pixels[0].permute(1, 2, 0) * 255).round().byte().numpy()
        small = Image.fromarray(array)
        size = max(1, round(wide * SCALE)), max(1, round(high * SCALE))
        self.image.paste(
            small.resize(size, Image.Resampling.LANCZOS), (round(x * SCALE), round(y * SCALE))
        )
        file = io.BytesIO()
        small.save(file, "JPEG", quality=90)
        data = base64.b64encode(file.getvalue()).decode("ascii")
        self.parts.append(
            f'<image x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
            f'preserveAspectRatio="none" href="data:image/jpeg;base64,{data}"/>'
        )

    def to_tensor(self) -> Float[Tensor, "1 3 h w"]:
        """Hand over the pixels, 0..1."""
        return torch.from_numpy(np.array(self.image)).permute(2, 0, 1)[None].float() / 255

    def to_svg(self) -> str:
        """Hand over the SVG: one element, which asks no other file for anything."""
        said = text(self.title)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-label="{said}" '
            'font-family="Helvetica Neue, Helvetica, Arial, sans-serif">'
            f'<title>{said}</title><rect width="100%" height="100%" fill="{self.ground}"/>'
            f"{''.join(self.parts)}</svg>"
        )


def fitted(line: str, size: int, longest: float) -> str:
    """Shorten a line that is too long for its place, and make it safe to show."""
    line = printable(" ".join(line.split()))
    if length(line, size) <= longest:
        return line
    while line and length(line + "…", size) > longest:
        line = line[:-1]
    return line.rstrip() + "…"


def length(line: str, size: int) -> float:
    """Say how long a line is, in units."""
    return lettering(size, line).getlength(line) / SCALE


def lettering(size: int, line: str = "") -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The letters that Pillow brings along (Aileron), of this height.

    They are Latin; a line with others is written in a common font of the system that has them. If
    there is none, those letters are left out; as SVG they stand, for whoever has them.
    """
    own = _own(size)
    for name in OTHERS if _lacks(own, line) else ():
        with suppress(OSError):
            other = ImageFont.truetype(name, size * SCALE)
            if not _lacks(other, line):
                return other
    return own


@cache
def _own(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * SCALE)


def _lacks(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, line: str) -> bool:
    """Tell whether a font has no letter of its own for one of a line's."""
    unknown = bytes(font.getmask("\uffff"))
    return any(bytes(font.getmask(letter)) == unknown for letter in set(line) if letter > "~")


def _joined(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
