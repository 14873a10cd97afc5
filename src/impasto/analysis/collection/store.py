"""The tables of a collection on disk: which files were seen, and what was seen in them.

A work is told by the sum of its file's bytes, so that a file that moves stays the work it was. What
a person says of works stands in a table of its own: see `labels`.
"""

import datetime as dt
import errno
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from impasto.analysis.collection.places import MARK, TABLES
from impasto.errors import DataError, ImpastoError, OutputError, printable
from impasto.networks.eye import SIZE
from impasto.picture.files import replace_atomically

if TYPE_CHECKING:  # they take a second to import, which `impasto --help` does not have
    import pyarrow as pa
    from lancedb.table import Table

FORMAT = 1
HASHES = 6
"""Fingerprints kept of a work: two of the picture, its mirror image, and what its border holds."""

COLORS = 6
"""Colors kept of a work, each as L, a, b and its share."""

_KEPT = dt.timedelta(hours=1)  # so long may somebody read what was since replaced
_AT_ONCE = 500  # rows that are deleted with one order

_FULL = "the disk is full; make room and do it again"
_CLOSED = "its files may not be read or written; change their permissions"
_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "there is no room for a file of this size; make room and do it again",
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: "its disk can't be written to; copy the folder to another one",
    errno.EMFILE: "too many files are open; close other programs and do it again",
    errno.ENFILE: "too many files are open; close other programs and do it again",
}
_CODE = re.compile(r"\(os error (\d{1,4})\)")  # as Rust, and so LanceDB, writes what it was told

Vectors = Float[np.ndarray, "n 384"]


@dataclass(frozen=True)
class Entry:
    """A file that was met, and what became of it.

    Attributes:
        path: Where it lies, from the root of the disk.
        size: Bytes; -1 where it can't be asked.
        mtime: When it was last written, in nanoseconds since 1970.
        id: The work it holds, or an empty text.
        reason: Why it holds none, or an empty text.
        passed: Whether it isn't called a picture either, so that nothing is amiss.
    """

    path: Path
    size: int
    mtime: int
    id: str = ""
    reason: str = ""
    passed: bool = False


@dataclass(frozen=True, eq=False)
class Work:
    """What was seen in a file.

    Attributes:
        id: SHA-256 of the file's bytes.
        eye: SHA-256 of the weights that made the vector.
        width: Pixels across.
        height: Pixels down.
        hashes: Difference and perceptual hash; those of its mirror image; those inside its border.
        colors: Of six colors L, a, b and the share.
        vector: Unit vector of the eye.
    """

    id: str
    eye: str
    width: int
    height: int
    hashes: tuple[int, ...]
    colors: Float[np.ndarray, "6 4"]
    vector: Float[np.ndarray, " 384"]


