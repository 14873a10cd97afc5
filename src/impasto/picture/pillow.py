"""Pillow behind a door of our own: quiet, no limits but ours, and every mode made plain."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from typing import Any

import numpy as np
from PIL import Image

from impasto.errors import PictureError
from impasto.picture.arrays import Array
from impasto.picture.profiles import array_to_srgb
from impasto.picture.sniff import Kind

GPS = 0x8825
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PLAIN = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "P": "RGB",
    "PA": "RGBA",
    "RGB": "RGB",
    "RGBX": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "CMYK": "CMYK",
    "YCbCr": "RGB",
    "HSV": "RGB",
}


class _Quiet:
    """Pillow without warnings and without its own pixel limit, for as long as anyone is inside.

    Both are settings of the whole process: they are changed by the first thread that enters and
    given back by the last that leaves.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._limit = Image.MAX_IMAGE_PIXELS
        self._warnings: warnings.catch_warnings[Any] | None = None

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
                self._warnings = warnings.catch_warnings()
                self._warnings.__enter__()
                warnings.simplefilter("ignore")

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._warnings is not None:
                self._warnings.__exit__(None, None, None)
                Image.MAX_IMAGE_PIXELS = self._limit


_QUIET = _Quiet()


@contextmanager
def quiet() -> Iterator[None]:
    """Let Pillow work without warnings and without a pixel limit of its own; ours is checked."""
    _QUIET.enter()
    try:
        yield
    finally:
        _QUIET.leave()


def header(file: BufferedReader, kind: Kind) -> Image.Image:
    """Open a picture of this kind, and of no other; its pixels are not decoded yet."""
    file.seek(0)
    return Image.open(file, formats=[kind])


def exif(image: Image.Image) -> dict[int, Any]:
    """Read what a camera wrote, without decoding pixels; what is broken counts as not there."""
    tags: dict[int, Any] = {}
    with suppress(Exception):
        found = _exif(image)
        tags.update(found)
        tags[GPS] = found.get_ifd(GPS)
    return tags


def _exif(image: Image.Image) -> Image.Exif:
    """Read EXIF alone: Pillow's `getexif` would decode a PNG, and mix in what XMP says."""
    if image.format == "TIFF":
        return image.getexif()
    found = Image.Exif()
    found.load(image.info.get("exif", b""))
    return found


def decode(image: Image.Image) -> tuple[Array, bytes | None]:
    """Decode a picture into sRGB, upright; and the profile to embed, None if it had none.

    Returns:
        Shape ``(h, w, c)`` with gray, gray and alpha, RGB, or RGBA; 8 or 16 bits.

    Raises:
        PictureError: If its samples are neither 8 nor 16 bits.
    """
    array, space = _array(_upright(image))
    profile = image.info.get("icc_profile") or None
    if profile is None and space != "cmyk":
        return array, None
    return array_to_srgb(array, space=space, profile=profile)


def _upright(image: Image.Image) -> Image.Image:
    """Turn a picture as the camera was held."""
    orientation = exif(image).get(_ORIENTATION)
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _array(image: Image.Image) -> tuple[Array, str]:
    """Decode without changing color; name the color space as libvips does."""
    if image.mode.startswith("I;16"):
        return np.array(image).astype(np.uint16)[..., None], "grey16"
    mode = _plain(image)
    array = np.array(image if image.mode == mode else image.convert(mode))
    space = {"L": "b-w", "LA": "b-w", "CMYK": "cmyk"}.get(mode, "srgb")
    return (array[..., None] if array.ndim == 2 else array), space


def _plain(image: Image.Image) -> str:
    """Choose the mode that keeps everything this one has."""
    if image.mode not in _PLAIN:
        raise PictureError(f"its pixels are of mode {image.mode}; save it as RGB with 8 or 16 bits")
    plain = _PLAIN[image.mode]
    return "RGBA" if plain != "LA" and image.has_transparency_data else plain
