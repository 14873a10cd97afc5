"""A layer of paint: one style prepared for one photograph, ready to be laid on any part of it.

The network's marks have a fixed size in pixels. So that a wall print looks like its preview, the
photograph is first painted small; that painting is enlarged, the photograph's own detail is put
back, and the network goes over the whole once more at the next size.
"""

import math
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.networks import colors
from impasto.networks.brush import Affine, Touch, soften
from impasto.picture import resize
from impasto.picture.enlarge import enlarge_window
from impasto.styling.hand import Hand
from impasto.styling.settings import StylizeSettings
from impasto.styling.tiles import AREA, Span, tile_by_tile
from impasto.styling.view import InMemory, View

WORK = 576
"""Shorter side, in pixels, of the painting in which a stroke of 1 has its natural size. One of 512
is thus painted larger and shrunk, which takes away the finest ripple of the marks."""

MOST = 8_000_000
"""Most pixels of a picture that is painted small: only a very long one would have more."""

FACTOR = 6.5
"""Most that one painting is enlarged to underlie the next."""

SPREAD = 1.25
"""Most that colors are spread to reach a palette: what a night sky has of them is mostly noise."""

NOTHING = torch.zeros(1, 3, 1, 1)
"""The change under the first painting."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What to do to any part of the photograph.

    Attributes:
        change: What painting small has changed, ``(1, 3, h, w)``, to be enlarged.
        touch: How the network goes over it once more; None where `change` is the whole truth.
    """

    change: Float[Tensor, "1 3 _ _"]
    touch: Touch | None = None

    def over(
        self,
        hand: Hand,
        photo: Float[Tensor, "1 3 n m"],
        *,
        size: tuple[int, int],
        rows: Span,
        columns: Span,
    ) -> Float[Tensor, "1 3 n m"]:
        """Paint one tile of the photograph, its overlap included.

        Args:
            hand: Paints it.
            photo: The tile's pixels.
            size: Height and width of the whole photograph.
            rows: Where the tile lies.
            columns: Where the tile lies.
        """
        window = {"rows": (rows.first, rows.last), "columns": (columns.first, columns.last)}
        under = (photo + enlarge_window(self.change, size=size, **window)).clamp_(0, 1)
        return under if self.touch is None else hand.paint(under, self.touch)


def prepare(
    hand: Hand, view: View, style: Float[Tensor, "1 v"], settings: StylizeSettings
) -> Layer:
    """Paint the small pictures that underlie the large one.

    Each gets the very palette that is asked for: marks change it a little, and it shows. What is
    enlarged, and what is painted over it, is softened, or it would show how it was made.
    """
    short = min(view.height, view.width)
    work = min(round(WORK / settings.stroke), widest(view.height, view.width))
    first, *others = ladder(short, work)
    photo = view.thumbnail(first)
    palette = torch.lerp(colors.palette(photo), style[:, : colors.SIZE], settings.strength)
    painted, _ = paint_first(hand, photo, style, settings.strength)
    if short <= work:
        painted = matched(resize(painted, size=(view.height, view.width)), palette)
        return Layer(painted - view.rows(0, view.height))
    painted = matched(painted, palette)
    for side in others:
        touch = hand.touch(painted, style, settings.strength)
        layer = Layer(soften(painted - photo), replace(touch, soft=True))
        photo = view.thumbnail(side)
        painted = matched(paint_all(hand, photo, layer), palette)
    again, touch = paint_first(hand, painted, style, settings.strength)
    touch = replace(touch.recolored(*move(again, palette)), soft=True)
    return Layer(soften(painted - photo), touch)


def matched(painted: Float[Tensor, "1 3 h w"], palette: Float[Tensor, "1 9"]) -> Tensor:
    """Move a painting's palette to the one asked for."""
    return colors.recolor(painted, *move(painted, palette)).clamp_(0, 1)


def move(painted: Float[Tensor, "1 3 h w"], palette: Float[Tensor, "1 9"]) -> Affine:
    """Find what moves a painting's palette to the one asked for, or as near as it may."""
    return colors.move(palette, colors.palette(painted), loudest=SPREAD)


def widest(height: int, width: int) -> int:
    """Say how long the shorter side may become before a panorama outgrows memory."""
    short, long = sorted((height, width))
    return max(1, math.isqrt(MOST * short // long))


def ladder(short: int, work: int) -> list[int]:
    """List the shorter sides of the pictures to paint before a photograph of `short` pixels."""
    if short <= work:
        return [work]
    rungs = math.ceil(math.log(short / work, FACTOR))
    sides = [round(work * (short / work) ** (i / rungs)) for i in range(rungs)]
    return [min(side, max(work, 3 * WORK)) for side in sides]  # these are held in memory whole


def paint_first(
    hand: Hand, photo: Float[Tensor, "1 3 h w"], style: Float[Tensor, "1 v"], strength: float
) -> tuple[Float[Tensor, "1 3 h w"], Touch]:
    """Paint a picture from nothing, at once if no larger than a tile; returns the touch, too."""
    if photo.shape[-2] * photo.shape[-1] <= AREA:
        return hand.paint_whole(photo, style, strength)
    touch = hand.touch(photo, style, strength)
    return paint_all(hand, photo, Layer(NOTHING, touch)), touch


def paint_all(
    hand: Hand, photo: Float[Tensor, "1 3 h w"], layer: Layer
) -> Float[Tensor, "1 3 h w"]:
    """Paint a whole picture that fits into memory."""
    size = (photo.shape[-2], photo.shape[-1])

    def paint(tile: Tensor, rows: Span, columns: Span) -> Tensor:
        return layer.over(hand, tile, size=size, rows=rows, columns=columns)

    return torch.cat(list(tile_by_tile(InMemory(photo), paint, reach=hand.brush.reach)), -2)
