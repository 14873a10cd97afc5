"""The map for a wall: every work small, none over another, with a title and a legend."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from PIL import Image, ImageDraw

from impasto.analysis.mapping.atlas import GRAY
from impasto.analysis.mapping.inks import NIGHT, PAPER, tint
from impasto.analysis.mapping.labels import Column, read_columns
from impasto.analysis.mapping.layout import Layout
from impasto.analysis.mapping.legend import all_marks, planned
from impasto.analysis.mapping.making import first_labels, number_of
from impasto.analysis.mapping.settings import MapSettings
from impasto.analysis.mapping.thumbnails import Thumbnail, thumbnails
from impasto.analysis.mapping.words import reaching
from impasto.analysis.mapping.works import Works
from impasto.errors import printable
from impasto.picture import Info, Sink, check_output
from impasto.progress import OnStep, Step, Watch

PART = 0.94
"""Of a cell that a work fills."""

FEWEST = (10, 6)
"""Fewest columns and rows of a poster: one work alone does not fill the paper."""


def draw_poster(
    works: Works,
    layout: Layout,
    output: Path,
    *,
    settings: MapSettings | None = None,
    thumbs: Path | None = None,
    force: bool = False,
    on_step: OnStep | None = None,
) -> list[tuple[Path, str]]:
    """Draw a map for print: works as small pictures, none over another.

    It is drawn row by row, so that its size is not limited by memory.

    Args:
        works: The collection.
        layout: Where its works lie, as `arrange` returns it for these works.
        output: A picture; the ending chooses the format.
        settings: Title, colors and size.
        thumbs: A folder that keeps small pictures.
        force: Replace a file that is there.
        on_step: Told of each work; returning True leaves the rest of the paper empty.

    Returns:
        Works whose picture can't be shown, and why.

    Raises:
        DataError: If a column is missing.
        OutputError: If the file exists and `force` is off, or can't be written.
    """
    chosen = settings or MapSettings()
    check_output(output, force=force, inputs=works.paths)
    poster = _Poster(works, layout, chosen, thumbs, Watch(on_step))
    width, height = poster.plan.size
    with Sink(output, width, height, info=Info(title=poster.title), force=force) as sink:
        for strip in poster.strips():
            rows = torch.from_numpy(np.array(strip)).permute(2, 0, 1)[None]
            sink.write(rows)
    return poster.failures


class _Poster:
    """A poster being drawn."""

    def __init__(
        self,
        works: Works,
        layout: Layout,
        chosen: MapSettings,
        thumbs: Path | None,
        watch: Watch,
    ) -> None:
        named, self.color = _columns(works, chosen)
        self.works, self.watch, self.thumbs = works, watch, thumbs
        self.title = printable(chosen.title or "A collection", limit=120)
        self.inks = NIGHT if chosen.dark else PAPER
        self.cells, columns, rows = _from_corner(layout.cells)
        self.plan = planned(columns, rows, chosen.poster_side)
        self.large = max(chosen.thumb, self.plan.cell)
        self.marks = all_marks(
            self.plan, self.inks, title=self.title, cells=self.cells, columns=(named, self.color)
        )
        self.failures: list[tuple[Path, str]] = []
        self.done = 0

    def strips(self) -> Iterator[Image.Image]:
        """Draw the paper from top to bottom, a row of works at a time."""
        plan, order = self.plan, np.lexsort((self.cells[:, 0], self.cells[:, 1]))
        paths = [self.works.paths[i] for i in order]
        pictures = thumbnails(paths, side=self.large, folder=self.thumbs)
        hung = iter(order.tolist())
        yield self._written(self._paper(plan.top), 0)
        for row, count in enumerate(np.bincount(self.cells[:, 1], minlength=plan.rows).tolist()):
            strip = self._paper(plan.cell)
            for _ in range(count):
                self._hang(strip, next(hung), pictures)
            yield self._written(strip, plan.top + row * plan.cell)
        yield self._written(self._paper(plan.size[1] - plan.bottom), plan.bottom)

    def _paper(self, height: int) -> Image.Image:
        return Image.new("RGB", (self.plan.size[0], height), self.inks.ground)

    def _written(self, strip: Image.Image, top: int) -> Image.Image:
        draw = ImageDraw.Draw(strip)
        for mark in reaching(self.marks, top, top + strip.height):
            mark.draw(draw, top)
        return strip

    def _hang(self, strip: Image.Image, work: int, pictures: Iterator[Thumbnail]) -> None:
        if self.watch.stopped:
            return
        path = self.works.paths[work]
        picture = self._opened(path, next(pictures))
        cell = self.plan.cell
        edge = max(1, round(cell * 0.05)) if self.color else 0
        small = _fitted(picture, max(1, round(cell * PART) - 2 * edge))
        x = self.plan.margin + int(self.cells[work, 0]) * cell + (cell - small.width) // 2
        y = (cell - small.height) // 2
        if self.color:
            frame = (x - edge, y - edge, x + small.width + edge, y + small.height + edge)
            strip.paste(tint(self.color, work), frame)
        strip.paste(small, (x, y))
        self.done += 1
        self.watch(Step(self.done, len(self.works), label=path.name))

    def _opened(self, path: Path, picture: Thumbnail) -> Image.Image:
        if not isinstance(picture, str):
            return picture
        self.failures.append((path, picture))
        return Image.new("RGB", (self.large, self.large), GRAY)


def _columns(works: Works, chosen: MapSettings) -> tuple[Column | None, Column | None]:
    """Choose the column that gives names, and the one that gives colors."""
    columns = read_columns(works.columns)
    color = number_of(columns, works, chosen.color)
    names = number_of(columns, works, chosen.names)
    if names < 0:
        names = color if color >= 0 else first_labels(columns)
    named, colored = (columns[k] if k >= 0 else None for k in (names, color))
    return named, colored


def _from_corner(cells: Int[np.ndarray, "n 2"]) -> tuple[Int[np.ndarray, "n 2"], int, int]:
    """Count columns from the left and rows from above, with paper around a map of few works."""
    down = cells * np.array([1, -1])
    down = down - down.min(0)
    spans = down.max(0) + 1
    paper = np.maximum(spans, FEWEST)
    return down + (paper - spans) // 2, int(paper[0]), int(paper[1])


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    factor = side / max(picture.size)
    width, height = (max(1, round(length * factor)) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)
