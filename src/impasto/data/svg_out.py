"""Drawings written as SVG: real strokes, for a browser, a plotter, or a drawing program.

What is written here `impasto.data.svg` reads again.
"""

import math
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from impasto.data.paper import Line, Paper, Place
from impasto.picture import Info, replace_atomically

COLOR = "#3a3632"
GROUND = "#f6f3ed"

LARGE = 480
"""Pixels of the shorter side of a single drawing where it is shown; those of a square otherwise
follow from how many there are."""

_META = re.compile(r"<x:xmpmeta.*</x:xmpmeta>", re.DOTALL)


def write_svg(
    paper: Paper,
    path: str | Path,
    *,
    title: str = "",
    names: Sequence[str] = (),
    info: Info | None = None,
    force: bool = False,
) -> Path:
    """Write drawings as an SVG.

    Args:
        paper: Where they lie.
        path: Where to.
        title: What a reader for the blind says of the whole.
        names: What each drawing is called.
        info: What else travels in the file: title, author, recipe.
        force: Replace a file that is there.

    Raises:
        OutputError: If the file exists and `force` is off, or can't be written.
    """
    text = svg(paper, title=title, names=names, info=info)
    with replace_atomically(path, force=force) as aside:
        aside.write_text(text, encoding="utf-8")
    return Path(path)


def svg(
    paper: Paper, *, title: str = "", names: Sequence[str] = (), info: Info | None = None
) -> str:
    """Write drawings as the text of an SVG; see `write_svg`.

    Points are written in each drawing's own units, in as many digits as they have.
    """
    box = " ".join(_short(n) for n in (paper.left, paper.top, paper.width, paper.height))
    enlarged = LARGE / min(paper.width, paper.height) if len(paper.places) == 1 else 1.6
    sides = [_number(round(side * enlarged, 1)) for side in (paper.width, paper.height)]
    drawn = "\n".join(
        _group(place, paper.ink, names[n] if n < len(names) else "")
        for n, place in enumerate(paper.places)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{sides[0]}" '
        f'height="{sides[1]}" fill="none" stroke="{COLOR}" stroke-linecap="round" '
        f'stroke-linejoin="round" style="background:{GROUND}">\n'
        f"{_titled(title)}{_metadata(info)}{drawn}\n</svg>\n"
    )


def _group(place: Place, ink: float, name: str) -> str:
    """Write a drawing; its lines are as wide on paper as all others."""
    moved = ""
    if (place.x, place.y, place.scale) != (0, 0, 1):
        shift = f"{_number(round(place.x, 4))} {_number(round(place.y, 4))}"
        moved = f' transform="translate({shift}) scale({_short(place.scale)})"'
    strokes = "\n".join(f'<path d="{_path(line)}"/>' for line in place.lines)
    width = _short(ink / place.scale)
    return f'<g{moved} stroke-width="{width}">\n{_titled(name)}{strokes}\n</g>'


def _path(line: Line) -> str:
    """Write a stroke; one of a single point goes to where it is, which shows as a dot."""
    points = [f"{_number(x)} {_number(y)}" for x, y in np.asarray(line, np.float64).tolist()]
    return f"M{points[0]}L{' '.join(points[1:] or points[:1])}"


def _number(value: float) -> str:
    """Write a number in the fewest digits that read as the same."""
    return np.format_float_positional(value, trim="-") if math.isfinite(value) else "0"


def _short(value: float) -> str:
    """Write a number in eight digits."""
    return np.format_float_positional(value, precision=8, fractional=False, trim="-")


def _titled(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return f"<title>{escape(shown)}</title>\n" if shown else ""


def _metadata(info: Info | None) -> str:
    """Put the same XMP into the file that pictures carry."""
    packet = (info.xmp() if info else None) or b""
    found = _META.search(packet.decode("utf-8"))
    return f"<metadata>{found[0]}</metadata>\n" if found else ""
