"""Between a decoder's arrays ``(h, w, c)`` and the tensors that everything else works on."""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.picture.arrays import Array


def planes(array: Array) -> tuple[Float[Tensor, "1 3 h w"], Float[Tensor, "1 1 h w"] | None]:
    """Turn decoded pixels into colors and, where there is one, transparency.

    Args:
        array: Shape ``(h, w, c)`` with gray, gray and alpha, RGB, or RGBA; 8 or 16 bits.

    Returns:
        Colors and alpha, 0..1; gray is repeated to three channels.
    """
    channels = array.shape[2]
    values = torch.from_numpy(array).permute(2, 0, 1)[None].contiguous().float()
    values.div_(np.iinfo(array.dtype).max)
    colors = values[:, : channels - 1] if channels in {2, 4} else values
    alpha = values[:, channels - 1 :] if channels in {2, 4} else None
    return (colors.repeat(1, 3, 1, 1) if channels < 3 else colors), alpha


def quantize(
    colors: Float[Tensor, "1 3 h w"] | UInt8[Tensor, "1 3 h w"],
    alpha: Float[Tensor, "1 1 h w"] | None = None,
    *,
    bits: int = 8,
) -> Array:
    """Turn tensors into what a file holds: the nearest of 256 or 65,536 levels.

    Args:
        colors: 0..1; what lies outside is cut off, what is not a number becomes black. Whole
            numbers 0..255 are taken as they are.
        alpha: 0..1, or None for an opaque picture.
        bits: 8 or 16.

    Returns:
        Shape ``(h, w, 3)`` or ``(h, w, 4)``; the inverse of `planes` for what came from it.
    """
    if bits == 8 and alpha is None and not colors.is_floating_point():
        return colors[0].permute(1, 2, 0).contiguous().cpu().numpy()
    values = unit(colors) if alpha is None else torch.cat([unit(colors), unit(alpha)], 1)
    levels = values.nan_to_num(0).clamp_(0, 1).mul_(2**bits - 1).round_()
    array = levels.to(torch.uint16 if bits == 16 else torch.uint8)[0].permute(1, 2, 0)
    return array.contiguous().numpy()


def over_white(
    colors: Float[Tensor, "1 3 h w"] | UInt8[Tensor, "1 3 h w"],
    alpha: Float[Tensor, "1 1 h w"],
) -> Float[Tensor, "1 3 h w"]:
    """Lay a picture with transparency on white paper, for formats that have no transparency."""
    return unit(colors) * alpha + (1 - alpha)


def unit(values: Float[Tensor, "..."] | UInt8[Tensor, "..."]) -> Float[Tensor, "..."]:
    """Bring 8-bit levels to 0..1; leave what is there already, in full precision."""
    values = values.detach().cpu()
    return values.float() if values.is_floating_point() else values.float() / 255
