"""What there is to add: every file below a folder, or every row of a table, with its labels."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from impasto.analysis.collection.store import Entry
from impasto.data.collection import LABELS
from impasto.data.tables import Columns, is_table, read_table
from impasto.errors import DataError, printable
from impasto.jobs.outputs import FOREIGN, READABLE

Known = Mapping[str, str | None]
"""What is known of a work, by column."""


@dataclass(frozen=True)
class Input:
    """A file to add.

    Attributes:
        path: Where it lies, from the root of the disk.
        labels: What is known of it.
        problem: Why it can't be added, where that is plain before it is opened.
        called: What a person calls it, if it is no file of theirs.
    """

    path: Path
    labels: Known = field(default_factory=dict)
    problem: str = ""
    called: str = ""

    @property
    def is_named_so(self) -> bool:
        """Whether its name says that it is a picture, of a kind that we read or not."""
        return self.path.suffix.lower() in READABLE | FOREIGN


def _as_it_is(given: Input) -> Input:
    return given


@dataclass(frozen=True)
class Inputs:
    """All there is to add.

    Attributes:
        files: In the order of their names, or of the table; each path once.
        unmatched: Paths that the labels speak of, and that are not among the files.
        bring: Makes a file be there, right before it is opened; its path may be another then.
        lost: What may have named more files and couldn't be read, with the reason.
        lines: What else a person should know, in plain words.
        left: Files that were found before somebody stopped, and are not listed.
        manifest: Where they are listed, if that is a manifest.
    """

    files: tuple[Input, ...]
    unmatched: tuple[str, ...] = ()
    bring: Callable[[Input], Input] = _as_it_is
    lost: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()
    left: int = 0
    manifest: str = ""


def find_inputs(source: Path, *, labels: Path | None = None, without: Path | None = None) -> Inputs:
    """List what there is to add; no picture is opened yet.

    Args:
        source: A folder, a table (CSV or Parquet) with a column ``path``, or one picture. Of a
            folder every file is listed that isn't hidden, whatever it is called. A ``labels.csv``
            in it speaks for it; without any, its sub-folders are the column ``label``.
        labels: Another table of what is known; its paths start at its own folder or the source.
        without: A folder that is passed over: the collection's own.

    Raises:
        DataError: If there is no such source, or a table is broken.
    """
    source, own = absolute(source), labels
    if is_table(source):
        listed, root = _from_table(source), source.parent
    elif source.is_dir():
        listed, root = _from_folder(source, without), source
        beside = source / LABELS
        own = labels or (beside if beside.is_file() else None)
        if own is not None:
            listed = [Input(i.path) for i in listed if i.path != absolute(own)]
    else:
        listed, root = [Input(source, problem=_missing(source))], source.parent
    return _labelled(listed, root, own) if own is not None else Inputs(tuple(listed))


def absolute(path: Path) -> Path:
    """Say where a path lies from the root of the disk; links stay links."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100


def walk(
    folder: Path, *, without: Path | None = None, lost: list[Input] | None = None
) -> Iterator[Path]:
    """List the files below a folder by name; hidden ones and links in circles are left out.

    Args:
        folder: Where to look.
        without: A folder below it that is passed over.
        lost: Gets the folders below it that can't be listed, with the reason.
    """
    seen: set[tuple[int, int]] = set()

    def note(error: OSError) -> None:
        if lost is not None:
            lost.append(Input(Path(error.filename), {}, f"it can't be listed ({error.strerror})"))

    for root, folders, names in os.walk(folder, followlinks=True, onerror=note):
        here = Path(root)
        if here == without or _is_known(here, seen):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (here / name for name in sorted(names) if not name.startswith("."))


def _missing(source: Path) -> str:
    try:
        there = source.is_file()
    except (OSError, ValueError) as error:
        raise DataError(f"{printable(source)} can't be opened ({printable(error)})") from error
    if not there:
        raise DataError(f"there is no folder, table or picture {printable(source)}; check the name")
    return ""


def _is_known(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Tell whether a folder was visited before, under whatever name, and remember it."""
    found = folder.stat()
    known = (found.st_dev, found.st_ino) in seen
    seen.add((found.st_dev, found.st_ino))
    return known


def _from_folder(folder: Path, without: Path | None) -> list[Input]:
    lost: list[Input] = []
    paths = list(walk(folder, without=without, lost=lost))
    if not paths and not lost:
        raise DataError(f"there are no files in {printable(folder)}; name a folder of pictures")
    return [Input(path, _label(path.relative_to(folder))) for path in paths] + lost


def _label(name: Path) -> dict[str, str]:
    """Take the sub-folder for what the works in it are; strange bytes of its name become �."""
    if len(name.parts) < 2:
        return {}
    return {"label": os.fsencode(name.parts[0]).decode("utf-8", "replace")}


def _from_table(table: Path) -> list[Input]:
    """Take each row for a file; of a path that stands there twice the first row counts."""
    found: dict[Path, Input] = {}
    for name, known in _rows(table):
        path = table.parent / (name or "")
        problem = _problem(name)
        found.setdefault(path, Input(path, known, problem))
    return list(found.values())


def _rows(table: Path) -> Iterator[tuple[str | None, Known]]:
    columns = read_table(table)
    paths = _paths_of(table, columns)
    others = {name: column for name, column in columns.items() if name != "path"}
    for row, name in enumerate(paths):
        yield name, {column: cells[row] for column, cells in others.items()}


def _paths_of(table: Path, columns: Columns) -> Sequence[str | None]:
    if "path" in columns:
        return columns["path"]
    raise DataError(
        f"{printable(table)} has no column 'path' that says where each picture lies; add one, "
        "with paths that start at the table's folder"
    )


def _problem(name: str | None) -> str:
    """Say why a path of a table is refused, if it is."""
    if not name:
        return "its row has no path; fill it in or delete the row"
    windows = PureWindowsPath(name)
    leaves = windows.is_absolute() or windows.drive or windows.root or ".." in windows.parts
    if leaves or name.startswith("~") or "\0" in name or not PurePosixPath(name).parts:
        return "its path leads out of the table's folder; put the table above all pictures"
    return ""


def _labelled(files: Sequence[Input], root: Path, table: Path) -> Inputs:
    """Give each file what a table of labels knows of it."""
    by_path = {file.path: file for file in files}
    unmatched = []
    for name, known in _rows(absolute(table)):
        path = next((p for p in _places(name, root, table) if p in by_path), None)
        if path is None:
            unmatched.append(name or "(no path)")
        else:
            file = by_path[path]
            by_path[path] = Input(path, {**file.labels, **known}, file.problem)
    return Inputs(tuple(by_path.values()), tuple(unmatched))


def _places(name: str | None, root: Path, table: Path) -> list[Path]:
    """Where a path of a table of labels may lie; nothing is opened that isn't an input anyway."""
    if not name or "\0" in name:
        return []
    return [absolute(table.parent / name), absolute(root / name)]
