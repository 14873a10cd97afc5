"""Files that appear whole or not at all."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from impasto.errors import OutputError, PictureError, printable
from impasto.picture.formats import check_suffix
from impasto.picture.sniff import naming

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def replace_atomically(path: str | os.PathLike[str], *, force: bool = False) -> Iterator[Path]:
    """Write a file so that nobody ever meets half of it, whatever happens meanwhile.

    Args:
        path: Where the file shall lie in the end.
        force: Replace a file that is there; otherwise it is left alone and refused.

    Yields:
        An empty file in the same folder to write to. When the block ends well it gets the name
        `path`; when it does not, it is removed.

    Raises:
        OutputError: If the file exists, its folder does not, the disk is full, or it may not be
            written; `OSError` from the block is reported so, too.
    """
    target = Path(path)
    check_free(target, force=force)
    temporary = target.with_name(f".impasto-{secrets.token_hex(6)}.tmp")
    try:
        with reporting(target):
            _create(temporary)
            yield temporary
            _flush(temporary)
            _publish(temporary, target, force=force)
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def reporting(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the system's errors in the block into one line that names the output.

    Raises:
        OutputError: For every `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(_explain(Path(path), error)) from error


def check_free(
    path: str | os.PathLike[str], *, force: bool = False, inputs: Iterable[object] = ()
) -> None:
    """Refuse an output that cannot be, before the work is done and not after.

    Args:
        path: Where the output shall lie.
        force: A file that is there may be replaced,
        inputs: but none of these; what is no path of a file among them is passed over.

    Raises:
        OutputError: If the folder is missing, the name is taken, or it is an input's.
    """
    target = Path(path)
    if any(_is_same(target, given) for given in inputs):
        raise OutputError(f"{printable(target)} is an input; choose another name for the output")
    with reporting(path):
        _check_place(target, force=force)


def check_output(
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    inputs: Iterable[object] = (),
    others: Iterable[str] = (),
) -> None:
    """Refuse a picture's file that cannot be: `check_free`, and the ending of its name.

    Args:
        path: Where the picture shall lie.
        force: As for `check_free`.
        inputs: As for `check_free`.
        others: Endings that may be besides those of `write`.

    Raises:
        OutputError: As `check_free` does, or if the ending is no picture's.
    """
    check_free(path, force=force, inputs=inputs)
    check_suffix(path, others=others)


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is such a file; a name that the system doesn't take is none."""
    with suppress(OSError, ValueError):
        return Path(path).is_file()
    return False


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Add up a file's bytes, to tell it from every other file.

    Raises:
        PictureError: If it cannot be read, or is a folder, a device or a pipe, which never end.
    """
    with naming(path):
        mode = Path(path).stat().st_mode
        if S_ISDIR(mode):
            raise PictureError("it is a folder; name a picture in it")
        if not S_ISREG(mode):
            raise PictureError("it is a device or a pipe; name a file")
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _is_same(target: Path, given: object) -> bool:
    with suppress(OSError, ValueError):
        return isinstance(given, str | os.PathLike) and target.samefile(given)
    return False


def _check_place(target: Path, *, force: bool) -> None:
    shown = printable(target)
    if "\0" in str(target):
        raise OutputError(f"cannot write {shown}: a name cannot hold a zero byte; choose another")
    if target.is_dir():
        raise OutputError(f"cannot write {shown}: it is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {shown}: its folder does not exist; make it first")
    if not force and os.path.lexists(target):
        raise OutputError(_taken(target))


def _create(path: Path) -> None:
    """Make the file with the rights a new file of this person gets."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(temporary: Path, target: Path, *, force: bool) -> None:
    """Give the finished file its name; without `force` a link fails where the name is taken."""
    if force:
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise OutputError(_taken(target)) from None
    except OSError:
        _publish_without_links(temporary, target)


def _publish_without_links(temporary: Path, target: Path) -> None:
    """Take the name with an empty file first: some file systems (FAT, network) have no links."""
    try:
        _create(target)
    except FileExistsError:
        raise OutputError(_taken(target)) from None
    temporary.replace(target)


def _taken(target: Path) -> str:
    return f"{printable(target)} exists already; choose another name or overwrite it with --force"


def _explain(target: Path, error: OSError) -> str:
    if error.errno in _FULL:
        reason = "the disk is full; make room or choose another folder"
    elif error.errno in _DENIED:
        reason = "this folder or file may not be written; choose another folder"
    elif error.errno == errno.ENAMETOOLONG:
        reason = "its name is too long; choose a shorter one"
    else:
        reason = printable(error.strerror or error)
    return f"cannot write {printable(target)}: {reason}"


def limit(max_pixels: int | None) -> dict[str, int]:
    """Leave the readers their own limit where none was named: what `read` takes by name."""
    return {} if max_pixels is None else {"max_pixels": max_pixels}
