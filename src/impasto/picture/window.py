"""A strip of a picture that slides down, and remembers what two positions share."""

from collections.abc import Callable

import numpy as np

from impasto.errors import SettingsError
from impasto.picture.arrays import Array
from impasto.picture.pipes import Outflow

_SKIPPED = 64  # rows at a time that are decoded only to reach those below


class Window:
    """Rows of a picture that is decoded once, from top to bottom.

    Args:
        start: Begins to decode; called when the first rows are asked for.
        empty: An array ``(0, w, c)`` of the picture's width, channels and type.
        height: Rows of the picture.
    """

    def __init__(self, start: Callable[[], Outflow], empty: Array, *, height: int) -> None:
        self._start = start
        self._height = height
        self._flow: Outflow | None = None
        self._room = empty
        self._top, self._held = 0, 0

    def rows(self, top: int, bottom: int) -> Array:
        """Slide to these rows; what was returned before is overwritten.

        Raises:
            Error: If the file turns out to be broken.
            SettingsError: If the rows lie outside the picture, or above those of the call before.
        """
        if not self._top <= top < bottom <= self._height:
            raise SettingsError(
                f"expected rows within {self._top} and {self._height}, from top to bottom; "
                f"got {top} to {bottom}; rewind() starts again at 0"
            )
        while top > self._top:
            self._slide(min(top - self._top, max(self._held, _SKIPPED)))
        self._fill(bottom - top)
        return self._room[: bottom - top]

    def close(self) -> None:
        """Stop decoding."""
        if self._flow:
            self._flow.close()

    def _slide(self, count: int) -> None:
        """Forget this many rows at the top, and decode them first if nobody asked for them."""
        self._fill(count)
        self._held -= count
        self._room[: self._held] = self._room[count : count + self._held]
        self._top += count

    def _fill(self, count: int) -> None:
        """Decode until at least so many rows are held."""
        if count <= self._held:
            return
        if self._flow is None:
            self._flow = self._start()
        self._reserve(count)
        self._flow.read_into(self._room[self._held : count])
        self._held = count

    def _reserve(self, count: int) -> None:
        """Make room for so many rows, letting go of the old room first; it serves all strips."""
        if count > len(self._room):
            shape, kept = self._room.shape[1:], self._room[: self._held].copy()
            self._room = kept
            self._room = np.empty((count, *shape), kept.dtype)
            self._room[: self._held] = kept
