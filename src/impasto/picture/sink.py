"""Writing pictures of any size, row by row."""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.errors import OutputError, SettingsError, printable
from impasto.picture.encode import Encoder
from impasto.picture.files import replace_atomically, reporting
from impasto.picture.formats import bits_for, check_quality, format_for
from impasto.picture.info import Info
from impasto.picture.pipes import Inflow
from impasto.picture.planes import over_white, quantize

_BATCH = 1 << 22  # pixels that are rounded at a time


class Sink:
    """A picture file that is written from top to bottom and appears when its last row is there.

    Use it in a `with` block, or call `close`. If the block fails, no file is left.

    Args:
        path: Where; its suffix chooses the format: .jpg, .png, .webp or .tif.
        width: Pixels across.
        height: Pixels down.
        info: What belongs to it; title, author and recipe go into its XMP.
        alpha: Whether its rows come with transparency; in JPEG it becomes white paper.
        bits: Bits a channel, 8 or 16; None takes those of `info` if the format holds them.
        quality: 1 to 100, for JPEG and WebP; 100 makes WebP lossless.
        force: Overwrite an existing file.
        keep_gps: Write down where the photograph was taken, if `info` says so.

    Raises:
        OutputError: If the file exists, its folder does not, or the format cannot hold it.
        RecipeError: If the recipe is too large for a file.
        SettingsError: If `quality` or `bits` is out of range.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        width: int,
        height: int,
        *,
        info: Info | None = None,
        alpha: bool = False,
        bits: int | None = None,
        quality: int = 92,
        force: bool = False,
        keep_gps: bool = False,
    ) -> None:
        info = info or Info()
        form = format_for(path, width=width, height=height)
        check_quality(quality)
        self._path = Path(path)
        self._alpha, self._on_white = alpha, alpha and not form.alpha
        self._bits = bits_for(form, asked=bits, source=info.bits)
        self._width, self._height, self._done = width, height, 0
        encoder = Encoder(
            form=form.name, quality=quality, info=info, xmp=info.xmp(keep_gps=keep_gps)
        )
        with ExitStack() as stack:
            temporary = stack.enter_context(replace_atomically(path, force=force))
            self._flow = Inflow(
                width,
                height,
                channels=4 if alpha and form.alpha else 3,
                bits=self._bits,
                use=lambda image: encoder.encode(image, temporary),
            )
            stack.push(self._end)
            self._stack = stack.pop_all()

    def write(
        self,
        rows: Float[Tensor, "1 3 n w"] | UInt8[Tensor, "1 3 n w"],
        alpha: Float[Tensor, "1 1 n w"] | None = None,
    ) -> None:
        """Add the next rows below those that are there.

        Args:
            rows: 0..1, or 0..255 as bytes; as many as you like.
            alpha: Their transparency, if the picture was announced to have some.

        Raises:
            OutputError: If the disk is full, or the file may not be written.
            SettingsError: If these are more rows than were announced, or alpha is missing.
        """
        self._check(rows, alpha)
        step = max(1, _BATCH // rows.shape[3])
        with reporting(self._path):
            for top in range(0, rows.shape[2], step):
                part = slice(top, top + step)
                self._add(rows[:, :, part], None if alpha is None else alpha[:, :, part])

    def close(self) -> None:
        """Finish the file.

        Raises:
            OutputError: If rows are missing, or the file cannot be written.
        """
        self._stack.close()

    def __enter__(self) -> "Sink":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _check(self, rows: Tensor, alpha: Tensor | None) -> None:
        if self._done + rows.shape[2] > self._height:
            raise SettingsError(
                f"expected {self._height - self._done} more rows of {self._height}, "
                f"got {rows.shape[2]}"
            )
        if rows.shape[3] != self._width:
            raise SettingsError(f"got {rows.shape[3]} columns; the picture has {self._width}")
        if (alpha is not None) != self._alpha:
            raise SettingsError(f"expected rows {'with' if self._alpha else 'without'} alpha")

    def _add(self, rows: Tensor, alpha: Tensor | None) -> None:
        if self._on_white and alpha is not None:
            rows, alpha = over_white(rows, alpha), None
        self._flow.write(quantize(rows, alpha, bits=self._bits))
        self._done += rows.shape[2]

    def _end(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Finish the file, or give it up if something went wrong."""
        if error is None and self._done == self._height:
            self._flow.finish()
            return
        self._flow.abandon()
        if error is None:
            raise OutputError(
                f"cannot write {printable(self._path)}: it got {self._done} of {self._height} rows"
            )
