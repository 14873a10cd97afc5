"""Pictures decoded once: afterwards an epoch only slices an array, and no JPEG is opened."""

import hashlib
import json
import math
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BufferedRandom
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.data.tables import few
from impasto.data.threads import in_order
from impasto.errors import DataError, PictureError
from impasto.picture import Picture, fit, read, resize
from impasto.picture.files import reporting
from impasto.progress import OnStep, Step, Watch

Shape = Literal["crop", "pad"]
Failures = list[tuple[Path, str]]
Square = UInt8[Tensor, "3 s s"]

_VERSION = 1  # of what is done to a picture; another one makes new files


class Decoded(NamedTuple):
    """Pictures of one size, in the order of the paths, without those that can't be read.

    Attributes:
        pictures: ``(n, 3, size, size)`` uint8; a file mapped into memory, not to be written to.
        failures: Paths that were left out, and why.
    """

    pictures: UInt8[Tensor, "n 3 s s"]
    failures: Failures

    def kept(self, paths: Sequence[Path]) -> list[int]:
        """Say which of the paths the pictures belong to."""
        lost = {path for path, _ in self.failures}
        return [i for i, path in enumerate(paths) if path not in lost]


def decoded(
    paths: Sequence[Path],
    *,
    size: int,
    folder: Path,
    shape: Shape = "crop",
    on_step: OnStep | None = None,
) -> Decoded:
    """Decode pictures to squares, once; the second time they come from the cache at once.

    Args:
        paths: Different files, at least one.
        size: Side of the squares in pixels.
        folder: Where the cache lies; it is made. Changed files are decoded anew.
        shape: ``crop`` keeps the middle, ``pad`` everything, on a ground of its mean color.
        on_step: Told of each picture; returning True stops: those not reached count as failures,
            and nothing is kept in the cache.

    Raises:
        DataError: If paths repeat, or none can be read.
        OutputError: If the cache can't be written.
    """
    if len(set(paths)) != len(paths) or not paths or size < 1:
        raise DataError(
            f"expected different pictures and a size of 1 or more, got {len(paths)} paths, "
            f"{len(set(paths))} of them different, and the size {size}"
        )
    cache = folder / f"pictures-{_key(paths, size, shape)}.npy"
    known = _cached(cache, paths, size)
    if known is None:
        with reporting(folder):
            folder.mkdir(parents=True, exist_ok=True)
            known = _Filling(cache, paths, size, shape).run(on_step)
    return known


def square(picture: Picture, *, size: int, shape: Shape = "crop") -> Square:
    """Bring a picture to a square without squashing it; what is transparent turns white.

    Args:
        picture: Of any size and shape.
        size: Side in pixels.
        shape: As for `decoded`.
    """
    pixels = picture.on_white
    made = _middle(pixels, size) if shape == "crop" else _padded(pixels, size)
    return (made[0] * 255).round().byte()


def _middle(pixels: Float[Tensor, "1 3 h w"], size: int) -> Float[Tensor, "1 3 s s"]:
    """Cut out the middle first: a strip a thousand times as long as wide costs nothing then."""
    height, width = pixels.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return resize(pixels[..., top : top + side, left : left + side], size=(size, size))


def _padded(pixels: Float[Tensor, "1 3 h w"], size: int) -> Float[Tensor, "1 3 s s"]:
    small = fit(pixels, long=size)
    ground = small.mean((2, 3), keepdim=True)
    down, across = (size - side for side in small.shape[2:])
    space = (across // 2, across - across // 2, down // 2, down - down // 2)
    return F.pad(small - ground, space) + ground


class _Filling:
    """A cache being filled: written aside, and renamed when all of it is there."""

    def __init__(self, cache: Path, paths: Sequence[Path], size: int, shape: Shape) -> None:
        self.cache = cache
        self.paths = paths
        self.size = size
        self.shape = shape
        self.failures: Failures = []
        self.count = 0

    def run(self, on_step: OnStep | None) -> Decoded:
        aside = self.cache.with_name(f".{self.cache.stem}-{secrets.token_hex(6)}.partial")
        try:
            with aside.open("wb+") as file:
                whole = self._fill(file, Watch(on_step))
            self._check()
            if not whole:
                return Decoded(_mapped(aside).clone(), self.failures)
            self._note_failures(aside)
            aside.replace(self.cache)
        finally:
            with suppress(OSError):
                aside.unlink()
        return Decoded(_mapped(self.cache), self.failures)

    def _fill(self, file: BufferedRandom, watch: Watch) -> bool:
        """Write what can be read; tells whether the work came to its end."""
        self._write_header(file)
        start = file.tell()
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
            for done, made in enumerate(in_order(threads, self._decode, self.paths), 1):
                self._take(file, self.paths[done - 1], made)
                if watch(Step(done, len(self.paths), label=self.paths[done - 1].name)):
                    self.failures += [(p, "not decoded: stopped") for p in self.paths[done:]]
                    break
        file.seek(0)
        self._write_header(file)
        assert file.tell() == start, "numpy leaves room in the header for a longer first axis"
        return not watch.stopped

    def _decode(self, path: Path) -> Square | str:
        try:
            return square(read(path), size=self.size, shape=self.shape)
        except PictureError as error:
            return str(error)

    def _take(self, file: BufferedRandom, path: Path, made: Square | str) -> None:
        if isinstance(made, str):
            self.failures.append((path, made))
        else:
            file.write(made.numpy().tobytes())
            self.count += 1

    def _write_header(self, file: BufferedRandom) -> None:
        shape = (self.count, 3, self.size, self.size)
        np.lib.format.write_array_header_1_0(
            file, {"descr": "|u1", "fortran_order": False, "shape": shape}
        )

    def _check(self) -> None:
        if not self.count:
            shown = few((reason for _, reason in self.failures), most=1)
            raise DataError(f"none of the {len(self.paths)} pictures can be read: {shown}")

    def _note_failures(self, aside: Path) -> None:
        """Keep the failures beside the array, there before it is."""
        number = {path: i for i, path in enumerate(self.paths)}
        noted = [[number[path], reason] for path, reason in self.failures]
        aside.with_suffix(".note").write_text(json.dumps(noted), encoding="utf-8")
        aside.with_suffix(".note").replace(self.cache.with_suffix(".json"))


def _cached(cache: Path, paths: Sequence[Path], size: int) -> Decoded | None:
    """Open a cache if it is there and whole; otherwise it is made anew."""
    try:
        noted = json.loads(cache.with_suffix(".json").read_text(encoding="utf-8"))
        failures = [(paths[number], str(reason)) for number, reason in noted]
        pictures = _mapped(cache)
    except (OSError, ValueError, TypeError, IndexError):
        return None
    expected = (len(paths) - len(failures), 3, size, size)
    return Decoded(pictures, failures) if tuple(pictures.shape) == expected else None


def _mapped(path: Path) -> UInt8[Tensor, "n 3 s s"]:
    """Map the array into memory; what is written to it never reaches the file."""
    array = np.load(path, mmap_mode="c", allow_pickle=False)
    if array.dtype != np.uint8 or array.ndim != 4 or path.stat().st_size < math.prod(array.shape):
        raise ValueError(path)
    return torch.from_numpy(array)


def _key(paths: Sequence[Path], size: int, shape: Shape) -> str:
    """Tell this very list of files, as they are now, from all others."""
    files = [[str(path.absolute()), *_stamp(path)] for path in paths]
    text = json.dumps([_VERSION, size, shape, files])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size
