"""One writer at a time: two runs never fill the same folder."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from impasto.errors import OutputError

NAME = ".impasto.lock"


@contextmanager
def claim(folder: Path) -> Iterator[Path]:
    """Keep a folder to oneself while the block runs; it is made where it is missing.

    The operating system holds the lock and drops it when the process ends, however it ends, so
    that a file left by a crash stops nobody.

    Args:
        folder: Where the outputs go.

    Yields:
        The folder.

    Raises:
        OutputError: If another process writes there, or the folder can't be made.
    """
    lock = FileLock(folder / NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise OutputError(
            f"another run is writing into {folder}; wait for its end, or choose another folder"
        ) from error
    except OSError as error:
        raise OutputError(f"{folder} can't be written to ({error.strerror})") from error
    try:
        yield folder
    finally:
        with suppress(OSError):  # Windows removes no open file; an empty one harms nobody
            (folder / NAME).unlink()
        lock.release()
