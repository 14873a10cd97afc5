"""A table of what failed and why, to be looked through in a spreadsheet."""

import csv
from collections.abc import Sequence
from pathlib import Path

from impasto.errors import OutputError
from impasto.jobs.items import Failure
from impasto.picture import replace_atomically
from impasto.picture.files import reporting

HEADER = ["path", "reason"]
NAME = "failed.csv"
"""What the table is called in a folder of outputs."""


def save_failures(failures: Sequence[Failure], path: Path) -> Path | None:
    """Write the table anew, or take an old one away when nothing failed.

    Args:
        failures: What failed.
        path: A CSV file; replaced if it is a table of failures, and only then.

    Returns:
        The path, or None if there is nothing to tell.

    Raises:
        OutputError: If the file is somebody else's, or can't be written.
    """
    check_table(path)
    if not failures:
        path.unlink(missing_ok=True)
        return None
    with replace_atomically(path, force=True) as aside:
        _write(failures, aside)
    return path


def check_table(path: Path) -> None:
    """Refuse a file of that name which is somebody else's, before the work and not after.

    Raises:
        OutputError: If it is, or can't be read.
    """
    with reporting(path):
        if path.exists() and not _is_ours(path):
            raise OutputError(f"{path} is no table of failures, so it stays; move it away")


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula.

    >>> harmless("=1+1.jpg"), harmless("photo.jpg")
    ("'=1+1.jpg", 'photo.jpg')
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _write(failures: Sequence[Failure], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        table.writerows([harmless(str(f.path)), harmless(f.reason)] for f in failures)


def _is_ours(path: Path) -> bool:
    first = ",".join(HEADER).encode()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(first)) == first
