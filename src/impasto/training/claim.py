"""One training a folder: two processes never write one run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from impasto.errors import OutputError, printable
from impasto.picture.files import reporting

NAME = ".training.lock"


@contextmanager
def alone_in(folder: Path, *, name: str = NAME) -> Iterator[None]:
    """Keep a run's folder to oneself while the block runs; it is made where it is missing.

    The operating system drops the lock when the process ends, however it ends.

    Args:
        folder: The run's.
        name: Of the lock's file; who holds one for more than a training takes another name, as
            `impasto.training.loop.fit` takes the usual one.

    Raises:
        OutputError: If another training writes there, or the folder can't be made.
    """
    with reporting(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / name)
    try:
        with _telling(folder), reporting(folder):
            lock.acquire(blocking=False)
        yield
    finally:
        lock.release()  # the empty file stays: who removes it lets two in at once


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    """Say in one line that somebody else is at work there."""
    try:
        yield
    except OutputError as error:
        if not isinstance(error.__cause__, Timeout):
            raise
        raise OutputError(
            f"another training is writing into {printable(folder)}; wait for its end, or choose "
            "another folder"
        ) from error
