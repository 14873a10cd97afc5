"""Decoding apart: pictures from strangers are opened by a process that may break.

Decoders are large, old and written in C; a file can be made so that it fills the memory, never ends
or takes the program over. Here that happens to another process, which has limits and is replaced.
"""

import os
import queue
import sys
import weakref
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

import torch
from jaxtyping import UInt8
from torch import Tensor

from impasto.errors import PictureError, SettingsError, printable
from impasto.picture.apart_child import Child, Died, Lost
from impasto.picture.reader import MAX_PIXELS

MEMORY = 2 << 30
"""Bytes that decoding may take unless told otherwise: enough for `MAX_PIXELS` of 8-bit RGB."""

SECONDS = 20.0
"""Seconds that decoding one picture may take unless told otherwise."""

_STRIP = 16  # times as long as wide; what is longer gets smaller
_HEX = set("0123456789abcdef")


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A picture decoded small, and which file it was.

    Attributes:
        pixels: Upright, in sRGB, transparency laid on white.
        width: Pixels across of the file, held upright.
        height: Pixels down.
        sha256: The file's bytes, hashed.
    """

    pixels: UInt8[Tensor, "3 h w"]
    width: int
    height: int
    sha256: str


class Apart:
    """Reads pictures in a process apart, one that lives long and is replaced when it breaks.

    A file that ends the process, hangs it, or wants more memory costs that picture only. Several
    threads may ask; more of them than `processes` wait for each other. After a fork each side has
    a process of its own. Linux keeps to the limit of memory, macOS does not; Windows has neither.

    Args:
        seconds: Patience with one picture; then the process is killed.
        memory: Bytes that decoding may take.
        max_pixels: Larger pictures are refused before anything is decoded.
        processes: How many decode at a time; each starts when it is first needed.

    Raises:
        SettingsError: If a value is out of its range, or on Windows.
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        max_pixels: int = MAX_PIXELS,
        processes: int = 1,
    ) -> None:
        _check(seconds=seconds, memory=memory, max_pixels=max_pixels, processes=processes)
        self.seconds = seconds
        self.memory = memory
        self.max_pixels = max_pixels
        self.processes = processes
        self._closed = False
        self._places = _places([None] * processes)
        _READERS.add(self)

    def thumbnail(
        self, path: str | os.PathLike[str], *, shorter: int = 224, longest: int | None = None
    ) -> Thumbnail:
        """Decode a picture small.

        Args:
            path: A JPEG, PNG, WebP, TIFF, GIF or BMP file; of several frames the first.
            shorter: Pixels of the shorter side; a picture that has fewer is not enlarged.
            longest: Pixels that the longer side never exceeds, if need be at the cost of the
                shorter one; 16 times the shorter if not given.

        Raises:
            PictureError: If it can't be read within the limits, for whatever reason.
            SettingsError: If a side is shorter than one pixel, the reader is closed, or its
                process does not start.
        """
        longest = _STRIP * shorter if longest is None else longest
        if min(shorter, longest) < 1:
            raise SettingsError(f"expected sides of 1 pixel or more, got {shorter=} and {longest=}")
        request = {
            "path": os.path.abspath(os.fsdecode(path)),  # noqa: PTH100  keeps what Path tidies away
            "shorter": shorter,
            "longest": longest,
            "max_pixels": self.max_pixels,
        }
        largest = 3 * min(min(shorter, longest) * longest, self.max_pixels)
        try:
            return _thumbnail(*self._ask(request, largest))
        except (Lost, PictureError) as error:
            reason = str(error).removeprefix(f"cannot read {printable(request['path'])}: ")
            raise PictureError(f"cannot read {printable(path)}: {reason}") from error

    def _ask(self, request: dict[str, object], largest: int) -> tuple[dict[str, object], bytearray]:
        """Wait for a place, and have the process there answer.

        One that has read other pictures may end or be full for reasons that are not this picture's:
        then a fresh one is asked, and its word is taken.
        """
        child = self._places.get()
        try:
            if child is not None and child.lives():
                with suppress(Died):
                    answer = child.ask(request, largest=largest)
                    if not answer[0].get("full"):
                        return answer
            child = self._replaced(child)
            return child.ask(request, largest=largest)
        finally:
            self._places.put(child)

    def _replaced(self, child: Child | None) -> Child:
        """Put a new process in the place of one that is of no use any more."""
        if child is not None:
            child.end()
        if self._closed:
            raise SettingsError("the reader is closed; make another Apart()")
        return Child(memory=self.memory, seconds=self.seconds)

    def close(self) -> None:
        """End the processes, after the pictures that they are at."""
        self._closed = True
        for child in [self._places.get() for _ in range(self.processes)]:
            if child is not None:
                child.end()
            self._places.put(None)  # whoever still waits is told that it is closed

    def __enter__(self) -> "Apart":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin_anew(self) -> None:
        """Start again in a forked process, whose threads and locks are not those of its parent."""
        for child in self._places.queue:  # without its lock, which may be held for ever
            if child is not None:
                child.forget()
        self._places = _places([None] * self.processes)


Places = queue.LifoQueue[Child | None]
_READERS: "weakref.WeakSet[Apart]" = weakref.WeakSet()


def _forked() -> None:
    for reader in list(_READERS):
        reader._begin_anew()  # noqa: SLF001  ours


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def _places(children: Iterable[Child | None]) -> Places:
    """Queue places for processes; the one used last comes first, so that no more start."""
    places: Places = queue.LifoQueue()
    for child in children:
        places.put(child)
    return places


def _check(*, seconds: float, memory: int, max_pixels: int, processes: int) -> None:
    if sys.platform == "win32":
        raise SettingsError("decoding apart needs Linux or macOS; on Windows use it inside WSL")
    if not (0 < seconds < 1e6 and memory > 0 and max_pixels > 0 and processes > 0):
        raise SettingsError(
            "expected seconds from 0 to a million, and memory, max_pixels and processes above 0; "
            f"got {seconds=}, {memory=}, {max_pixels=}, {processes=}"
        )


def _thumbnail(answer: dict[str, object], body: bytearray) -> Thumbnail:
    """Make sense of an answer, which may come from a process that was taken over."""
    if isinstance(error := answer.get("error"), str):
        raise PictureError(printable(error, limit=2000))
    height, width = _size([answer.get("height"), answer.get("width")])
    across, down = _size(answer.get("whole"))
    digest = answer.get("sha256")
    if not (isinstance(digest, str) and len(digest) == 64 and set(digest) <= _HEX):
        digest = ""
    if not (height * width * 3 == len(body) > 0 and across and digest):
        raise PictureError("the process that decoded it answered nonsense; leave the file out")
    pixels = torch.frombuffer(body, dtype=torch.uint8).reshape(height, width, 3)
    return Thumbnail(pixels.permute(2, 0, 1).contiguous(), across, down, digest)


def _size(value: object) -> tuple[int, int]:
    match value:
        case [int(first), int(second)] if min(first, second) > 0:
            return first, second
    return 0, 0
