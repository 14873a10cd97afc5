"""Enlarging a small picture one window at a time, so that windows meet without a seam."""

import torch
from jaxtyping import Float
from torch import Tensor

Span = tuple[int, int]


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
    down, top, bottom = _weights(small.shape[-2], size[0], rows)
    across, left, right = _weights(small.shape[-1], size[1], columns)
    part = small[..., top:bottom, left:right].to(down.dtype)
    return down @ (part @ across.T)


def _weights(count: int, length: int, span: Span) -> tuple[Tensor, int, int]:
    """Weights ``(window, source)`` of one direction, and the range of source pixels they read."""
    place = (torch.arange(*span, dtype=torch.float64) + 0.5) * count / length - 0.5
    base = place.floor()
    taps = torch.arange(-1, 3)
    weights = _cubic((place - base)[:, None] - taps)
    source = (base[:, None].long() + taps).clamp(0, count - 1)
    first, last = int(source.min()), int(source.max()) + 1
    matrix = torch.zeros(len(place), last - first, dtype=torch.float64)
    matrix.scatter_add_(1, source - first, weights)
    return matrix.float(), first, last


def _cubic(distance: Tensor) -> Tensor:
    near = distance.abs()
    inner = (1.5 * near - 2.5) * near**2 + 1
    outer = ((-0.5 * near + 2.5) * near - 4) * near + 2
    return torch.where(near <= 1, inner, torch.where(near < 2, outer, 0.0))
