"""One training a folder: two processes never write one run."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from impasto.errors import OutputError, printable
from impasto.picture.files import reporting

NAME = ".training.lock"


@dataclass(frozen=True, eq=False)
class Claim:
    """A folder that is held, to be shown to whoever would claim it again.

    Attributes:
        folder: The run's.
        lock: The lock of it, which the operating system drops when the process ends.
    """

    folder: Path
    lock: FileLock

    def covers(self, folder: Path) -> bool:
        """Tell whether it holds this folder still."""
        return self.lock.is_locked and self.folder.resolve() == folder.resolve()


@contextmanager
def alone_in(folder: Path) -> Iterator[Claim]:
    """Keep a run's folder to oneself while the block runs; it is made where it is missing.

    The operating system drops the lock when the process ends, however it ends.

    Args:
        folder: The run's.

    Raises:
        OutputError: If another training writes there, or the folder can't be made.
    """
    with reporting(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / NAME)
    try:
        with _telling(folder), reporting(folder):
            lock.acquire(blocking=False)
        yield Claim(folder, lock)
    finally:
        lock.release()  # the empty file stays: who removes it lets two in at once


def claimed(folder: Path, claim: Claim | None) -> AbstractContextManager[object]:
    """Keep a folder to oneself, unless whoever calls does so already and shows the claim.

    Args:
        folder: The run's.
        claim: What `alone_in` gave for it, if it is held; it is not dropped at the block's end.

    Raises:
        OutputError: As `alone_in`.
    """
    if claim is None:
        return alone_in(folder)
    assert claim.covers(folder), f"the claim is on {claim.folder}, or was dropped"
    return nullcontext()


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
