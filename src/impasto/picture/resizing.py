"""Making pictures smaller and larger, without stairs."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.errors import SettingsError


def resize(pixels: Float[Tensor, "b c h w"], *, size: tuple[int, int]) -> Float[Tensor, "b c n m"]:
    """Change a picture's size; fine patterns blur instead of turning into coarse ones.

    Args:
        pixels: 0..1.
        size: New height and width, at least 1.

    Returns:
        0..1; the same tensor if it has the size already.

    Raises:
        SettingsError: If a side is shorter than one pixel.

    Notes:
        Cubic convolution, widened by the factor when shrinking.
    """
    height, width = size
    if min(size) < 1:
        raise SettingsError(f"expected a size of at least 1 × 1 pixels, got {width} × {height}")
    if (height, width) == tuple(pixels.shape[2:]):
        return pixels
    return F.interpolate(
        pixels, size=(height, width), mode="bicubic", antialias=True, align_corners=False
    ).clamp(0, 1)


def fit(
    pixels: Float[Tensor, "b c h w"], *, short: int | None = None, long: int | None = None
) -> Float[Tensor, "b c n m"]:
    """Change a picture's size and keep its proportions.

    Args:
        pixels: 0..1.
        short: Length that the shorter side gets.
        long: Length that the longer side gets; give one of the two.

    Raises:
        SettingsError: If both or none are given, or one is shorter than a pixel.
    """
    return resize(pixels, size=fitted(pixels.shape[2], pixels.shape[3], short=short, long=long))


def fitted(
    height: int, width: int, *, short: int | None = None, long: int | None = None
) -> tuple[int, int]:
    """Find the height and width of the same proportions, with this shorter or longer side.

    Examples:
        >>> fitted(300, 400, short=150)
        (150, 200)
    """
    side = short if long is None else long
    if side is None or side < 1 or (short is not None and long is not None):
        raise SettingsError(f"expected one of short and long, 1 or more; got {short=}, {long=}")
    factor = side / (min if long is None else max)(height, width)
    return max(1, round(height * factor)), max(1, round(width * factor))
