"""The verb `analyze`: what is in a picture."""

import os
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from impasto.analysis.single.balance import balance
from impasto.analysis.single.border import border
from impasto.analysis.single.complexity import complexity
from impasto.analysis.single.figure import figure
from impasto.analysis.single.harmony import harmony
from impasto.analysis.single.horizon import horizon
from impasto.analysis.single.light import light
from impasto.analysis.single.page import report
from impasto.analysis.single.palette import palette
from impasto.analysis.single.reading import Reading
from impasto.analysis.single.saliency import eye
from impasto.analysis.single.seen import look
from impasto.analysis.single.settings import settings_of
from impasto.analysis.single.styles import styles
from impasto.analysis.single.tone import tone
from impasto.picture import AnyPicture, Picture, check_output, replace_atomically, write

UNNAMED = "picture"
TEXTS = (".svg", ".html", ".json")
"""Endings that an analysis is written in besides those of pictures."""


class Analysis(Reading):
    """What is in a picture: a `Reading` that can show itself."""

    def figure(self) -> Picture:
        """Draw it as a figure, 3,200 pixels wide, to be printed at 300 dots an inch."""
        return replace(Picture.from_tensor(figure(self).to_tensor()), dpi=300.0)

    def to_svg(self) -> str:
        """Draw the same figure as SVG."""
        return figure(self).to_svg()

    def to_html(self) -> str:
        """Lay everything out on a page that needs no network."""
        return report(self)

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> Path:
        """Write it down, in the form that the ending of the name says.

        Args:
            path: A picture's ending or ``.svg`` is the figure, ``.html`` the page, ``.json`` the
                numbers.
            force: Replace a file that is there.

        Raises:
            OutputError: If the file exists and `force` is off, or can't be written.
        """
        target = Path(path)
        check_output(target, force=force, others=TEXTS)
        forms = {".svg": self.to_svg, ".html": self.to_html, ".json": self.to_json}
        form = forms.get(target.suffix.lower())
        if form is None:
            return write(self.figure(), target, force=force)
        text = form()
        with replace_atomically(target, force=force) as aside:
            aside.write_text(text, encoding="utf-8", errors="backslashreplace")
        return target


def analyze(
    picture: AnyPicture | Tensor,
    *,
    colors: int | None = None,
    whole: bool = False,
    max_pixels: int | None = None,
) -> Analysis:
    """Say what is in a picture: palette, light, composition, complexity, and the nearest styles.

    Everything is measured on a version whose longer side is at most 512 pixels, inside the border
    if there is one; what is transparent has no color and no weight, and lies on white otherwise.
    The same picture gives the same numbers.

    Args:
        picture: A path, a `Picture`, a PIL image, or a tensor ``(1, 3, h, w)`` in 0..1.
        colors: Colors of the palette, 1..12; as few as do for the picture unless given.
        whole: Measure the border, too, where there is one around the picture.
        max_pixels: Larger files are refused; None takes the readers' own limits.

    Returns:
        Numbers and words, which `save` writes as a figure, a page or JSON.

    Raises:
        PictureError: If the picture can't be read, or its values lie outside 0..1.
        SettingsError: If a value is out of its range, or `picture` is nothing of the kind.
    """
    settings = settings_of(colors=colors, whole=whole)
    around = look(picture, max_pixels=max_pixels)
    found = border(around)
    seen = around.inside(found.box) if found and not settings.whole else around
    return Analysis(
        name=around.info.name or UNNAMED,
        title=around.info.title,
        author=around.info.author,
        size=around.size,
        measured=(seen.pixels.shape[3], seen.pixels.shape[2]),
        tone=tone(seen),
        border=found,
        palette=palette(seen, settings.colors),
        harmony=harmony(seen),
        light=light(seen),
        eye=eye(seen),
        balance=balance(seen),
        horizon=horizon(seen),
        complexity=complexity(seen),
        styles=styles(seen),
        seen=seen,
        around=around,
    )
