"""Tables of what is known of works: CSV and Parquet, every cell a text or nothing."""

import csv
import datetime as dt
import gzip
import io
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from impasto.errors import DataError, printable

Columns = dict[str, tuple[str | None, ...]]
"""Columns by name, all of the same length; an empty cell is None."""

SUFFIXES = (".csv", ".csv.gz", ".parquet")

_LARGEST = 1 << 28  # bytes of a table, unpacked
_ROWS = 10_000_000
_PLAIN = (str, int, float, bool, dt.date, dt.time)


def is_table(path: Path) -> bool:
    """Tell by its name whether a file is a table that we read."""
    return path.name.lower().endswith(SUFFIXES)


def read_table(path: Path) -> Columns:
    """Read what is known of works, one row a work, without believing any of it.

    Args:
        path: A ``.csv`` (UTF-8, comma between cells, names in the first line), the same packed as
            ``.csv.gz``, or a ``.parquet`` file of plain columns.

    Returns:
        The columns in their order. Empty cells and, in Parquet, what is no number are None.

    Raises:
        DataError: If it can't be read, is no such table, holds no rows, or names a column twice.
    """
    if not is_table(path):
        raise DataError(f"expected a table ({', '.join(SUFFIXES)}), got {printable(path)}")
    try:
        columns = _read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path)
    except OSError as error:
        reason = printable(error.strerror or error, limit=100)
        raise DataError(f"{printable(path)} can't be read ({reason}); check the file") from error
    if not next(iter(columns.values()), ()):
        raise DataError(f"{printable(path)} holds no rows; expected one a work below the names")
    return columns


def column_of(columns: Mapping[str, Sequence[str | None]], name: str) -> Sequence[str | None]:
    """Pick a column by its name.

    Raises:
        DataError: If there is none; the message lists those that are there.
    """
    if name in columns:
        return columns[name]
    known = ", ".join(printable(each, limit=40) for each in columns)
    raise DataError(
        f"there is no column {printable(name, limit=40)!r}; "
        f"choose one of: {printable(known, limit=300) or 'none at all'}"
    )


def few(names: Iterable[object], *, most: int = 3) -> str:
    """Name the first few, and say how many more there are.

    Examples:
        >>> few(["a", "b", "c", "d", "e"])
        'a, b, c and 2 more'
    """
    given = [printable(name, limit=80) for name in names]
    rest = len(given) - most
    return ", ".join(given[:most]) + (f" and {rest} more" if rest > 0 else "")


def _read_csv(path: Path) -> Columns:
    rows = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        lines = [(rows.line_num, row) for row in rows if row]
    except csv.Error as error:
        raise DataError(
            f"{printable(path)} is no CSV: line {rows.line_num} is broken ({error}); "
            "save it again as CSV"
        ) from error
    if not lines:
        raise DataError(
            f"{printable(path)} is empty; expected the columns' names in its first line"
        )
    (_, head), *body = lines
    _check_names(path, head)
    for number, row in body:
        if len(row) != len(head):
            raise DataError(
                f"{printable(path)}: line {number} has {len(row)} cells, and the first line names "
                f"{len(head)} columns; a cell with a comma in it needs quotation marks"
            )
    return {name: tuple(row[i] or None for _, row in body) for i, name in enumerate(head)}


def _text(path: Path) -> str:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{printable(path)} is broken or incomplete; copy it again") from error
    if len(data) > _LARGEST:
        raise DataError(f"{printable(path)} is larger than {_LARGEST >> 20} MB; use Parquet")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataError(
            f"{printable(path)} is not UTF-8 (line {line}); save it as CSV UTF-8"
        ) from error


def _check_names(path: Path, names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(f"{printable(path)} names a column twice: {few(twice)}; rename one")


def _read_parquet(path: Path) -> Columns:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with path.open("rb") as file:
            found = parquet.ParquetFile(file)
            if found.metadata.num_rows > _ROWS:
                raise DataError(f"{printable(path)} claims more than {_ROWS:,} rows; divide it")
            table = found.read()
            _check_names(path, table.column_names)
            values = {name: table[name].to_pylist() for name in table.column_names}
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        reason = printable(str(error).partition("\n")[0], limit=100)
        raise DataError(f"{printable(path)} is broken Parquet ({reason}); copy it again") from error
    return {name: tuple(_cell(path, name, v) for v in column) for name, column in values.items()}


def _cell(path: Path, name: str, value: Any) -> str | None:  # noqa: ANN401  whatever Arrow holds
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if not isinstance(value, _PLAIN):
        raise DataError(
            f"{printable(path)}: expected text, numbers or dates in the column "
            f"{printable(name, limit=40)!r}, got {type(value).__name__}; leave that column out"
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # a year beside an empty cell is kept as 1840.0
    return str(value)
