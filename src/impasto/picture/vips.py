"""libvips behind a door of our own: only the loaders we name, nothing untrusted, nothing cached."""

import logging
import os
from pathlib import Path
from typing import cast

os.environ.setdefault("VIPS_WARNING", "0")  # or libvips writes to stderr when a program ends

import numpy as np
import pyvips
from pyvips import Error, GValue, Image, Source, Target, TargetCustom

from impasto.errors import PictureError
from impasto.picture.arrays import Array
from impasto.picture.sniff import Kind

__all__ = ["Error", "Image", "Source", "Target", "TargetCustom"]

pyvips.block_untrusted_set(True)
pyvips.concurrency_set(min(4, pyvips.concurrency_get()))  # each thread holds rows of its own
pyvips.cache_set_max(0)  # the cache would keep pictures and open files
logging.getLogger("pyvips").setLevel(logging.ERROR)  # its warnings tell a painter nothing

_LOADERS = {
    "JPEG": Image.jpegload_source,
    "PNG": Image.pngload_source,
    "WEBP": Image.webpload_source,
    "TIFF": Image.tiffload_source,
}
_MIRRORED = 2  # EXIF's orientations up to this one leave each row where it is
_DTYPES: dict[str, type[np.uint8] | type[np.uint16]] = {"uchar": np.uint8, "ushort": np.uint16}


def load(path: str | os.PathLike[str], kind: Kind) -> Image:
    """Open a picture upright; its pixels can be asked for once, from top to bottom.

    Nothing is decoded yet and little kept later, except where a camera was held on its side: then
    libvips decodes everything first, into memory or, above 100 MB, into a temporary file.

    Args:
        path: A file that `sniff` found to be of this kind.
        kind: One of those that libvips reads: JPEG, PNG, WebP, TIFF.

    Raises:
        Error: If the header is broken.
    """
    image = _open(path, kind, access="sequential")
    turned = image.get_typeof("orientation") and image.get("orientation") > _MIRRORED
    return (_open(path, kind, access="random") if turned else image).autorot()


def _open(path: str | os.PathLike[str], kind: Kind, *, access: str) -> Image:
    """Open a file by its descriptor: its name may hold what libvips cannot spell."""
    with Path(path).open("rb") as file:
        source = Source.new_from_descriptor(file.fileno())
    return _LOADERS[kind](source, access=access, fail_on="error")


def from_array(array: Array, *, space: str) -> Image:
    """Wrap an array ``(h, w, c)`` as a libvips picture of this colour space."""
    return Image.new_from_array(array).copy(interpretation=space)


def shrunk(image: Image, height: int, width: int) -> Image:
    """Make a picture smaller by cubic convolution, as `resize` does; a smaller one stays."""
    if height >= image.height:
        return image
    return image.resize(width / image.width, vscale=height / image.height, kernel="cubic")


def to_array(image: Image) -> Array:
    """Decode a picture into an array ``(h, w, c)`` of 8 or 16 bits.

    Raises:
        PictureError: If its samples are neither.
        Error: If the file turns out to be broken.
    """
    flat = np.frombuffer(image.write_to_memory(), dtype(image))
    return cast("Array", flat.reshape(image.height, image.width, image.bands))


def dtype(image: Image) -> type[np.uint8] | type[np.uint16]:
    """Tell the type of a picture's samples.

    Raises:
        PictureError: If they are neither 8 nor 16 bits.
    """
    if image.format not in _DTYPES:
        raise PictureError(
            f"its samples are of type {image.format}; save it with 8 or 16 bits a channel"
        )
    return _DTYPES[image.format]


def stored(image: Image, field: str) -> bytes | None:
    """Fetch what a file carries beside its pixels, such as ``icc-profile-data``."""
    return bytes(image.get(field)) if image.get_typeof(field) else None


def tagged(image: Image, fields: dict[str, bytes | None]) -> Image:
    """Give a picture what its file shall carry, such as ``xmp-data``; nothing where it is None."""
    image = image.copy()
    for name, value in fields.items():
        if value is not None:
            image.set_type(GValue.blob_type, name, value)
    return image
