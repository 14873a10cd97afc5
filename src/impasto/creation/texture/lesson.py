"""What a texture is compared with while it learns: the manner of one picture."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.errors import PictureError
from impasto.losses.patches import SIDE, patch_directions, patch_loss
from impasto.losses.style import Features, style_loss
from impasto.networks import catalog
from impasto.networks.eye import Eye
from impasto.picture.resizing import fit

DIRECTIONS = 16
"""On how many directions patches are projected, new ones each time."""

PATCHES = 20.0
"""Weight of the patches beside that of the features."""

Look = Callable[[Tensor], Features]

FLAT = 2 / 255
"""A picture whose pixels deviate less from their mean shows nothing to learn."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A picture to learn from, cut into four quarters, and what the eye sees in them.

    Attributes:
        quarters: Of the picture's middle square, 0..1.
        seen: Features of the quarters, a layer each, side by side.
        look: What sees: gives a layer after the other, the pictures' side by side.
    """

    quarters: Float[Tensor, "4 3 n n"]
    seen: Features
    look: Look

    @property
    def side(self) -> int:
        """Of a quarter, in pixels."""
        return self.quarters.shape[-1]

    @property
    def scales(self) -> tuple[int, ...]:
        """How often quarters are shrunk and still hold a patch."""
        return tuple(s for s in (1, 2, 4, 8) if self.side // s >= SIDE)

    def loss(
        self, pictures: Float[Tensor, "4 3 n n"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Say how far four pictures together are from the manner of the source; 0 is none."""
        directions = patch_directions(DIRECTIONS, generator)
        patches = patch_loss(pictures, self.quarters, directions=directions, scales=self.scales)
        return style_loss(self.look(pictures), self.seen) + PATCHES * patches


def prepared(picture: Float[Tensor, "1 3 h w"], *, size: int, look: Look | None = None) -> Lesson:
    """Get a picture ready to learn from: its middle square, at this size.

    Args:
        picture: 0..1.
        size: Pixels of a side of the square.
        look: What sees; the eye unless given.

    Raises:
        PictureError: If it shows nothing but one color.
    """
    small = fit(picture.detach().cpu().float(), short=size)
    top, left = (small.shape[2] - size) // 2, (small.shape[3] - size) // 2
    square = small[..., top : top + size, left : left + size]
    if square.std((2, 3)).max() < FLAT:
        raise PictureError(
            "the picture's middle has a single color; expected something to weave, such as cloth, "
            "brushwork or gravel"
        )
    quarters = quartered(square)
    look = look or seen_by_eye
    with torch.no_grad():
        return Lesson(quarters, look(quarters), look)


def quartered(square: Float[Tensor, "1 c m m"]) -> Float[Tensor, "4 c n n"]:
    """Cut a square into its quarters."""
    side = square.shape[2] // 2
    rows = torch.split(square, side, 2)
    return torch.cat([part for row in rows for part in torch.split(row, side, 3)])


def seen_by_eye(pictures: Float[Tensor, "b 3 h w"]) -> Features:
    """What the eye sees from the whole to an eighth of the size.

    Pictures are enlarged first: the eye's finest layer sees every second pixel only, and what was
    woven to please it as they are came out rough.
    """
    eye = catalog.load_named("eye")
    assert isinstance(eye, Eye)
    large = F.interpolate(pictures, scale_factor=2, mode="bicubic")
    x = eye.stem(4 * large.contiguous(memory_format=torch.channels_last) - 2)
    seen = [x]
    for stage in eye.stages[:3]:
        x = stage(x)
        seen.append(x)
    return side_by_side(seen)


def side_by_side(layers: Features) -> Features:
    """Lay the pictures of a batch beside each other: statistics are then of all of them together.

    So none of the four needs to hold everything that the source does.
    """
    return [layer.permute(1, 2, 0, 3).flatten(2)[None] for layer in layers]
