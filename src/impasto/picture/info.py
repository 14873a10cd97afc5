"""What belongs to a picture beside its pixels."""

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import SupportsFloat

from PIL import Image

from impasto.errors import RecipeError
from impasto.picture import pillow, xmp
from impasto.picture.provenance import Recipe
from impasto.picture.sniff import Kind

_TITLES = (0x9C9B, 0x010E)  # EXIF's tags: Windows' title, the description
_AUTHORS = (0x9C9D, 0x013B)
_GIF_XMP = b"\x21\xff\x0bXMP DataXMP"
_GIF_XMP_END = b"\x01\xff\xfe"  # where the trailer begins that Adobe puts behind the packet
_TAIL = 1 << 17  # bytes at the end of a GIF in which we look
_UTF16_TAGS = range(0x9C9B, 0x9CA0)


@dataclass(frozen=True, kw_only=True)
class Info:
    """What belongs to a picture beside its pixels, and is carried on to what is made from it.

    Attributes:
        bits: Bits a channel in the file, 8 or 16.
        icc: The profile to embed (its pixels are sRGB), or None.
        title: The work's title.
        author: Who made it.
        gps: Where it was taken, degrees north and east; written only when asked.
        dpi: Pixels an inch on paper, or None.
        name: The source's file name, without the folder.
        sha256: The source's bytes, hashed.
        recipe: How it was made, if Impasto made it.
    """

    bits: int = 8
    icc: bytes | None = None
    title: str | None = None
    author: str | None = None
    gps: tuple[float, float] | None = None
    dpi: float | None = None
    name: str | None = None
    sha256: str | None = None
    recipe: Recipe | None = None

    def xmp(self, *, keep_gps: bool = False) -> bytes | None:
        """Write all of it that travels in the file as an XMP packet; None if there is nothing."""
        made = self.recipe
        return xmp.packet(
            xmp.Fields(
                title=self.title,
                author=self.author,
                gps=self.gps if keep_gps else None,
                tool=f"Impasto {made.version}" if made else None,
                source_type=made.source_type if made else None,
                recipe=made.to_json() if made else None,
            )
        )


def found_in_file(file: BufferedReader, kind: Kind) -> Info:
    """Collect what a file's header says; nothing where Pillow does not understand the header."""
    try:
        with pillow.quiet(), pillow.header(file, kind) as image:
            return found_in(image)
    except Exception:  # noqa: BLE001  Pillow's zoo; the decoder decides whether the file is good
        return Info()


def found_in(image: Image.Image) -> Info:
    """Collect what a file's header says: XMP first, then EXIF and PNG's texts.

    Args:
        image: Opened by Pillow; its pixels need not be decoded.
    """
    fields = xmp.parse(packet_in(image))
    exif = pillow.exif(image)
    return Info(
        title=fields.title or _text(image, "Title") or _tag(exif, _TITLES),
        author=fields.author or _text(image, "Author") or _tag(exif, _AUTHORS),
        gps=fields.gps or _position(exif.get(pillow.GPS)),
        dpi=_dpi(image.info.get("dpi")),
        recipe=_recipe(fields.recipe),
    )


def packet_in(image: Image.Image) -> bytes:
    """Find a picture's XMP packet; empty where there is none."""
    found = image.info.get("xmp", b"")
    return found if isinstance(found, bytes) else b""


def packet_in_gif(file: BufferedReader) -> bytes:
    """Find the XMP packet at the end of a GIF, which Pillow passes over."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    _, _, after = file.read().rpartition(_GIF_XMP)
    return after.partition(_GIF_XMP_END)[0]


def _recipe(text: str | None) -> Recipe | None:
    """Read a recipe if it is one; a bad one does not keep a picture from being opened."""
    try:
        return Recipe.parse(text) if text else None
    except RecipeError:
        return None


def _text(image: Image.Image, key: str) -> str | None:
    value = image.info.get(key)
    return xmp.clean(value) if isinstance(value, str) else None


def _tag(exif: Mapping[int, object], tags: tuple[int, ...]) -> str | None:
    """Read the first of these tags that holds a text."""
    texts = (xmp.clean(_decoded(tag, exif.get(tag))) for tag in tags)
    return next((text for text in texts if text), None)


def _decoded(tag: int, value: object) -> str | None:
    if isinstance(value, tuple) and all(isinstance(byte, int) for byte in value):
        value = bytes(byte & 255 for byte in value)
    if isinstance(value, bytes):
        return value.decode("utf-16-le" if tag in _UTF16_TAGS else "utf-8", errors="replace")
    return _mended(value) if isinstance(value, str) else None


def _mended(text: str) -> str:
    """Undo Pillow's reading of UTF-8 as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _position(tags: object) -> tuple[float, float] | None:
    """Read degrees north and east from EXIF's GPS tags 1 to 4."""
    if not isinstance(tags, Mapping):
        return None
    try:
        north, east = (_degrees(tags[tag]) for tag in (2, 4))
        south, west = (str(tags[tag]).strip("b'\0")[:1] in "SW" for tag in (1, 3))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return xmp.position(-north if south else north, -east if west else east)


def _degrees(parts: Iterable[SupportsFloat]) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _dpi(value: object) -> float | None:
    """Take the resolution where it is one number that a printer could mean."""
    try:
        dpi = float(value[0])  # type: ignore[index]
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return None
    return round(dpi, 2) if math.isfinite(dpi) and 1 < dpi < 10_000 else None
