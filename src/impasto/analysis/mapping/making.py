"""The verb behind `impasto map`: a collection becomes a page, and a poster."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import numpy as np
from jaxtyping import Int

from impasto.analysis.mapping.arranging import alike, arrange
from impasto.analysis.mapping.atlas import along_curve, fill, shapes
from impasto.analysis.mapping.keeping import load_layout, save_layout
from impasto.analysis.mapping.labels import Column, read_columns, years_of
from impasto.analysis.mapping.layout import Layout
from impasto.analysis.mapping.page import Content, link, name_of, render
from impasto.analysis.mapping.settings import MapSettings
from impasto.analysis.mapping.thumbnails import Thumbnail, thumbnails
from impasto.analysis.mapping.works import Works
from impasto.data.tables import few
from impasto.errors import DataError, printable
from impasto.picture.files import check_free, is_file, replace_atomically, reporting
from impasto.progress import OnStep, Step, Watch

WITHIN = 3000
"""Most works whose pictures lie in the page itself; those of more lie in a folder beside it."""


@dataclass(frozen=True)
class Made:
    """A map that was made.

    Attributes:
        page: Its file.
        folder: Where its pictures lie, if not in the page.
        layout: Where the works lie on it.
        new: How many works were placed that had no place before.
        page_bytes: Size of the page.
        folder_bytes: Size of the folder.
        failures: Works whose picture can't be shown, and why.
    """

    page: Path
    folder: Path | None
    layout: Layout
    new: int
    page_bytes: int
    folder_bytes: int
    failures: tuple[tuple[Path, str], ...]


def map_works(
    works: Works,
    output: Path,
    *,
    settings: MapSettings | None = None,
    places: Path | None = None,
    thumbs: Path | None = None,
    again: bool = False,
    force: bool = False,
    on_step: OnStep | None = None,
) -> Made:
    """Draw a collection as a map, in which what is alike lies close together.

    Args:
        works: The collection.
        output: The page, a file that ends in ``.html``.
        settings: How it is drawn.
        places: The file that keeps where works lie: works that are in it stay there, to the last
            bit; the others are placed among them and added. None keeps nothing.
        thumbs: A folder that keeps small pictures for the next map.
        again: Forget the places, and lay out everything anew.
        force: Replace a page that is there.
        on_step: Told of each picture; returning True leaves the other pictures gray.

    Raises:
        DataError: If a column is missing, or the places are damaged or another eye's.
        OutputError: If the page exists and `force` is off, or can't be written.
    """
    chosen = settings or MapSettings()
    check_free(output, force=force, inputs=works.paths)
    columns = read_columns(works.columns)
    shown = _numbers(columns, works, chosen)
    layout, new = keep_places(works, places, seed=chosen.seed, again=again)
    order = by_title(works)
    sheets = _Sheets(works, layout, order, side=chosen.thumb, output=output, watch=Watch(on_step))
    content = _content(
        works,
        layout,
        order,
        columns=columns,
        chosen=chosen,
        sheets=sheets.laid(thumbs),
        shown=shown,
    )
    with replace_atomically(output, force=force) as aside:
        aside.write_text(render(content), encoding="utf-8", newline="\n")
    return Made(
        page=output,
        folder=sheets.tidied(),
        layout=layout,
        new=new,
        page_bytes=output.stat().st_size,
        folder_bytes=sum(sheets.beside.values()),
        failures=tuple(sheets.failures),
    )


def keep_places(
    works: Works, places: Path | None, *, seed: int = 0, again: bool = False
) -> tuple[Layout, int]:
    """Find the works' places, and keep them for the next time.

    Returns:
        The places, and how many works got one for the first time.

    Raises:
        DataError: If the file is damaged, or another eye's.
        OutputError: If it can't be written.
    """
    known = load_layout(places) if places is not None and not again and is_file(places) else None
    layout = arrange(works, known, seed=seed)
    new = len(works) - (len(known.rows(works.ids)) if known else 0)
    if places is not None and (new or known is None or len(known) != len(layout)):
        save_layout(places, layout, force=True)
    return layout, new


def by_title(works: Works) -> Int[np.ndarray, " n"]:
    """Order works by what they are called."""
    names = [
        (name_of(title, path).casefold(), row)
        for row, (title, path) in enumerate(zip(works.titles, works.paths, strict=True))
    ]
    return np.array([row for _, row in sorted(names)])


def number_of(columns: Sequence[Column], works: Works, name: str | None) -> int:
    """Find a column that can be colored by, by its name; -1 for none.

    Raises:
        DataError: If it is missing, or its values are neither labels nor numbers.
    """
    if name is None:
        return -1
    for number, column in enumerate(columns):
        if column.name == printable(name, limit=80) and column.kind != "text":
            return number
    known = few((c.name for c in columns if c.kind != "text"), most=12) or "none"
    reason = "says of each work something else" if name in works.columns else "is not there"
    raise DataError(f"the column {printable(name, limit=40)!r} {reason}; choose one of: {known}")


def first_labels(columns: Sequence[Column]) -> int:
    """Choose the column whose values stand on the map unless one is named, or -1."""
    for number, column in enumerate(columns):
        if column.kind == "category" and len(column.values) > 1:
            return number
    return -1


def _numbers(columns: Sequence[Column], works: Works, chosen: MapSettings) -> tuple[int, int]:
    start = number_of(columns, works, chosen.color)
    names = number_of(columns, works, chosen.names)
    return start, names if names >= 0 else first_labels(columns)


def _content(
    works: Works,
    layout: Layout,
    order: Int[np.ndarray, " n"],
    *,
    columns: Sequence[Column],
    chosen: MapSettings,
    sheets: "_Sheets",
    shown: tuple[int, int],
) -> Content:
    years = years_of(works.columns, chosen.year)
    place = np.argsort(order)
    return Content(
        title=printable(chosen.title or "A collection", limit=200),
        titles=[name_of(works.titles[i], works.paths[i]) for i in order],
        links=[link(works.paths[i].absolute(), sheets.output.parent.absolute()) for i in order],
        columns=[_ordered(column, order) for column in columns],
        years=None if years is None else [years[i] for i in order],
        start=shown[0],
        names=shown[1],
        cells=layout.cells[order] * np.array([1, -1]),
        places=sheets.places,
        tiles=sheets.tiles,
        alike=place[alike(works)[order]] if len(works) > 1 else np.empty((1, 0), int),
        large=sheets.large,
        small=sheets.small,
        files=sheets.names if sheets.apart else None,
        sheets=sheets.within,
    )


def _ordered(column: Column, order: Int[np.ndarray, " n"]) -> Column:
    numbers = tuple(column.numbers[i] for i in order) if column.numbers else ()
    return replace(column, texts=tuple(column.texts[i] for i in order), numbers=numbers)


class _Sheets:
    """The works' pictures, on sheets in the page or in a folder beside it."""

    def __init__(
        self,
        works: Works,
        layout: Layout,
        order: Int[np.ndarray, " n"],
        *,
        side: int,
        output: Path,
        watch: Watch,
    ) -> None:
        self.output, self.watch = output, watch
        self.paths = [works.paths[i] for i in order]
        self.large, self.small = shapes(len(works), side)
        self.apart = len(works) > WITHIN
        self.curve = along_curve(layout.cells[order])
        self.places = np.argsort(self.curve)
        self.within: dict[str, bytes] = {}
        self.beside: dict[str, int] = {}
        self.names: list[str] = []
        self.failures: list[tuple[Path, str]] = []

    @property
    def folder(self) -> Path:
        return self.output.with_name(f"{self.output.stem}_works")

    def laid(self, thumbs: Path | None) -> "_Sheets":
        """Fill the sheets, in the order in which works lie on the map."""
        paths = [self.paths[i] for i in self.curve]
        made = thumbnails(paths, side=self.large.side, folder=thumbs)
        tiles = fill(self._noted(made, paths), (self.large, self.small), self._put)
        self.tiles = replace(tiles, sizes=tiles.sizes[self.places], means=tiles.means[self.places])
        return self

    def tidied(self) -> Path | None:
        """Remove the sheets of an older page."""
        if not self.apart:
            return None
        for path in self.folder.glob("large-*.webp"):
            if path.name not in self.beside:
                with suppress(OSError):
                    path.unlink()
        return self.folder

    def _noted(self, made: Iterator[Thumbnail], paths: Sequence[Path]) -> Iterable[Thumbnail]:
        for done, path in enumerate(paths, 1):
            picture = "not read: stopped" if self.watch.stopped else next(made)
            if isinstance(picture, str):
                self.failures.append((path, picture))
            yield picture
            if not self.watch.stopped:
                self.watch(Step(done, len(paths), label=path.name))

    def _put(self, kind: str, number: int, data: bytes) -> None:
        if kind == "small" or not self.apart:
            self.within[f"{kind}-{number}"] = data
            return
        name = f"{kind}-{number:04d}-{hashlib.sha256(data).hexdigest()[:8]}.webp"
        with reporting(self.folder):
            self.folder.mkdir(exist_ok=True)
        with replace_atomically(self.folder / name, force=True) as aside:
            aside.write_bytes(data)
        self.beside[name] = len(data)
        self.names.append(f"./{quote(self.folder.name)}/{name}")
