"""Decoding a picture small, by the shortest way; nothing here needs torch."""

import hashlib
from dataclasses import dataclass
from io import BufferedReader
from os import PathLike, fstat

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from impasto.picture import pillow, profiles, vips
from impasto.picture.limits import check_size
from impasto.picture.sniff import Kind, opened

_ORIENTATION = 0x0112
_ON_ITS_SIDE = {5, 6, 7, 8}  # EXIF's orientations that swap width and height
_GAP = 2  # a JPEG is decoded at no less than so many times the size wanted
_DEEP = b"\x10"  # what a PNG of 16 bits a channel says in its 25th byte


@dataclass(frozen=True, eq=False)
class Small:
    """A picture decoded small.

    Attributes:
        pixels: Upright, in sRGB, transparency laid on white.
        width: Pixels across of the file, held upright.
        height: Pixels down.
        sha256: The file's bytes, hashed.
    """

    pixels: UInt8[np.ndarray, "h w 3"]
    width: int
    height: int
    sha256: str


def decode_small(
    path: str | PathLike[str], *, shorter: int, longest: int, max_pixels: int
) -> Small:
    """Decode a picture of any kind that `read` takes, upright and in sRGB, and make it small.

    Args:
        path: A JPEG, PNG, WebP, TIFF, GIF or BMP file.
        shorter: Pixels of the shorter side; a picture that has fewer is not enlarged.
        longest: Pixels that the longer side never exceeds; a narrow strip gets smaller for it.
        max_pixels: Larger pictures are refused before anything is decoded.

    Raises:
        PictureError: As `read` does.
    """
    with opened(path) as (file, kind):
        look = _deep if is_deep(file, kind) else _plain
        image, (width, height) = look(path, file, kind, max_pixels, (shorter, longest))
        small = image.resize(_target(width, height, shorter, longest), reducing_gap=3.0)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Small(np.asarray(_on_white(small)), width, height, digest)


Size = tuple[int, int]


def _plain(
    path: str | PathLike[str],  # noqa: ARG001  both ways are called alike
    file: BufferedReader,
    kind: Kind,
    max_pixels: int,
    wanted: Size,
) -> tuple[Image.Image, Size]:
    """Decode 8 bits a channel with Pillow: a JPEG at a half, a quarter, an eighth if that will do.

    Returns:
        The picture, no smaller than wanted; and the size of the whole, held upright.
    """
    with pillow.quiet(), pillow.header(file, kind) as image:
        width, height = image.size
        check_size(width, height, size=fstat(file.fileno()).st_size, max_pixels=max_pixels)
        across, down = _target(width, height, *wanted)
        image.draft(None, (_GAP * across, _GAP * down))
        image.load()
        whole = (height, width) if _lies(image) else (width, height)
        array, _ = pillow.decode(image)
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array), whole


def _deep(
    path: str | PathLike[str],
    file: BufferedReader,
    kind: Kind,
    max_pixels: int,
    wanted: Size,
) -> tuple[Image.Image, Size]:
    """Decode what may hold 16 bits with libvips, row by row: large ones never lie in memory."""
    image = vips.load(path, kind)
    whole = image.width, image.height
    check_size(*whole, size=fstat(file.fileno()).st_size, max_pixels=max_pixels)
    image, _ = profiles.to_srgb(image)
    white = np.iinfo(vips.dtype(image)).max
    if image.hasalpha():
        image = image.flatten(background=white, max_alpha=white)
    across, down = _target(*whole, *wanted)
    small = vips.shrunk(image, down, across).cast("uchar", shift=image.format == "ushort")
    array = vips.to_array(small)
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array), whole


def is_deep(file: BufferedReader, kind: Kind) -> bool:
    """Tell whether the file may hold 16 bits a channel, which Pillow would cut to 8."""
    if kind != "PNG":
        return kind == "TIFF"
    head = file.read(25)
    file.seek(0)
    return head[24:] == _DEEP


def _lies(image: Image.Image) -> bool:
    """Tell whether the camera was held on its side."""
    return pillow.exif(image).get(_ORIENTATION) in _ON_ITS_SIDE


def _target(width: int, height: int, shorter: int, longest: int) -> Size:
    """Find the size with this shorter side that is no larger than the whole."""
    factor = min(1.0, shorter / min(width, height), longest / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def _on_white(image: Image.Image) -> Image.Image:
    """Lay a picture on white paper where it is transparent, and repeat gray three times."""
    if image.mode in {"LA", "RGBA"}:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return image.convert("RGB")
