"""Collections: which works there are, where they lie, and what is known of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from impasto.data.tables import Columns, few, read_table
from impasto.errors import DataError, printable

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp"})
"""Endings of the files that `picture.read` knows; whatever else lies in a folder is passed over."""

LABELS = "labels.csv"
"""The table that speaks for the folder it lies in."""


@dataclass(frozen=True)
class Collection:
    """Works that belong together.

    Attributes:
        root: The folder below which all of them lie.
        paths: Their files; each begins with `root`.
        columns: What is known of them: a text for each work, or None where it is not known.
    """

    root: Path
    paths: tuple[Path, ...]
    columns: Columns

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the works are called in reports: their paths below the root, with slashes."""
        return tuple(path.relative_to(self.root).as_posix() for path in self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def read_collection(source: str | Path) -> Collection:
    """Find the works of a collection and what is known of them; no picture is opened yet.

    Args:
        source: A folder whose sub-folders are the labels (column ``label``); a folder with a
            ``labels.csv``; or a table, CSV or Parquet. A table has a column ``path``, written
            relative to the table's folder.

    Raises:
        DataError: If nothing is found, a table is broken, a path occurs twice or leads out of the
            folder, or a file that the table names is not there.
    """
    found = Path(source)
    try:
        if found.is_dir():
            labels = found / LABELS
            return _from_table(labels) if labels.is_file() else _from_folder(found)
        there = found.is_file()
    except (OSError, ValueError) as error:
        raise DataError(f"{printable(source)} can't be opened ({printable(error)})") from error
    if not there:
        raise DataError(f"there is no folder and no table {printable(source)}; check the name")
    return _from_table(found)


def _from_folder(root: Path) -> Collection:
    names = sorted(
        path.relative_to(root) for path in root.rglob("*") if _is_picture(path.relative_to(root))
    )
    paths = tuple(root / name for name in names if (root / name).is_file())
    if not paths:
        raise DataError(
            f"no pictures in {printable(root)}; expected files that end in "
            f"{', '.join(sorted(SUFFIXES))}, in a sub-folder for each label"
        )
    labels = tuple(_label(path.relative_to(root)) for path in paths)
    return Collection(root, paths, {"label": labels} if any(labels) else {})


def _is_picture(name: Path) -> bool:
    hidden = any(part.startswith(".") for part in name.parts)
    return name.suffix.lower() in SUFFIXES and not hidden


def _label(name: Path) -> str | None:
    return name.parts[0] if len(name.parts) > 1 else None


def _from_table(table: Path) -> Collection:
    columns = read_table(table)
    if "path" not in columns:
        raise DataError(
            f"{printable(table)} has no column 'path' that says where each picture lies; "
            f"it has: {few(columns, most=8)}"
        )
    names = [_inside(table, row, name) for row, name in enumerate(columns.pop("path"), 1)]
    _check_unique(table, names)
    paths = tuple(table.parent / name for name in names)
    _check_there(table, paths)
    return Collection(table.parent, paths, columns)


def _inside(table: Path, row: int, name: str | None) -> PurePosixPath:
    """Let a path pass that stays below the table's folder, on every system."""
    if name is None:
        raise DataError(f"{printable(table)}: row {row} has no path; fill it in or delete the row")
    windows = PureWindowsPath(name)
    leaves = windows.is_absolute() or windows.drive or windows.root or ".." in windows.parts
    if leaves or name.startswith("~") or "\0" in name or not PurePosixPath(name).parts:
        raise DataError(
            f"{printable(table)}: expected paths below its folder, got "
            f"{printable(name, limit=80)!r} in row {row}; put the table above all pictures"
        )
    return PurePosixPath(name)


def _check_unique(table: Path, names: Iterable[PurePosixPath]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"{printable(table)} names {len(twice)} files more than once: {few(twice)}; "
            "keep one row for each"
        )


def _check_there(table: Path, paths: Sequence[Path]) -> None:
    missing = [path for path in paths if not _is_file(path)]
    if missing:
        shown = few(path.relative_to(table.parent).as_posix() for path in missing)
        raise DataError(
            f"{printable(table)} speaks of files that are not there: {len(missing)} of "
            f"{len(paths)} ({shown}); paths are relative to the table's folder"
        )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or one that cannot be spelled
        return False
