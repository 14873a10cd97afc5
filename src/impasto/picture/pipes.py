"""Pixels flowing out of libvips and into it, row by row, while it works in a thread beside us.

libvips pulls: it wants all of its input to be there. A pipe turns that into reading and writing
rows, and because a pipe holds little, whichever side is faster waits for the other.
"""

import os
import struct
import threading
import zlib
from collections.abc import Callable
from io import FileIO
from typing import cast

import numpy as np

from impasto.picture import vips
from impasto.picture.arrays import Array

_BATCH = 1 << 22  # bytes that are packed at a time
_COLOR_TYPES = {3: 2, 4: 6}  # PNG's words for RGB and RGBA


class _Worker(threading.Thread):
    """A thread that remembers how it failed."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001  told to whoever waits for this thread
            self.error = error


class Outflow:
    """The rows of a libvips picture, from top to bottom.

    Args:
        image: 8 or 16 bits a sample; it is decoded once, as the rows are read.
    """

    def __init__(self, image: vips.Image) -> None:
        reading, writing = os.pipe()
        self._pipe = FileIO(reading, "rb")
        self._worker = _Worker(lambda: _pour(image, writing))
        self._worker.start()

    def read_into(self, rows: Array) -> None:
        """Fill an array ``(n, w, c)`` with the next rows.

        Raises:
            Error: If the file turns out to be broken.
        """
        room = rows.data.cast("B")
        while room:
            taken = self._pipe.readinto(room)
            if not taken:
                self._worker.join()
                raise self._worker.error or vips.Error("the picture ends early")
            room = room[taken:]

    def close(self) -> None:
        """Stop decoding, wherever it is."""
        self._pipe.close()
        self._worker.join()


def _pour(image: vips.Image, writing: int) -> None:
    """Send a picture into a pipe, and close the pipe in any case: nobody may wait for ever.

    Not by `Target.new_to_descriptor`: its copy of the descriptor stays open until it is collected.
    """
    with FileIO(writing, "wb") as pipe:

        def send(data: object) -> int:
            try:
                return pipe.write(cast("bytes", data))  # cffi's buffer, which has no name in types
            except BrokenPipeError:  # the reader has had enough
                return -1

        target = vips.TargetCustom()
        target.on_write(send)
        image.rawsave_target(target)


class Inflow:
    """A libvips picture whose rows are still to come.

    The rows travel as a PNG without compression: of what libvips reads from a pipe it is the one
    that holds 16 bits and alpha, and it costs 5 ms a megapixel.

    Args:
        width: Pixels across.
        height: Pixels down.
        channels: 3, or 4 with alpha.
        bits: 8 or 16.
        use: Called with the picture in a thread beside; returns when it has used all rows.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        channels: int,
        bits: int,
        use: Callable[[vips.Image], object],
    ) -> None:
        reading, writing = os.pipe()
        self._pipe = FileIO(writing, "wb")
        self._stored = zlib.compressobj(level=0)
        self._worker = _Worker(lambda: _drink(reading, use))
        self._worker.start()
        header = struct.pack(">IIBBBBB", width, height, bits, _COLOR_TYPES[channels], 0, 0, 0)
        self._send(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header))

    def write(self, rows: Array) -> None:
        """Hand on the next rows ``(n, w, c)``.

        Raises:
            Exception: Whatever `use` raised meanwhile.
        """
        step = max(1, _BATCH // rows[0].nbytes)
        for top in range(0, len(rows), step):
            part = rows[top : top + step]
            raw = part.astype(part.dtype.newbyteorder(">"), copy=False).reshape(len(part), -1)
            filtered = np.pad(raw.view(np.uint8), ((0, 0), (1, 0)))  # a row begins with its filter
            self._send(_chunk(b"IDAT", self._stored.compress(filtered.data)))

    def finish(self) -> None:
        """Say that these were all rows, and wait until they are used.

        Raises:
            Exception: Whatever `use` raised.
        """
        try:
            self._send(_chunk(b"IDAT", self._stored.flush()) + _chunk(b"IEND", b""))
        finally:
            self.abandon()
        if self._worker.error:
            raise self._worker.error

    def abandon(self) -> None:
        """Stop here; `use` finds that the picture ends early."""
        self._pipe.close()
        self._worker.join()

    def _send(self, data: bytes) -> None:
        if self._worker.error:
            raise self._worker.error
        left = memoryview(data)
        while left:
            left = left[self._pipe.write(left) :]


def _drink(reading: int, use: Callable[[vips.Image], object]) -> None:
    """Use a picture from a pipe, and empty the pipe in any case: nobody may wait for ever."""
    with FileIO(reading, "rb") as pipe:
        try:
            source = vips.Source.new_from_descriptor(pipe.fileno())
            use(
                vips.Image.pngload_source(
                    source, access="sequential", unlimited=True, fail_on="error"
                )
            )
        finally:
            while pipe.read(1 << 20):
                pass


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
