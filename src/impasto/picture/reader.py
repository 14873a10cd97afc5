"""Reading a picture whole."""

import hashlib
import os
from dataclasses import replace
from io import BufferedReader
from pathlib import Path

from impasto.errors import RecipeError, printable
from impasto.picture import pillow, profiles, vips, xmp
from impasto.picture.arrays import Array
from impasto.picture.drawn import is_drawing, packet_in_drawing
from impasto.picture.info import Info, found_in, found_in_file, packet_in, packet_in_gif
from impasto.picture.limits import check_size
from impasto.picture.mp4 import packet_in_mp4
from impasto.picture.picture import Picture
from impasto.picture.provenance import Recipe
from impasto.picture.small import is_deep
from impasto.picture.sniff import HEAD, Kind, is_mp4, opened, opened_as_is

MAX_PIXELS = 178_000_000
"""The largest picture that `read` decodes unless told otherwise: 2 GB in memory."""


def read(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Open a picture: upright, in sRGB, with its transparency and in full precision.

    Args:
        path: A JPEG, PNG, WebP, TIFF, GIF or BMP file; of several frames the first.
        max_pixels: Larger pictures are refused before anything is decoded.

    Raises:
        PictureError: If the file is missing, broken, too large, or not a picture.
    """
    with opened(path) as (file, kind):
        if is_deep(file, kind):
            array, info = _decode_deep(path, file, kind, max_pixels)
        else:
            array, info = decode(file, kind, max_pixels)
        return Picture.from_array(array, info=named(info, path, file))


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Tell how a picture was made, without decoding it.

    Args:
        path: A picture that Impasto made, an SVG, or an MP4.

    Raises:
        PictureError: If the file is missing, broken, or none of these.
        RecipeError: If there is no recipe in it, or one that is refused.
    """
    text = xmp.parse(_packet(path)).recipe
    shown = printable(path)
    if text is None:
        raise RecipeError(
            f"no recipe in {shown}: it was not made by Impasto, or its metadata was removed"
        )
    try:
        return Recipe.parse(text)
    except RecipeError as error:
        raise RecipeError(f"{shown}: {error}") from error


def _packet(path: str | os.PathLike[str]) -> bytes:
    """Find the XMP of a picture, a drawing or a film."""
    if is_drawing(path):
        return packet_in_drawing(path)
    with opened_as_is(path) as file:
        if is_mp4(file.read(HEAD)):
            return packet_in_mp4(file)
    with opened(path) as (file, kind), pillow.quiet(), pillow.header(file, kind) as image:
        return packet_in_gif(file) if kind == "GIF" else packet_in(image)


def named(info: Info, path: str | os.PathLike[str], file: BufferedReader) -> Info:
    """Add what tells the file from all others: its name, and the sum of its bytes."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(info, name=Path(path).name, sha256=digest)


def decode(file: BufferedReader, kind: Kind, max_pixels: int) -> tuple[Array, Info]:
    """Decode a file of 8 bits a channel with Pillow, into sRGB ``(h, w, c)``."""
    with pillow.quiet(), pillow.header(file, kind) as image:
        check_size(*image.size, size=_bytes(file), max_pixels=max_pixels)
        image.load()
        array, icc = pillow.decode(image)
        return array, replace(found_in(image), icc=icc)


def _decode_deep(
    path: str | os.PathLike[str], file: BufferedReader, kind: Kind, max_pixels: int
) -> tuple[Array, Info]:
    """Do the same with libvips, which keeps 16 bits."""
    image, icc = load_srgb(path, file, kind, max_pixels)
    return vips.to_array(image), replace(found_in_file(file, kind), icc=icc)


def load_srgb(
    path: str | os.PathLike[str], file: BufferedReader, kind: Kind, max_pixels: int
) -> tuple[vips.Image, bytes | None]:
    """Open a file with libvips, upright and in sRGB, and find the profile to embed."""
    image = vips.load(path, kind)
    check_size(image.width, image.height, size=_bytes(file), max_pixels=max_pixels)
    image, icc = profiles.to_srgb(image)
    vips.dtype(image)
    return image, icc


def _bytes(file: BufferedReader) -> int:
    return os.fstat(file.fileno()).st_size
