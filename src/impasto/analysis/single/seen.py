"""A picture as it is measured: small enough for every measure, upright, and on white paper."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from kornia.color import rgb_to_lab
from torch import Tensor

from impasto.analysis.single.records import Box
from impasto.picture import AnyPicture, Info, Picture, Source, as_picture, read, resize
from impasto.picture.color import luminance
from impasto.picture.files import limit
from impasto.picture.planes import over_white
from impasto.picture.resizing import fitted

LONG = 512
"""Longer side, in pixels, at which every picture is measured, so that sizes compare."""

LARGE = 6_000_000
"""From so many pixels on, a file is shrunk while it is decoded."""

Array = Float[np.ndarray, "..."]


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture made small.

    Attributes:
        pixels: 0..1, on white where it is transparent; the longer side at most `LONG`.
        cover: How much of each pixel is there, 0..1; never all 0.
        size: Width and height of the original.
        info: What its file says of it.
    """

    pixels: Float[Tensor, "1 3 h w"]
    cover: Float[Tensor, "1 1 h w"]
    size: tuple[int, int]
    info: Info

    @cached_property
    def lab(self) -> Float[np.ndarray, "h w 3"]:
        """Lightness, green to red, blue to yellow: CIELAB, D65."""
        array: Array = rgb_to_lab(self.pixels.double())[0].permute(1, 2, 0).numpy()
        return array

    @cached_property
    def gray(self) -> Float[np.ndarray, "h w"]:
        """Grays as television makes them (ITU-R BT.601), 0..1."""
        array: Array = luminance(self.pixels.double())[0, 0].numpy()
        return array

    @cached_property
    def weight(self) -> Float[np.ndarray, "h w"]:
        """What each pixel counts; adds up to 1."""
        cover = self.cover[0, 0].double().numpy()
        weight: Array = cover / cover.sum()
        return weight

    def shrunk(self, long: int) -> Float[np.ndarray, "n m 3"]:
        """See CIELAB smaller still; a picture that is small enough stays."""
        size = fitted(*self.pixels.shape[-2:], long=long)
        if max(size) >= max(self.pixels.shape[-2:]):
            return self.lab
        unit = torch.from_numpy(self.lab / 256 + 0.5).permute(2, 0, 1)[
            None
        ]  # resizing cuts at 0..1
        small: Array = (resize(unit, size=size)[0].permute(1, 2, 0).numpy() - 0.5) * 256
        return small

    def inside(self, box: Box) -> "Seen":
        """See only what lies within a box of the original."""
        (left, top, wide, high), (width, height) = box, self.size
        h, w = self.pixels.shape[-2:]
        x0, x1 = (round(x * w / width) for x in (left, left + wide))
        y0, y1 = (round(y * h / height) for y in (top, top + high))
        cut = np.s_[..., y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
        return replace(self, pixels=self.pixels[cut], cover=_some(self.cover[cut]))


def look(picture: AnyPicture | Tensor, *, max_pixels: int | None = None) -> Seen:
    """Take a picture of any kind and size, and make it small.

    Args:
        picture: A path, a `Picture`, a PIL image, or a tensor ``(1, 3, h, w)`` in 0..1.
        max_pixels: Larger files are refused; None takes the readers' own limits.

    Raises:
        PictureError: If it can't be read, or its values lie outside 0..1.
        SettingsError: If it is nothing of this kind.
    """
    if isinstance(picture, str | os.PathLike):
        with Source(Path(picture), **limit(max_pixels)) as source:
            if source.width * source.height >= LARGE:
                return _streamed(source)
        return _shrunk(read(picture, **limit(max_pixels)))
    return _shrunk(as_picture(picture))


def _shrunk(picture: Picture) -> Seen:
    width, height = picture.size
    size = _small(height, width)
    alpha = picture.alpha
    cover = torch.ones(1, 1, *size) if alpha is None else resize(alpha, size=size)
    return Seen(resize(picture.on_white, size=size), _some(cover), picture.size, picture.info)


def _streamed(source: Source) -> Seen:
    """Make a file small that is too large to be held."""
    size = _small(source.height, source.width)
    pixels = resize(source.thumbnail(max(1, min(size))), size=size)
    cover = torch.ones(1, 1, *size)
    if source.has_alpha:
        cover = _cover(source, size)
        pixels = over_white(pixels, cover)
    return Seen(pixels, _some(cover), (source.width, source.height), source.info)


def _cover(source: Source, size: tuple[int, int]) -> Float[Tensor, "1 1 h w"]:
    """Average the transparency, strip by strip."""
    high, wide = size
    tops = [source.height * i // high for i in range(high + 1)]
    strips = (source.alpha_rows(a, max(b, a + 1)) for a, b in pairwise(tops))
    return torch.cat([F.adaptive_avg_pool2d(s, (1, wide)) for s in strips if s is not None], 2)


def _small(height: int, width: int) -> tuple[int, int]:
    within = max(height, width) <= LONG
    return (height, width) if within else fitted(height, width, long=LONG)


def _some(cover: Float[Tensor, "1 1 h w"]) -> Float[Tensor, "1 1 h w"]:
    """Take what is nowhere to be seen for a sheet of white paper."""
    return cover if cover.max() > 0.5 / 255 else torch.ones_like(cover)


def quantiles(
    values: Float[np.ndarray, "*s"], weight: Float[np.ndarray, "*s"], shares: tuple[float, ...]
) -> list[float]:
    """Find the values that these shares of the picture lie below."""
    order = values.ravel().argsort(kind="stable")
    below = weight.ravel()[order].cumsum()
    places = np.searchsorted(below, np.array(shares) * below[-1])
    return [float(values.ravel()[order[min(p, len(order) - 1)]]) for p in places]


def hexed(color: tuple[float, float, float]) -> str:
    """Write a color as the web does.

    >>> hexed((1.0, 0.5, 0.0))
    '#ff8000'
    """
    return "#" + "".join(f"{round(min(max(c, 0), 1) * 255):02x}" for c in color)
