"""Small pictures of works, made once and kept."""

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from PIL import Image

from impasto.analysis.collection.opening import Small, small_apart
from impasto.data.threads import in_order
from impasto.errors import OutputError, PictureError
from impasto.picture.files import replace_atomically, reporting

Thumbnail = Image.Image | str
"""A small picture, or the reason why there is none."""

_QUALITY = 92


def thumbnails(
    paths: Sequence[Path], *, side: int, folder: Path | None = None
) -> Iterator[Thumbnail]:
    """Make small pictures of works, in their order.

    Args:
        paths: Their files.
        side: Pixels of the longer side; smaller works stay as they are.
        folder: Where small pictures are kept, so that the next map takes them from there; a file
            that changed is seen anew.

    Yields:
        A picture, or why there is none.
    """
    count = min(4, os.cpu_count() or 1)
    with small_apart(processes=count) as small, ThreadPoolExecutor(count) as threads:
        make = partial(_thumbnail, small=small, side=side, folder=folder)
        yield from in_order(threads, make, paths)


def _thumbnail(path: Path, *, small: Small, side: int, folder: Path | None) -> Thumbnail:
    kept = None if folder is None else folder / _name(path, side)
    if kept is not None:
        with suppress(OSError, SyntaxError, ValueError), Image.open(kept, formats=["WEBP"]) as file:
            if max(file.size) <= side:
                return file.convert("RGB")
    try:
        made = Image.fromarray(small(path, side).permute(1, 2, 0).contiguous().numpy())
    except PictureError as error:
        return str(error)
    if kept is not None:
        with suppress(OutputError):  # then the next map makes it again
            _keep(kept, made)
    return made


def _keep(path: Path, picture: Image.Image) -> None:
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=_QUALITY, method=2)
    with reporting(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with replace_atomically(path, force=True) as aside:
        aside.write_bytes(file.getvalue())


def _name(path: Path, side: int) -> str:
    """Tell this file, as it is now, at this size from all others."""
    try:
        found = path.stat()
        stamp = found.st_mtime_ns, found.st_size
    except (OSError, ValueError):
        stamp = 0, 0
    text = f"{side}\0{stamp}\0".encode() + os.fsencode(path.absolute())
    digest = hashlib.sha256(text).hexdigest()
    return f"{digest[:2]}/{digest[2:34]}.webp"
