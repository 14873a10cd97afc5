"""Where collections are kept: under a name in a person's own folder, or wherever a path says."""

import difflib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from impasto.errors import DataError, OutputError, SettingsError, printable
from impasto.picture.files import reporting

MARK = "impasto-collection.json"
"""The file by which a folder is known as a collection's."""

LOCK = ".impasto.lock"

TABLES = "tables"
"""The folder in a collection's own that keeps what was seen in its works."""

PLACES = "map.safetensors"
"""The file in it that keeps where its works lie on a map."""

THUMBS = "thumbs"
"""The folder in it that keeps small pictures."""

AnyHome = str | os.PathLike[str] | None
"""The folder of everything that is a person's own; the usual one if None."""


def shelf(home: AnyHome = None) -> Path:
    """Where collections with a name are kept; the variable IMPASTO_HOME moves it."""
    own = home or os.environ.get("IMPASTO_HOME")
    return Path(own or platformdirs.user_data_dir("impasto", appauthor=False)) / "collections"


def names(home: AnyHome = None) -> list[str]:
    """List the collections that have a name."""
    return sorted(path.parent.name for path in shelf(home).glob(f"*/{MARK}"))


def place(name: str | os.PathLike[str], *, home: AnyHome = None) -> Path:
    """Say in which folder a collection is kept, whether it is there or not.

    Args:
        name: A name: letters, digits, ``-`` and ``_``; or a path, which has a slash in it.
        home: As for `shelf`.

    Raises:
        SettingsError: If it is neither.
    """
    text = os.fspath(name)
    if _is_path(text):
        return Path(os.path.abspath(Path(text).expanduser()))  # noqa: PTH100  links stay links
    if text and len(text) <= 64 and all(c.isalnum() or c in "-_" for c in text):
        return shelf(home) / text
    raise SettingsError(
        "a collection's name is at most 64 letters, digits, - and _, or the path of a folder with "
        f"a slash in it; got {printable(repr(text))}"
    )


def found(name: str | os.PathLike[str], *, home: AnyHome = None) -> Path:
    """Find a collection's folder.

    Raises:
        DataError: If there is none of that name; the message names the nearest ones.
        SettingsError: If it is neither a name nor a path.
    """
    folder = place(name, home=home)
    with reporting(folder):
        there = (folder / MARK).is_file()
    if there:
        return folder
    near = difflib.get_close_matches(os.fspath(name), names(home), 3, 0.4)
    if near:
        hint = f"did you mean {' or '.join(near)}? `impasto collection add` makes a new one"
    else:
        hint = "`impasto collection list` names them, and `impasto collection add` makes one"
    raise DataError(f"there is no collection {printable(name)}; {hint}")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a collection to oneself while the block writes to it; its folder is made.

    The operating system drops the lock when the process ends, however it ends.

    Raises:
        OutputError: If another process writes to it, or the folder can't be made.
    """
    with reporting(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        with reporting(folder):
            lock.acquire(blocking=False)
    except OutputError as error:
        if not isinstance(error.__cause__, Timeout):
            raise
        raise OutputError(
            f"another process is writing to the collection in {printable(folder)}; wait for its end"
        ) from error
    try:
        yield
    finally:
        lock.release()  # the empty file stays: who removes it lets two in at once


def _is_path(text: str) -> bool:
    return "/" in text or os.sep in text or text in {".", ".."} or text.startswith("~")
