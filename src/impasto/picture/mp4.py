"""The XMP of a film: an MP4 is a row of boxes, each of which says how long it is."""

import os
import struct
from collections.abc import Iterator
from io import BufferedReader

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # Adobe's XMP specification, part 3
_LARGEST = 1 << 20  # bytes of a box that are read; no packet is parsed that is longer
_MOST = 1 << 16  # boxes that are looked at; a film of many hours, sent in pieces, has fewer


def xmp_box(packet: bytes) -> bytes:
    """Wrap a packet in the box that is put behind the others."""
    return struct.pack(">I4s16s", 24 + len(packet), b"uuid", _XMP) + packet


def packet_in_mp4(file: BufferedReader) -> bytes:
    """Find the XMP packet of a film; empty if it has none.

    Raises:
        ValueError: If the file is no row of boxes, or ends within one.
    """
    for kind, begin, end in _boxes(file):
        if kind == b"uuid":
            file.seek(begin)
            content = file.read(min(end - begin, _LARGEST))
            if content.startswith(_XMP):
                return content.removeprefix(_XMP)
    return b""


def _boxes(file: BufferedReader) -> Iterator[tuple[bytes, int, int]]:
    """Go from box to box: what each is, and where its content begins and ends.

    Notes:
        ISO/IEC 14496-12, 4.2: length and kind, 4 bytes each; 1 for a length that follows in 8
        bytes, 0 for a box that goes on to the end of the file.
    """
    size, place = file.seek(0, os.SEEK_END), 0
    for _ in range(_MOST):
        if place == size:
            return
        file.seek(place)
        head, begin = file.read(16), place + 8
        length, kind = struct.unpack_from(">I4s", head.ljust(16, b"\0"))
        if length == 1:
            length, begin = int.from_bytes(head[8:]), place + 16
        elif length == 0:
            length = size - place
        end = place + length
        if not begin <= end <= size:
            raise ValueError(f"the box at byte {place} has a length that can't be")
        yield kind, begin, end
        place = end
    raise ValueError(f"it has more than {_MOST} boxes")
