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

from impasto.data.threads import in_order
from impasto.errors import OutputError, PictureError
from impasto.picture import fit, read
from impasto.picture.files import replace_atomically, reporting
from impasto.picture.planes import quantize

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
    make = partial(_thumbnail, side=side, folder=folder)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        yield from in_order(threads, make, paths)


def _thumbnail(path: Path, *, side: int, folder: Path | None) -> Thumbnail:
    kept = None if folder is None else folder / _name(path, side)
    if kept is not None:
        with suppress(OSError, SyntaxError, ValueError), Image.open(kept, formats=["WEBP"]) as file:
            if max(file.size) <= side:
                return file.convert("RGB")
    try:
        made = _made(path, side)
    except PictureError as error:
        return str(error)
    if kept is not None:
        with suppress(OutputError):  # then the next map makes it again
            _keep(kept, made)
    return made


def _made(path: Path, side: int) -> Image.Image:
    pixels = read(path).on_white
    small = fit(pixels, long=side) if max(pixels.shape[2:]) > side else pixels
    return Image.fromarray(quantize(small, None))


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
