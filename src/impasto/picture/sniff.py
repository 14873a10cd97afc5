"""What a file is, told by its first bytes; its name may lie."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from stat import S_ISREG
from typing import Literal, get_args

from PIL import UnidentifiedImageError

from impasto.errors import ImpastoError, PictureError, printable

Kind = Literal["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"]
KINDS: tuple[Kind, ...] = get_args(Kind)
HEAD = 512  # bytes that decide; a tar says what it is at 257
_READABLE = "expected JPEG, PNG, WebP, TIFF, GIF or BMP"

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
)
_PHONE = "a HEIC or AVIF picture; export it as JPEG, or convert it: heif-convert NAME out.png"
_RAW = "a camera's raw file; develop it first, for example with darktable, and save a 16-bit TIFF"
_JPEG2000 = "a JPEG 2000 picture; convert it first: opj_decompress -i NAME -o out.png"
_UNPACK = "an archive; unpack it and name the pictures in it"
_DRAWING = "a drawing, not pixels; export it as PNG from the program that made it"
_LAYERS = "a file with layers; export it as PNG or TIFF from the program that made it"
_VIDEO = "a video; save one frame as a picture: ffmpeg -i NAME -frames:v 1 out.png"
_TEXT = "a web page or text, perhaps a download that failed; fetch the picture itself"
_STRANGERS: tuple[tuple[int, bytes, str], ...] = (
    (8, b"crx ", _RAW),
    (8, b"hei", _PHONE),
    (8, b"hev", _PHONE),
    (8, b"mif1", _PHONE),
    (8, b"msf1", _PHONE),
    (8, b"avi", _PHONE),
    (4, b"ftyp", _VIDEO),
    (0, b"\x1aE\xdf\xa3", _VIDEO),
    (0, b"\0\0\0\x0cjP  ", _JPEG2000),
    (0, b"\xff\x4f\xff\x51", _JPEG2000),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture; convert it first: djxl NAME out.png"),
    (0, b"\xff\x0a", "a JPEG XL picture; convert it first: djxl NAME out.png"),
    (0, b"8BPS", _LAYERS),
    (0, b"gimp xcf", _LAYERS),
    (0, b"v/1\x01", "an OpenEXR picture; convert it first: oiiotool NAME -o out.tif"),
    (0, b"%PDF", "a PDF; turn its page into a picture first: pdftoppm -png -r 300 NAME page"),
    (0, b"%!PS", _DRAWING),
    (0, b"<svg", _DRAWING),
    (0, b"<?xml", _DRAWING),
    (0, b"<!", _TEXT),
    (0, b"<html", _TEXT),
    (0, b"FUJIFILMCCD-RAW", _RAW),
    (0, b"IIRO", _RAW),
    (0, b"IIU\0", _RAW),
    (0, b"PK\x03\x04", _UNPACK),
    (0, b"PK\x05\x06", _UNPACK),
    (0, b"\x1f\x8b", _UNPACK),
    (0, b"BZh", _UNPACK),
    (0, b"7z\xbc\xaf", _UNPACK),
    (0, b"Rar!", _UNPACK),
    (0, b"\xfd7zXZ", _UNPACK),
    (257, b"ustar", _UNPACK),
)
# Raw files that wear TIFF's signature; read as TIFF they would show a stamp-sized preview.
_RAW_SUFFIXES = {".arw", ".cr2", ".dng", ".erf", ".nef", ".nrw", ".pef", ".sr2", ".srw", ".3fr"}


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[tuple[BufferedReader, Kind]]:
    """Open a picture's file and say what kind it is.

    Args:
        path: Any path at all.

    Yields:
        The file, at its beginning, and its kind.

    Raises:
        PictureError: If there is no such file, it is none of the kinds that we read, or the block
            fails in whatever way: decoders fed with broken files raise a zoo of exceptions.
    """
    with opened_as_is(path) as file:
        kind = _kind(path, file.read(HEAD))
        file.seek(0)
        yield file, kind


@contextmanager
def opened_as_is(path: str | os.PathLike[str]) -> Iterator[BufferedReader]:
    """Open a file of any kind, as `opened` does.

    Yields:
        The file, at its beginning.

    Raises:
        PictureError: If there is no such file, or the block fails in whatever way.
    """
    with naming(path):
        _check_regular(path)
        with Path(path).open("rb") as file:
            yield file


def is_mp4(head: bytes) -> bool:
    """Tell by its first bytes whether a file is a film in boxes: MP4, or its kin MOV and M4V."""
    return head[4:8] == b"ftyp" and _stranger(head) == _VIDEO


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn whatever goes wrong in the block into one line that names the file.

    Raises:
        PictureError: If the block fails; other errors of ours are left as they are.
    """
    try:
        yield
    except PictureError as error:
        text = str(error)
        start = f"cannot read {printable(path)}: "
        raise PictureError(start + text.removeprefix(start)) from error.__cause__
    except ImpastoError:
        raise
    except Exception as error:
        raise PictureError(f"cannot read {printable(path)}: {_reason(error)}") from error


def _check_regular(path: str | os.PathLike[str]) -> None:
    """Refuse folders and devices, which may be opened but never end."""
    found = Path(path)
    if found.is_dir():
        raise PictureError("it is a folder; name a picture in it")
    if not S_ISREG(found.stat().st_mode):
        raise PictureError("it is a device or a pipe; name a file")


def _kind(path: str | os.PathLike[str], head: bytes) -> Kind:
    if not head:
        raise PictureError("the file is empty; copy or download it again")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return _tiff_or_raw(path) if kind == "TIFF" else kind
    raise PictureError(f"it is {_stranger(head)}; {_READABLE}")


def _tiff_or_raw(path: str | os.PathLike[str]) -> Kind:
    if Path(path).suffix.lower() in _RAW_SUFFIXES:
        raise PictureError(f"it is {_RAW}; {_READABLE}")
    return "TIFF"


def _stranger(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for offset, signature, what in _STRANGERS:
        if head[offset:].startswith(signature) or (offset == 0 and text.startswith(signature)):
            return what
    return "not a picture that we know; convert it to PNG first, for example with GIMP"


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "there is no such file; check the name and the folder"
        case OSError(errno=errno.ENAMETOOLONG):
            return "there is no such file, its name is too long; check it"
        case PermissionError():
            return "you may not read it; change its permissions or copy it"
        case MemoryError():
            return "there is not enough memory for it; make it smaller first"
        case UnidentifiedImageError():
            detail = "its header makes no sense"
        case _:
            lines = str(error).split("\n")  # libvips says first what it did, then what was wrong
            detail = printable(lines[min(1, len(lines) - 1)].strip(), limit=100)
    return f"the file is broken or incomplete ({detail or 'no details'}); copy or download it again"
