"""A painting in the making: the photograph, the layers of paint over it, and where each lies."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from impasto.picture.color import luminance
from impasto.progress import OnStep, Step
from impasto.styling.hand import Hand
from impasto.styling.layer import prepare
from impasto.styling.settings import StylizeSettings
from impasto.styling.tiles import AREA, Span, plan, tile_by_tile
from impasto.styling.view import View


@dataclass(frozen=True, eq=False)
class Region:
    """A style and where it goes.

    Attributes:
        style: The vector to paint with.
        mask: As large as the photograph, its first channel counts: 1 takes the paint, 0 stays
            untouched, bit for bit; None paints everything.
    """

    style: Float[Tensor, "1 v"]
    mask: View | None = None


def paint(
    hand: Hand,
    view: View,
    regions: Sequence[Region],
    settings: StylizeSettings,
    *,
    area: int = AREA,
    bits: int | None = None,
    on_step: OnStep | None = None,
) -> Iterator[Shaped[Tensor, "1 3 n w"]]:
    """Paint a photograph of any size and return it in rows, from the top.

    Args:
        hand: Paints.
        view: The photograph.
        regions: What goes where; later ones lie over earlier ones.
        settings: Strength, stroke and colors.
        area: Most pixels of a tile; changes memory and speed, not the picture.
        bits: 8 returns whole numbers 0..255, which take a quarter of the memory.
        on_step: Told of each tile; returning True leaves the rest a photograph.
    """
    layers = [prepare(hand, view, r.style, settings) for r in regions] if settings.strength else []
    size, reach = (view.height, view.width), hand.brush.reach
    total = math.prod(map(len, plan(*size, reach=reach, area=area)))
    done, stopped = 0, False

    def lay(photo: Tensor, rows: Span, columns: Span) -> Tensor:
        nonlocal done, stopped
        result = photo
        for layer, region in zip(layers, regions if not stopped else (), strict=False):
            cover = _cover(region.mask, rows, columns)
            if cover.any():
                painted = layer.over(hand, photo, size=size, rows=rows, columns=columns)
                result = lay_over(result, painted, cover, settings)
        done += 1
        stopped = stopped or (on_step is not None and on_step(Step(done, total)) is True)
        return result.mul(255).round_().byte() if bits == 8 else result

    return tile_by_tile(view, lay, reach=reach, area=area)


def lay_over(
    ground: Float[Tensor, "1 3 n m"],
    painted: Float[Tensor, "1 3 n m"],
    cover: Float[Tensor, "1 1 #n #m"],
    settings: StylizeSettings,
) -> Float[Tensor, "1 3 n m"]:
    """Let the ground, first the photograph, show through as strength, mask and colors ask.

    The share of paint grows as ``s (2 - s)`` with strength s: nothing at 0, where a network's
    likeness of the photograph would not be the photograph, and almost all from the middle on,
    where the vector alone says how strong the style is.
    """
    share = settings.strength * (2 - settings.strength)
    if share == 1 and cover.all() and not settings.keep_colors:
        return painted
    change = painted - ground
    if settings.keep_colors:
        change = luminance(change).expand_as(change)
    return (ground + share * cover * change).clamp_(0, 1)


def _cover(mask: View | None, rows: Span, columns: Span) -> Float[Tensor, "1 1 _ _"]:
    if mask is None:
        return torch.ones(1, 1, 1, 1)
    return mask.rows(rows.first, rows.last, left=columns.first, right=columns.last)[:, :1]
