"""The XMP of a drawing in an SVG, found in a file that may be anything."""

import os
from pathlib import Path

from impasto.picture.sniff import opened_as_is

_LARGEST = 1 << 26  # bytes that are looked at
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"


def is_drawing(path: str | os.PathLike[str]) -> bool:
    """Tell by its name whether a file is an SVG."""
    return Path(path).suffix.lower() == ".svg"


def packet_in_drawing(path: str | os.PathLike[str]) -> bytes:
    """Find the XMP of a drawing; empty if it has none.

    Raises:
        PictureError: If the file is missing, or is none.
    """
    with opened_as_is(path) as file:
        data = file.read(_LARGEST)
    begin, end = data.find(_BEGIN), data.find(_END)
    return data[begin : end + len(_END)] if 0 <= begin < end else b""
