"""Enlarging a small picture one window at a time, so that windows meet without a seam."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

Span = tuple[int, int]

_BLOCK = 128
"""Rows that are enlarged at a time."""


def enlarge_window(
    small: Float[Tensor, "b c h w"], *, size: tuple[int, int], rows: Span, columns: Span
) -> Float[Tensor, "b c n m"]:
    """Cut a window out of a picture enlarged to `size`, without ever making the large picture.

    Args:
        small: Any picture or map.
        size: Height and width that the whole would have, at least those of `small`.
        rows: First row of the window and the one after its last, in the large picture.
        columns: The same for its columns.

    Notes:
        Cubic convolution, Keys 1981, a = -0.5; pixels beyond the border repeat the last one.
    """
    top, bottom = _sources(small.shape[-2], size[0], rows)
    left, right = _sources(small.shape[-1], size[1], columns)
    part = small[..., top:bottom, left:right].float()
    wide = _stretch(part.mT, left, small.shape[-1], size[1], columns).mT.contiguous()
    return _stretch(wide, top, small.shape[-2], size[0], rows)


def _stretch(
    part: Float[Tensor, "b c n m"], begin: int, count: int, length: int, span: Span
) -> Float[Tensor, "b c k m"]:
    """Enlarge the rows, of which `part` holds those from `begin` on, block by block.

    A new row needs four old ones: a block at a time, the matrix of weights is nearly full, while
    that of all the rows is nearly empty.
    """
    blocks = [(a, min(a + _BLOCK, span[1])) for a in range(span[0], span[1], _BLOCK)]
    made = []
    for block in blocks:
        first, last = _sources(count, length, block)
        weights = _weights(count, length, block, first, last)
        made.append(weights @ part[..., first - begin : last - begin, :])
    return torch.cat(made, -2)


def _sources(count: int, length: int, span: Span) -> Span:
    """Say which source rows a span of the large picture needs, and the one after the last."""
    first, last = (math.floor((n + 0.5) * count / length - 0.5) for n in (span[0], span[1] - 1))
    return max(0, first - 1), min(count, last + 3)


def _weights(count: int, length: int, span: Span, first: int, last: int) -> Tensor:
    """Weights ``(window, last - first)`` of the source rows."""
    place = (torch.arange(*span, dtype=torch.float64) + 0.5) * count / length - 0.5
    base = place.floor()
    taps = torch.arange(-1, 3)
    weights = _cubic((place - base)[:, None] - taps)
    source = (base[:, None].long() + taps).clamp(0, count - 1)
    matrix = torch.zeros(len(place), last - first, dtype=torch.float64)
    matrix.scatter_add_(1, source - first, weights)
    return matrix.float()


def _cubic(distance: Tensor) -> Tensor:
    near = distance.abs()
    inner = (1.5 * near - 2.5) * near**2 + 1
    outer = ((-0.5 * near + 2.5) * near - 4) * near + 2
    return torch.where(near <= 1, inner, torch.where(near < 2, outer, 0.0))
