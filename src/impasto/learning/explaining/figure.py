"""An explanation on one page: the picture, its maps, how sure, how trusted, and works alike."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from impasto.errors import printable
from impasto.learning.explaining.colors import colored, overlay
from impasto.learning.explaining.explanation import (
    TITLES,
    Explanation,
    Map,
    Neighbor,
    doubt,
)
from impasto.picture import resize
from impasto.report.sheet import INK, PAPER

CELL, GAP, EDGE = 400, 36, 48
"""Side of a panel, room between two of them, and margin, in pixels."""

WIDE = 2 * EDGE + 3 * CELL + 2 * GAP
TEXT, SMALL, LARGE = 17, 14, 26
THUMB, BESIDE, SHELF = 180, 24, 5
SOFT, BAR, GOOD, BAD = (150, 144, 136), (47, 111, 143), (60, 110, 60), (170, 60, 30)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Color = tuple[int, int, int]


def figure(found: Explanation) -> Float[Tensor, "1 3 h w"]:
    """Draw an explanation on one page, to be shown or printed.

    Args:
        found: What `impasto.explain` said.

    Returns:
        The page, 0..1.
    """
    page = _Page()
    top = page.words(EDGE, EDGE, _title(found), size=LARGE, wide=WIDE - 2 * EDGE) + 14
    ends = [_panel(page, 0, top, "what the network saw", found.picture)]
    for place, each in enumerate(found.maps.values(), 1):
        seen = overlay(found.picture, each.values)
        below = _panel(page, place, top, f"found by {TITLES[each.name]}", seen)
        ends.append(_judged(page, place, below, each))
    ends[0] = _sure(page, ends[0], found)
    if found.maps:
        _legend(page, top)
    below = max(ends) + GAP
    if found.nearest:
        below = _nearest(page, below, found)
    for line in found.lines:
        below = page.words(EDGE, below, line, size=SMALL, color=SOFT, wide=WIDE - 2 * EDGE)
    return page.cut(below + EDGE)


def _title(found: Explanation) -> str:
    share = found.probabilities[found.label]
    return f"{printable(found.label, limit=60)} ({share:.0%}): {found.verdict}"


@dataclass
class _Page:
    """A page that grows as it is drawn on."""

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (WIDE, 3000), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = TEXT,
        color: Color = INK,
        wide: float = CELL,
        most: int = 9,
    ) -> int:
        """Write text from a point on, in several lines where needed; returns where it ends."""
        font = ImageFont.load_default(size)
        for line in wrapped(text, font, wide)[:most]:
            self.draw.text((x, y), line, fill=color, font=font)
            y += 1.35 * size
        return round(y)

    def lay(self, picture: Float[Tensor, "1 3 h w"], x: int, y: int) -> None:
        """Lay a picture on the page."""
        pixels = (picture[0].permute(1, 2, 0) * 255).round().byte().contiguous().numpy()
        self.image.paste(Image.fromarray(pixels), (x, y))

    def cut(self, height: int) -> Float[Tensor, "1 3 h w"]:
        """Cut off what nothing stands on."""
        whole = np.array(self.image.crop((0, 0, WIDE, height)))
        return torch.from_numpy(whole).permute(2, 0, 1)[None].float() / 255


def wrapped(text: str, font: Font, wide: float) -> list[str]:
    """Break text into lines that fit: at spaces and the joints of names, or anywhere if need be."""
    lines = [""]
    for piece in re.findall(r"[^ _/-]*[ _/-]|[^ _/-]+", printable(text, limit=300)):
        for part in _fitting(piece, font, wide):
            if lines[-1] and font.getlength((lines[-1] + part).rstrip()) > wide:
                lines.append("")
            lines[-1] += part
    return [line.rstrip() for line in lines if line.strip()]


def _fitting(piece: str, font: Font, wide: float) -> Iterator[str]:
    """Cut a word that is too long for any line."""
    while font.getlength(piece.rstrip()) > wide and len(piece) > 1:
        ends = range(1, len(piece) + 1)
        many = max(1, bisect_right(ends, wide, key=lambda n: font.getlength(piece[:n])))
        yield piece[:many]
        piece = piece[many:]
    yield piece


def _left(place: int) -> int:
    return EDGE + place * (CELL + GAP)


def _panel(page: _Page, place: int, top: int, title: str, picture: Tensor) -> int:
    """Show a picture under its title; returns where it ends."""
    page.words(_left(place), top, title)
    page.lay(resize(picture, size=(CELL, CELL)), _left(place), top + 28)
    return top + 28 + CELL + 12


def _judged(page: _Page, place: int, top: int, each: Map) -> int:
    """Say below a map how far it is to be trusted."""
    return page.words(
        _left(place), top, each.verdict, size=SMALL, color=GOOD if each.trusted else BAD
    )


def _legend(page: _Page, top: int) -> None:
    """Show what the colors mean, above the last map."""
    right = WIDE - EDGE
    page.words(right - 190, top + 2, "little", size=SMALL, color=SOFT)
    page.lay(colored(torch.linspace(0, 1, 110).expand(10, -1)), right - 150, top + 6)
    page.words(right - 32, top + 2, "most", size=SMALL, color=SOFT)


def _sure(page: _Page, top: int, found: Explanation) -> int:
    """Draw how probable the first classes are, and say which it may be."""
    best = sorted(found.probabilities.items(), key=lambda pair: -pair[1])[:5]
    for name, share in best:
        bold = INK if found.labels is None or name in found.labels else SOFT
        page.draw.rectangle((EDGE, top + 3, EDGE + max(1, 150 * share), top + 16), fill=BAR)
        page.words(EDGE + 160, top, f"{share:.0%}", size=SMALL, color=bold)
        page.words(EDGE + 205, top, name, size=SMALL, color=bold, wide=CELL - 205, most=1)
        top += 22
    if found.labels is None:
        return top
    said = doubt(found.labels, len(found.probabilities))
    return page.words(EDGE, top + 6, said, size=SMALL, most=4)


def _nearest(page: _Page, top: int, found: Explanation) -> int:
    """Show the works alike side by side; returns where they end."""
    title = "works it learned from that look most like it to this network"
    top = page.words(EDGE, top, title, wide=WIDE) + 8
    wide = (WIDE - 2 * EDGE - (SHELF - 1) * BESIDE) // SHELF
    return 20 + max(
        _neighbor(page, EDGE + place * (wide + BESIDE), top, each, wide)
        for place, each in enumerate(found.nearest[:SHELF])
    )


def _neighbor(page: _Page, x: int, y: int, each: Neighbor, wide: int) -> int:
    pixels = each.picture.float()[None].expand(-1, 3, -1, -1) / 255
    page.lay(resize(pixels, size=(THUMB, THUMB)), x, y)
    y = page.words(x, y + THUMB + 8, each.label, size=SMALL, wide=wide, most=1)
    name = each.name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    said = f"{name}, {each.likeness:.2f}"
    return page.words(x, y, said, size=SMALL, color=SOFT, wide=wide, most=3)
