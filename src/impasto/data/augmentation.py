"""Augmentation: a painting seen a little closer, turned, mirrored, in other light."""

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.errors import SettingsError

_COLOR = ("color", "colour", "hue", "palette", "pigment", "tone", "tint")
_LIGHT = ("light", "bright", "dark", "contrast", "exposure")
_WRITING = ("digit", "letter", "character", "glyph", "word", "writing", "script", "kanji")
_SIDES = ("orient", "direction", "facing", "side", "rotate", "rotation")
_HUE = 0.1  # of a full turn of the color wheel, both ways


@dataclass(frozen=True)
class Augmentation:
    """Changes to pictures that leave what they show as it is.

    Attributes:
        flip: Mirror every other picture, left to right.
        crop: Least share of the side that is kept, 0..1; 1 keeps everything.
        rotate: Most degrees by which a picture is turned either way, 0..180.
        light: Most by which contrast and brightness change either way, 0..1.
        hue: Turn colors by up to a tenth of the color wheel; off, as color is most of a painting.
    """

    flip: bool = True
    crop: float = 0.8
    rotate: float = 5.0
    light: float = 0.15
    hue: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.crop <= 1 and 0 <= self.rotate <= 180 and 0 <= self.light <= 1):
            raise SettingsError(
                "expected a crop above 0 up to 1, a rotation of 0 to 180 degrees and a light of 0 "
                f"to 1; got {self.crop}, {self.rotate}, {self.light}"
            )

    def __call__(
        self, batch: Float[Tensor, "b c h w"], generator: torch.Generator
    ) -> Float[Tensor, "b c h w"]:
        """Change every picture of a batch in its own way.

        Args:
            batch: 0..1; it is left as it is.
            generator: Source of every choice, on the processor; the same state gives the same
                pictures.

        Returns:
            0..1, of the same size. Beyond the border a picture is mirrored.
        """
        draws = torch.rand(len(batch), 8, generator=generator).to(batch)
        changed = self._moved(batch, draws)
        changed = self._relit(changed, draws) if self.light else changed
        if self.hue and batch.shape[1] == 3:
            changed = _recolored(changed, draws[:, 7])
        return changed

    def _moved(
        self, batch: Float[Tensor, "b c h w"], draws: Float[Tensor, "b 8"]
    ) -> Float[Tensor, "b c h w"]:
        """Mirror, turn and crop in a single pass over the pixels."""
        if not self.flip and self.crop == 1 and not self.rotate:
            return batch.clone()
        sizes = (batch.shape[-2], batch.shape[-1])
        grid = _grid(self._places(draws, sizes), sizes)
        return F.grid_sample(batch, grid, padding_mode="reflection", align_corners=False)

    def _places(
        self, draws: Float[Tensor, "b 8"], sizes: tuple[int, int]
    ) -> Float[Tensor, "b 2 3"]:
        """Say where each pixel comes from; a turn stays one in a picture that is not square."""
        zoom = 1 - (1 - self.crop) * draws[:, 0]
        angle = math.radians(self.rotate) * (2 * draws[:, 1] - 1)
        mirror = torch.where(draws[:, 2] < 0.5, -1.0, 1.0) if self.flip else torch.ones_like(zoom)
        cos, sin = zoom * angle.cos(), zoom * angle.sin()
        wide = sizes[1] / sizes[0]
        shift = (1 - zoom)[:, None] * (2 * draws[:, 3:5] - 1)
        across = torch.stack([cos * mirror, -sin / wide, shift[:, 0]], 1)
        down = torch.stack([sin * mirror * wide, cos, shift[:, 1]], 1)
        return torch.stack([across, down], 1)

    def _relit(
        self, batch: Float[Tensor, "b c h w"], draws: Float[Tensor, "b 8"]
    ) -> Float[Tensor, "b c h w"]:
        """Change contrast about middle gray, and brightness, in the batch itself."""
        gain, shift = (self.light * (2 * draws[:, 5:7] - 1)).T[:, :, None, None, None]
        return batch.mul_(1 + gain).add_(shift / 2 - gain / 2).clamp_(0, 1)


def for_task(*, label: str = "", writing: bool = False, pixels: int = 224) -> Augmentation:
    """Choose changes that don't change the label.

    Args:
        label: The column that is learned, such as ``movement``. Where it speaks of color, color
            and light stay; where it speaks of sides or turns, nothing is mirrored or turned.
        writing: There is writing in the pictures: nothing is mirrored. Labels such as ``digit``
            say so by themselves.
        pixels: Shorter side; small pictures, such as digits, are cropped less.
    """
    chosen = Augmentation() if pixels >= 64 else Augmentation(crop=0.9)
    if _speaks(label, _COLOR + _LIGHT):
        chosen = replace(chosen, light=0.0, hue=False)
    if writing or _speaks(label, _WRITING):
        chosen = replace(chosen, flip=False)
    if _speaks(label, _SIDES):
        chosen = replace(chosen, flip=False, rotate=0.0)
    return chosen


def _speaks(label: str, words: tuple[str, ...]) -> bool:
    return any(word in label.lower() for word in words)


def _grid(places: Float[Tensor, "b 2 3"], sizes: tuple[int, int]) -> Float[Tensor, "b h w 2"]:
    """Do what `affine_grid` does in a third of the time: add rows and columns, multiply nothing."""
    down, across = ((2 * torch.arange(n).to(places) + 1) / n - 1 for n in sizes)
    rows = places[:, None, :, 1] * down[None, :, None] + places[:, None, :, 2]
    columns = places[:, None, :, 0] * across[None, :, None]
    return rows[:, :, None] + columns[:, None]


def _recolored(
    batch: Float[Tensor, "b 3 h w"], draws: Float[Tensor, " b"]
) -> Float[Tensor, "b 3 h w"]:
    from kornia.enhance import adjust_hue

    turns: Tensor = adjust_hue(batch, 2 * math.pi * _HUE * (2 * draws - 1))
    return turns.clamp(0, 1)
