"""Small pictures of works; strangers' files are decoded where they can do no harm."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from jaxtyping import UInt8
from torch import Tensor

from impasto.picture import Apart, fit, read
from impasto.picture.planes import quantize

Small = Callable[[Path, int], UInt8[Tensor, "3 h w"]]
"""Opens a file so small that its longer side has so many pixels at most."""


@contextmanager
def small_apart(*, processes: int = 2) -> Iterator[Small]:
    """Open pictures small in processes apart, which end with the block.

    Windows can't limit what a process takes: there this process decodes.

    Args:
        processes: How many decode at a time; each starts when it is first needed.
    """
    if os.name == "nt":
        yield small
        return
    with Apart(processes=processes) as reader:
        yield partial(_small_apart, reader)


def small(path: Path, side: int) -> UInt8[Tensor, "3 h w"]:
    """Open a picture small in this process; one that is small already stays as it is.

    Raises:
        PictureError: If it can't be read.
    """
    pixels = read(path).on_white
    shown = fit(pixels, long=side) if max(pixels.shape[2:]) > side else pixels
    return torch.from_numpy(quantize(shown, None)).permute(2, 0, 1)


def _small_apart(reader: Apart, path: Path, side: int) -> UInt8[Tensor, "3 h w"]:
    return reader.thumbnail(path, shorter=side, longest=side).pixels
