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

from impasto.networks.brush import Touch
from impasto.picture import resize
from impasto.picture.enlarge import enlarge_window
from impasto.styling.hand import Hand
from impasto.styling.settings import StylizeSettings
from impasto.styling.tiles import Span, tile_by_tile
from impasto.styling.view import InMemory, View

WORK = 576
"""Shorter side, in pixels, of the painting in which a stroke of 1 has its natural size. One of 512
is thus painted larger and shrunk, which takes away the finest ripple of the marks."""

MOST = 8_000_000
"""Most pixels of a picture that is painted small: only a very long one would have more."""

FACTOR = 6.5
"""Most that one painting is enlarged to underlie the next."""

NOTHING = torch.zeros(1, 3, 1, 1)
"""The change under the first painting."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What to do to any part of the photograph.

    Attributes:
        change: What painting small has changed, ``(1, 3, h, w)``, to be enlarged.
        touch: How to paint.
        finish: Whether the network goes over it once more; not where `change` is the whole truth.
    """

    change: Float[Tensor, "1 3 _ _"]
    touch: Touch
    finish: bool = True

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
        if not self.finish:
            return under
        return hand.paint(under, self.touch)


def prepare(
    hand: Hand, view: View, style: Float[Tensor, "1 v"], settings: StylizeSettings
) -> Layer:
    """Paint the small pictures that underlie the large one."""
    short = min(view.height, view.width)
    work = min(round(WORK / settings.stroke), widest(view.height, view.width))
    layer: Layer | None = None
    for side in ladder(short, work):
        photo = view.thumbnail(side)
        layer = layer or Layer(NOTHING, hand.touch(photo, style, settings.strength))
        painted = paint_all(hand, photo, layer)
        if short <= work:
            photo = view.rows(0, view.height)
            painted = resize(painted, size=(view.height, view.width))
            return replace(layer, change=painted - photo, finish=False)
        layer = Layer(painted - photo, hand.touch(painted, style, settings.strength))
    assert layer is not None  # a ladder has a rung
    return layer


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


def paint_all(
    hand: Hand, photo: Float[Tensor, "1 3 h w"], layer: Layer
) -> Float[Tensor, "1 3 h w"]:
    """Paint a whole picture that fits into memory."""
    size = (photo.shape[-2], photo.shape[-1])

    def paint(tile: Tensor, rows: Span, columns: Span) -> Tensor:
        return layer.over(hand, tile, size=size, rows=rows, columns=columns)

    return torch.cat(list(tile_by_tile(InMemory(photo), paint, reach=hand.brush.reach)), -2)
