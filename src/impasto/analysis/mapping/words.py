"""Words and colors printed on a poster, of which a strip shows what reaches into it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from PIL import ImageDraw, ImageFont

from impasto.analysis.mapping.inks import Color

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Words:
    """A line of words.

    Attributes:
        text: What it says.
        x: Where it stands,
        y: and how high.
        size: Height of the letters.
        ink: Their color.
        anchor: Which of its points stands there, as Pillow names it.
        halo: What is printed around the letters, to part them from what is below.
    """

    text: str
    x: float
    y: float
    size: int
    ink: Color
    anchor: str = "la"
    halo: Color | None = None

    @cached_property
    def font(self) -> Font:
        """The letters: Pillow's own, so that a poster looks the same everywhere."""
        return ImageFont.load_default(self.size)

    @property
    def edge(self) -> int:
        """How wide the halo is."""
        return max(1, self.size // 7) if self.halo else 0

    @cached_property
    def box(self) -> Box:
        """Its edges, with the halo."""
        length, high = self.font.getlength(self.text), self.size * 1.25
        left = self.x - {"l": 0.0, "m": length / 2, "r": length}[self.anchor[0]]
        top = self.y - {"a": 0.0, "m": high / 2, "s": self.size}[self.anchor[1]]
        edge = self.edge
        return left - edge, top - edge, left + length + edge, top + high + edge

    def draw(self, paper: ImageDraw.ImageDraw, top: int) -> None:
        """Draw it on a strip that begins at this row."""
        paper.text(
            (self.x, self.y - top),
            self.text,
            fill=self.ink,
            font=self.font,
            anchor=self.anchor,
            stroke_width=self.edge,
            stroke_fill=self.halo,
        )


@dataclass(frozen=True)
class Patch:
    """A rectangle of one color."""

    box: Box
    ink: Color

    def draw(self, paper: ImageDraw.ImageDraw, top: int) -> None:
        """Draw it on a strip that begins at this row."""
        left, upper, right, lower = self.box
        paper.rectangle((left, upper - top, right, lower - top), fill=self.ink)


Mark = Words | Patch
"""Something printed, in pixels of the whole paper."""


def reaching(marks: Iterable[Mark], top: int, bottom: int) -> list[Mark]:
    """Choose what reaches into these rows."""
    return [mark for mark in marks if mark.box[1] < bottom and mark.box[3] > top]


def cross(one: Box, other: Box) -> bool:
    """Tell whether two boxes overlap."""
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]
