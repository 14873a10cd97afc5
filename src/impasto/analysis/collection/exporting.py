"""A collection handed on as a table: Parquet, CSV or JSON."""

import csv
import json
import os
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from impasto.analysis.collection.gallery import OWN, Gallery, open_gallery
from impasto.analysis.collection.labels import Value, spelled
from impasto.analysis.collection.places import AnyHome
from impasto.errors import OutputError, printable
from impasto.jobs.failures import harmless
from impasto.picture.files import check_free, replace_atomically

Rows = dict[str, list[Any]]


def export(
    name: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    home: AnyHome = None,
    force: bool = False,
) -> int:
    """Write all works of a collection and what is known of them into one table.

    Args:
        name: The collection's.
        output: Ends in ``.parquet`` (with the vectors, float32), ``.csv`` (with an apostrophe
            before what a spreadsheet would run as a formula) or ``.json``.
        home: Where collections with a name are kept.
        force: Replace a file that is there.

    Returns:
        How many works were written.

    Raises:
        DataError: If there is no such collection.
        OutputError: If the file can't be written, or its ending is another.
    """
    path = Path(output)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise OutputError(
            f"expected a file that ends in {', '.join(_WRITERS)}; got {printable(path)}"
        )
    check_free(path, force=force)
    gallery = open_gallery(name, home=home)
    with replace_atomically(path, force=force) as aside:
        write(gallery, aside)
    return len(gallery)


def _rows(gallery: Gallery) -> Rows:
    """Lay out what is known, our own columns first; names that are no UTF-8 get a �."""
    others = [[_plain(path) for path in paths[1:]] for paths in gallery.paths]
    columns = {**{n: gallery.columns[n] for n in OWN if n not in gallery.labels}, **gallery.columns}
    rows: Rows = {_free("sha256", columns): list(gallery.ids), **columns}
    rows[_free("copies", columns)] = ["; ".join(paths) for paths in others]
    return {name: [_plain(v) for v in column] for name, column in rows.items()}


def _free(name: str, columns: Container[str]) -> str:
    """Call a column of ours otherwise where a label has its name."""
    return name if name not in columns else _free(f"work_{name}", columns)


def _plain(value: object) -> Any:  # noqa: ANN401  a cell of whatever kind
    if isinstance(value, str | os.PathLike):
        return os.fsencode(value).decode("utf-8", "replace")
    return value


def _write_csv(gallery: Gallery, path: Path) -> None:
    rows = _rows(gallery)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow([_tame(name) for name in rows])
        for cells in zip(*rows.values(), strict=True):
            table.writerow([_cell(value) for value in cells])


def _cell(value: Value) -> Value:
    return _tame(value) if isinstance(value, str) else value if value is None else spelled(value)


def _tame(cell: str) -> str:
    """Let a cell command neither a spreadsheet nor a terminal."""
    return harmless(printable(cell, limit=len(cell) * 10 + 10))


def _write_json(gallery: Gallery, path: Path) -> None:
    rows = _rows(gallery)
    works = [dict(zip(rows, cells, strict=True)) for cells in zip(*rows.values(), strict=True)]
    path.write_text(json.dumps(works, indent=1), encoding="utf-8")


def _write_parquet(gallery: Gallery, path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: pa.array(values) for name, values in _rows(gallery).items()}
    vectors = gallery.vectors
    size = pa.FixedSizeListArray.from_arrays(vectors.ravel(), vectors.shape[1])
    parquet.write_table(pa.table({**columns, _free("vector", columns): size}), path)


_WRITERS: dict[str, Callable[[Gallery, Path], None]] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
    ".json": _write_json,
}
