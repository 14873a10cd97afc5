"""What is taken in of a picture's file when it comes into a collection."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from kornia.color import rgb_to_lab
from PIL import Image
from torch import Tensor

from impasto.analysis.collection.store import COLORS, HASHES, Entry, Work
from impasto.data.hashing import fingerprint
from impasto.errors import PictureError, printable
from impasto.jobs import embedding
from impasto.networks import catalog
from impasto.picture import Apart, read, resize
from impasto.picture.files import sha256_of

_BORDERS = 3  # that lie around each other: a page, a frame, a mat
_ADVICE = {  # to raise a limit, which adding doesn't let one do
    "make it smaller, or raise the limit with max_pixels= (--max-pixels) if you trust the file": (
        "save a smaller copy"
    ),
    "make it smaller, or raise the limit with memory=": "save a smaller copy",
    "if it is worth the wait, raise the limit with seconds=, else save it anew": "save it anew",
}
_PLAIN = 0.03  # deviation along a row below which it has one color

SMALL = 64
"""Longer side, in pixels, of the picture that colors and fingerprints are taken from."""


class Decoded(NamedTuple):
    """A picture decoded as the eye wants it, and which file it was.

    Attributes:
        shown: As `embedding.prepared` makes it.
        size: Width and height of the file's picture in pixels.
        sha256: Of the file's bytes.
    """

    shown: Float[Tensor, "1 3 _ _"]
    size: tuple[int, int]
    sha256: str


def decode(path: Path) -> Decoded:
    """Decode a picture in this process.

    Raises:
        PictureError: If it can't be read.
    """
    picture = read(path)
    assert picture.sha256 is not None, "whatever was read from a file has a sum"
    return Decoded(embedding.prepared(picture), picture.size, picture.sha256)


@dataclass(frozen=True)
class Sight:
    """Whoever looks at the pictures.

    Attributes:
        see: Gives unit vectors for pictures as `embedding.prepared` makes them.
        sha256: Of the weights it looks with.
        decode: Opens a file; asked by several threads at a time.
    """

    see: Callable[[Iterable[Tensor]], Tensor]
    sha256: str
    decode: Callable[[Path], Decoded] = decode


def the_sight() -> Sight:
    """The eye that ships.

    Raises:
        WeightsError: If its weights are missing.
    """
    return Sight(embedding.see, catalog.row("eye").sha256)


@contextmanager
def decoder() -> Iterator[Callable[[Path], Decoded]]:
    """Decode files in processes apart, which end with the block.

    Windows can't limit what a process takes: there this process decodes.
    """
    if os.name == "nt":
        yield decode
        return
    with Apart(processes=2) as reader:
        yield partial(decode_apart, reader)


@contextmanager
def sight_apart() -> Iterator[Sight]:
    """The eye that ships, with files decoded by processes apart, which end with the block.

    Raises:
        WeightsError: If its weights are missing.
    """
    with decoder() as apart:
        yield replace(the_sight(), decode=apart)


def decode_apart(reader: Apart, path: Path) -> Decoded:
    """Decode a picture where it can't do harm.

    Raises:
        PictureError: If it can't be read, or takes too long or too much memory.
    """
    found = reader.thumbnail(path, shorter=embedding.SIDE, longest=embedding.LONGEST)
    shown = embedding.prepared(found.pixels.float() / 255)
    return Decoded(shown, (found.width, found.height), found.sha256)


@dataclass(frozen=True, eq=False)
class Taken:
    """A file that was looked into.

    Attributes:
        entry: The file, and the work in it or the reason why there is none.
        shown: The picture as the eye wants it; None if the work is known already or can't be read.
        size: Width and height in pixels.
        hashes: As `Work` keeps them.
        colors: As `Work` keeps them.
    """

    entry: Entry
    shown: Float[Tensor, "1 3 _ _"] | None = None
    size: tuple[int, int] = (0, 0)
    hashes: tuple[int, ...] = (0,) * HASHES
    colors: Float[np.ndarray, "6 4"] | None = None


def take(path: Path, sight: Sight, *, known: Collection[str], named_so: bool) -> Taken:
    """Look into a file; whatever is wrong with it becomes its reason.

    Args:
        path: Any path at all.
        sight: Whoever will look at it, and decodes it for that.
        known: Works that needn't be decoded again.
        named_so: Whether the file is called as pictures are.
    """
    size, mtime = stamp(path)
    try:
        digest = sha256_of(path)
        if digest in known:
            return Taken(Entry(path, size, mtime, digest))
        return _summed_up(path, mtime, sight.decode(path))
    except (PictureError, MemoryError, RuntimeError) as error:
        reason = _reason(error, path)
        return Taken(Entry(path, size, mtime, reason=reason, passed=not named_so))


def stamp(path: Path) -> tuple[int, int]:
    """Size in bytes and time of the last change, which tell whether a file is as it was."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return -1, 0
    return found.st_size, found.st_mtime_ns