class Store:
    """The tables of one collection.

    Args:
        folder: Where they lie.
    """

    def __init__(self, folder: Path) -> None:
        import lancedb

        self.folder = folder
        with self.reading():
            self.database = lancedb.connect(folder / TABLES)

    def prepare(self) -> None:
        """Make what is missing; whoever calls this holds the collection for himself."""
        self._check_format()
        with self.writing():
            there = set(self.database.list_tables().tables)
            for name, schema in _schemas().items():
                if name not in there:
                    self.database.create_table(name, schema=schema)
        if not (self.folder / MARK).exists():
            self.note({"format": FORMAT, "sources": []})

    def _check_format(self) -> None:
        found = self.noted().get("format", FORMAT)
        if found != FORMAT:
            raise DataError(
                f"the collection in {printable(self.folder)} has the format {printable(found)}, "
                f"and this Impasto knows {FORMAT}; use the Impasto that made it"
            )

    def noted(self) -> dict[str, Any]:
        """What is written down of the collection as a whole."""
        try:
            noted = json.loads((self.folder / MARK).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._broken(error) from error
        return noted if isinstance(noted, dict) else {}

    def note(self, noted: Mapping[str, object]) -> None:
        """Write that down."""
        with replace_atomically(self.folder / MARK, force=True) as aside:
            aside.write_text(json.dumps(noted, indent=1), encoding="utf-8")

    def table(self, name: str) -> "Table":
        """Open a table as it is now."""
        with self.reading():
            return self.database.open_table(name)

    def rows(self, name: str, columns: Sequence[str]) -> "pa.Table":
        """Read some columns of a table into memory."""
        with self.reading():
            return self.table(name).search().select(list(columns)).to_arrow()

    def entries(self) -> dict[Path, Entry]:
        """Every file that was met, by its path."""
        rows = self.rows("files", ["path", "size", "mtime", "id", "reason", "passed"])
        found = (Entry(_path(r.pop("path")), **r) for r in rows.to_pylist())
        return {entry.path: entry for entry in found}

    def ids(self) -> set[str]:
        """Every work."""
        return set(self.rows("works", ["id"])["id"].to_pylist())

    def eyes(self) -> set[str]:
        """The weights of the eyes that saw the works."""
        return set(self.rows("works", ["eye"])["eye"].unique().to_pylist())

    def put_works(self, works: Iterable[Work]) -> None:
        """Add works, or replace those of the same content; all of them or none."""
        rows = [{**vars(w), **_numbers(w)} for w in {w.id: w for w in works}.values()]
        self._merge("works", "id", rows)

    def put_entries(self, entries: Iterable[Entry]) -> None:
        """Note what became of files; all of them or none."""
        rows = [{**vars(e), "key": _key(e.path), "path": _text(e.path)} for e in entries]
        self._merge("files", "key", rows)

    def drop_works(self, ids: Iterable[str]) -> None:
        """Forget works."""
        self.delete("works", "id", list(ids))

    def drop_entries(self, paths: Iterable[Path]) -> None:
        """Forget files."""
        self.delete("files", "key", [_key(path) for path in paths])

    def tidy(self) -> None:
        """Join the pieces that writing in batches left, and give back what nobody reads."""
        with self.writing():
            for name in self.database.list_tables().tables:
                self.table(name).optimize(cleanup_older_than=_KEPT)

    def _merge(self, name: str, key: str, rows: list[dict[str, Any]]) -> None:
        import pyarrow as pa

        if not rows:
            return
        self.merge(name, key, pa.Table.from_pylist(rows, schema=_schemas()[name]))

    def merge(self, name: str, key: str, rows: "pa.Table") -> None:
        """Put rows into a table, in place of those with the same key; all of them or none."""
        with self.writing():
            merge = self.table(name).merge_insert(key)
            merge.when_matched_update_all().when_not_matched_insert_all().execute(rows)

    def delete(self, name: str, key: str, values: Sequence[str]) -> None:
        """Take rows out of a table, by keys that are sums in hexadecimal."""
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            assert all(value.isalnum() for value in some), "keys are sums in hexadecimal"
            with self.writing():
                self.table(name).delete(f"{key} IN ({', '.join(map(repr, some))})")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say in one line that tables can't be read, whatever LanceDB makes of it.

        Raises:
            OutputError: If the disk is full, or the files are not for this person.
            DataError: If they are damaged.
        """
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:
            raise self._broken(error) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say in one line that tables can't be written; nobody is told to remove what is whole.

        Raises:
            OutputError: Whatever goes wrong.
            DataError: If a table can't be read in the block.
        """
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: Exception) -> OutputError:
        reason = _SYSTEM.get(_code(error)) or f"{_first_line(error)}; do it again"
        return OutputError(f"the collection in {printable(self.folder)} wasn't changed: {reason}")

    def _broken(self, error: Exception) -> ImpastoError:
        if reason := _SYSTEM.get(_code(error)):
            return OutputError(
                f"the collection in {printable(self.folder)} can't be used: {reason}"
            )
        reason = _first_line(error)
        return DataError(
            f"the collection in {printable(self.folder)} can't be used ({reason}); if it is "
            "damaged, remove it with `impasto collection remove` and add the pictures again"
        )


def _code(error: Exception) -> int:
    """Say by which number the system refused; LanceDB hands it on in words."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    found = _CODE.search(str(error))
    return int(found[1]) if found else 0


def _first_line(error: Exception) -> str:
    return printable(str(error).partition("\n")[0], limit=120)


def vectors(column: "pa.ChunkedArray") -> Vectors:
    """Lay the vectors of a table out as rows."""
    parts = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return np.concatenate([np.empty(0, np.float32), *parts]).reshape(-1, SIZE)


def _schemas() -> dict[str, Any]:
    import pyarrow as pa

    text, whole, number = pa.string(), pa.int64(), pa.float32()
    files = {"key": text, "path": text, "size": whole, "mtime": whole}
    works = {"id": text, "eye": text, "width": whole, "height": whole}
    seen = {
        "hashes": pa.list_(pa.uint64(), HASHES),
        "colors": pa.list_(number, 4 * COLORS),
        "vector": pa.list_(number, SIZE),
    }
    return {
        "files": pa.schema({**files, "id": text, "reason": text, "passed": pa.bool_()}),
        "works": pa.schema({**works, **seen}),
    }


def _numbers(work: Work) -> dict[str, Any]:
    return {"colors": work.colors.ravel(), "vector": work.vector}


def _key(path: Path) -> str:
    """Tell a path by a sum: no name from outside ever stands in an order to the database."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()


# A name that is no UTF-8 can't stand in a table: its strange bytes move to where no letters are.
_AWAY = {0xDC00 + byte: 0x10FE00 + byte for byte in range(128, 256)}
_BACK = {there: here for here, there in _AWAY.items()}


def _text(path: Path) -> str:
    return str(path).translate(_AWAY)


def _path(text: str) -> Path:
    return Path(text.translate(_BACK))
