"""What a museum published as something to add: every canvas of a IIIF manifest, with its labels."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from impasto.analysis.collection.fetched import FETCHED, failed, pictures, sweep
from impasto.analysis.collection.inputs import Input, Inputs, Known, absolute
from impasto.analysis.collection.store import Entry
from impasto.data.fetch import Fetcher
from impasto.data.fetch_addresses import is_web
from impasto.data.iiif import Bringing, Canvas, Manifest, read_manifest, shown, stems_of
from impasto.data.iiif.columns import OWN
from impasto.data.iiif.settings import FetchSettings
from impasto.data.tables import column_of, is_table, read_table
from impasto.errors import DataError, printable
from impasto.progress import OnStep, Step, Watch

_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*(\{\s*["}]|\[\s*[\[{"\]])')  # and no CSV begins so
_HEAD = 512  # bytes that tell

HIDDEN = ("iiif",)
"""Columns for programs: where works are shown to a person they are left out."""

_COLUMNS = 60  # made of metadata; museums with more than that have a column for every thing


def is_manifest(source: str) -> bool:
    """Tell a manifest, or what is meant as one, from folders, tables and pictures.

    A file is told by what it holds, whatever it is called; only where that is no JSON and its name
    says so it is taken for a broken one.
    """
    if is_web(source):
        return True
    path = absolute(Path(source))
    with suppress(OSError, ValueError):
        if path.is_file():
            with path.open("rb") as file:
                is_json = _JSON.match(file.read(_HEAD)) is not None
            return is_json or path.suffix.lower() in {".json", ".jsonld"}
        return "://" in source and not path.exists()
    return False


def find_canvases(
    source: str,
    folder: Path,
    settings: FetchSettings,
    *,
    labels: Path | None = None,
    on_step: OnStep | None = None,
) -> Inputs:
    """Read a manifest and list its canvases as files to add; no picture is fetched yet.

    Args:
        source: A file or an address; a manifest or a collection of manifests.
        folder: The collection's.
        settings: How it is fetched.
        labels: A table of what is known besides, with a column ``canvas`` of their ids.
        on_step: Told of each manifest where there are several; returning True stops.

    Raises:
        DataError: If it can't be had, is no manifest, or has no canvases; or the table is broken.
    """
    watch, fetcher = Watch(on_step), settings.fetcher()
    place = source.strip() if "://" in source else os.fspath(absolute(Path(source)))

    def told(step: Step) -> bool:
        return step.total > 1 and watch(step)

    manifest = read_manifest(place, fetcher=fetcher, on_step=told)
    if watch.stopped:
        return Inputs((), left=len(manifest.canvases), manifest=place)
    if not manifest.canvases and not manifest.skipped:
        raise DataError(f"{printable(place)} names no canvases, so there is nothing to add")
    files = _files(manifest.canvases, folder, settings)
    unmatched: tuple[str, ...] = ()
    if labels is not None:
        files, unmatched = _labelled(manifest.canvases, files, labels)
    arriving = _Arriving(manifest.canvases, files, folder / FETCHED, fetcher, settings.side)
    lost = tuple(_lost(manifest, folder))
    return Inputs(files, unmatched, arriving, lost, tuple(_lines(manifest)), manifest=place)


class _Arriving:
    """Brings the picture of a canvas, at the moment when it is asked for.

    Args:
        canvases: All of them.
        files: As what they were listed.
        folder: Where pictures go.
        fetcher: Who fetches.
        side: Pixels that are asked for.
    """

    def __init__(
        self,
        canvases: Sequence[Canvas],
        files: Sequence[Input],
        folder: Path,
        fetcher: Fetcher,
        side: int,
    ) -> None:
        self.canvases = {file.path: one for file, one in zip(files, canvases, strict=True)}
        self.folder, self.fetcher, self.side = folder, fetcher, side
        self.bringing: Bringing | None = None  # it makes the folder, which only who adds may

    def __call__(self, given: Input) -> Input:
        if self.bringing is None:
            sweep(self.folder.parent)
            self.bringing = Bringing(self.folder, fetcher=self.fetcher, side=self.side)
        found = self.bringing.bring(self.canvases[given.path], failed(given.path).name)
        if found.path is None:
            reason = f"{given.called}: {found.reason}"
            return replace(given, path=failed(given.path), problem=reason)
        return replace(given, path=found.path)


def _files(canvases: Sequence[Canvas], folder: Path, settings: FetchSettings) -> tuple[Input, ...]:
    """List canvases under the paths that their pictures have or will have."""
    here = {path.stem: path for path in pictures(folder)}
    rows = _few_columns([one.row(languages=settings.language) for one in canvases])
    stems = stems_of(canvases, side=settings.side)
    return tuple(
        Input(here.get(stem, folder / FETCHED / stem), row, called=_called(one, settings.language))
        for one, stem, row in zip(canvases, stems, rows, strict=True)
    )


def _called(canvas: Canvas, languages: Sequence[str]) -> str:
    """Name a canvas for a person."""
    names = [shown(one, languages=languages) for one in (canvas.work, canvas.label)]
    known = [printable(name, limit=80) for name in names if name]
    return ", ".join([f"canvas {canvas.number}", *(known or [printable(canvas.id)])])


def _few_columns(rows: Sequence[Known]) -> list[Known]:
    """Keep the most frequent of the museum's own columns; all that it says is in ``iiif``."""
    counts = Counter(name for row in rows for name in row if name not in OWN and name != "year")
    kept = OWN | {"year"} | {name for name, _ in counts.most_common(_COLUMNS)}
    return [{name: text for name, text in row.items() if name in kept} for row in rows]


def _labelled(
    canvases: Sequence[Canvas], files: Sequence[Input], table: Path
) -> tuple[tuple[Input, ...], tuple[str, ...]]:
    """Give each canvas what a table knows of it; and say of which it speaks that are not there."""
    if not is_table(table):
        raise DataError(f"expected a table of labels, CSV or Parquet, got {printable(table)}")
    columns = read_table(absolute(table))
    named = column_of(columns, "canvas")
    others = {name: column for name, column in columns.items() if name not in {"canvas", "path"}}
    known: dict[str, Mapping[str, str | None]] = {
        name: {column: cells[row] for column, cells in others.items() if cells[row] is not None}
        for row, name in enumerate(named)
        if name is not None
    }
    labelled = tuple(
        replace(file, labels={**file.labels, **known.get(one.id, {})})
        for file, one in zip(files, canvases, strict=True)
    )
    ids = {one.id for one in canvases}
    return labelled, tuple(name for name in known if name not in ids)


def _lost(manifest: Manifest, folder: Path) -> Iterator[Entry]:
    """List manifests of a collection that couldn't be read as files that failed."""
    for number, one in enumerate(manifest.skipped):
        name = printable(one.label, limit=80) or printable(one.address)
        reason = f"the manifest {name}: {one.reason}"
        yield Entry(folder / FETCHED / f"{number:032x}", -1, 0, reason=reason)


def _lines(manifest: Manifest) -> Iterator[str]:
    whole = {canvas.manifest for canvas in manifest.canvases}
    if len(whole) > 1:
        yield f"{len(whole):,} manifests name {len(manifest.canvases):,} canvases"
    noted = [canvas.notes[0] for canvas in manifest.canvases if canvas.notes]
    if noted:
        count = "1 canvas is" if len(noted) == 1 else f"{len(noted):,} canvases are"
        yield f"{count} not taken whole, such as: {printable(noted[0])}"