def works(taken: Sequence[Taken], sight: Sight) -> Iterator[Work]:
    """Let the eye look at what was taken in, those that it doesn't know."""
    new = [one for one in taken if one.shown is not None]
    vectors = sight.see(one.shown for one in new if one.shown is not None)
    for one, vector in zip(new, vectors.float().numpy(), strict=True):
        assert one.colors is not None
        width, height = one.size
        yield Work(one.entry.id, sight.sha256, width, height, one.hashes, one.colors, vector)


def _summed_up(path: Path, mtime: int, decoded: Decoded) -> Taken:
    """Keep what is small of a picture."""
    shown, size, digest = decoded
    entry = Entry(path, stamp(path)[0], mtime, digest)
    return Taken(entry, shown, size, hashes(shown), palette(shown))


def hashes(shown: Float[Tensor, "1 3 _ _"]) -> tuple[int, ...]:
    """Take the fingerprints of a picture, of its mirror image, and of what is inside its border."""
    small = _small(shown)
    inside = fingerprint(_small(trimmed(shown)))
    return *fingerprint(small), *fingerprint(small.flip(3)), *inside


def trimmed(picture: Float[Tensor, "1 3 _ _"]) -> Float[Tensor, "1 3 _ _"]:
    """Cut off rows and columns at the edges that have one color: a mat, a frame, a page.

    Where they are more than three quarters of a side, they are no border, and nothing is cut.
    """
    inner = picture
    for _ in range(_BORDERS):
        for axis in (2, 3):
            inner = _cut(inner, axis)
    large = all(4 * inner.shape[axis] > picture.shape[axis] for axis in (2, 3))
    return inner if large else picture


def _cut(picture: Float[Tensor, "1 3 _ _"], axis: int) -> Float[Tensor, "1 3 _ _"]:
    """Cut off the edges at both ends of an axis."""
    varied = picture.std(5 - axis, correction=0).amax((0, 1))
    drawn = torch.nonzero(varied > _PLAIN).flatten()
    if not len(drawn):
        return picture
    first, last = int(drawn[0]), int(drawn[-1])
    return picture.narrow(axis, first, last - first + 1)


def palette(shown: Float[Tensor, "1 3 _ _"]) -> Float[np.ndarray, "6 4"]:
    """Find six colors that stand for a picture: L, a, b, and the share of each; the largest first.

    Notes:
        Heckbert 1982, "Color Image Quantization for Frame Buffer Display" (median cut), as Pillow
        does it; the means of the groups are taken in CIELAB (D65).
    """
    small = _small(shown)
    image = Image.fromarray((small[0] * 255).round().byte().permute(1, 2, 0).numpy())
    groups = np.asarray(image.quantize(COLORS, Image.Quantize.MEDIANCUT)).ravel()
    lab = rgb_to_lab(small)[0].flatten(1).T.numpy()
    counts = np.bincount(groups, minlength=COLORS)
    sums = np.stack([np.bincount(groups, lab[:, i], COLORS) for i in range(3)], 1)
    found = np.column_stack([sums / np.maximum(counts, 1)[:, None], counts / len(groups)])
    return found[np.argsort(-counts, kind="stable")].astype(np.float32)


def _small(shown: Float[Tensor, "1 3 _ _"]) -> Float[Tensor, "1 3 _ _"]:
    height, width = shown.shape[-2:]
    scale = SMALL / max(height, width)
    return resize(shown, size=(max(1, round(height * scale)), max(1, round(width * scale))))


def _reason(error: Exception, path: Path) -> str:
    """Say in one line why a picture can't be had; a mistake of our own is raised again."""
    if isinstance(error, PictureError):
        text = str(error).removeprefix(f"cannot read {printable(path)}: ")
        for limit, instead in _ADVICE.items():
            text = text.replace(limit, instead)
        return text
    if isinstance(error, MemoryError) or "memory" in str(error):
        return "there is not enough memory for a picture of this size; make it smaller"
    raise error


def as_lab(color: tuple[float, float, float]) -> Float[np.ndarray, " 3"]:
    """Say where a color of sRGB, 0..1, lies in CIELAB."""
    one = torch.tensor(color, dtype=torch.float32).reshape(1, 3, 1, 1)
    return rgb_to_lab(one).reshape(3).numpy()
