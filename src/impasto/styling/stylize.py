"""The verb `stylize`: a photograph in the manner of a painting."""

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.errors import SettingsError
from impasto.picture import AnyPicture, Picture, as_picture
from impasto.progress import OnStep, Watch
from impasto.styling.hand import hand
from impasto.styling.painting import Region, paint
from impasto.styling.parts import Part, RegionOf, Style, held, parts_of
from impasto.styling.record import recipe_of
from impasto.styling.settings import StylizeSettings, settings_of
from impasto.styling.view import InMemory


@overload
def stylize(
    picture: AnyPicture,
    style: Style | Sequence[Style] | None = None,
    *,
    weights: Sequence[float] | None = None,
    regions: Sequence[RegionOf] = (),
    strength: float = 1.0,
    stroke: float = 1.0,
    keep_colors: bool = False,
    on_step: OnStep | None = None,
) -> Picture: ...
@overload
def stylize(
    picture: Tensor,
    style: Style | Sequence[Style] | None = None,
    *,
    weights: Sequence[float] | None = None,
    regions: Sequence[RegionOf] = (),
    strength: float = 1.0,
    stroke: float = 1.0,
    keep_colors: bool = False,
    on_step: OnStep | None = None,
) -> Tensor: ...
def stylize(
    picture: AnyPicture | Tensor,
    style: Style | Sequence[Style] | None = None,
    *,
    weights: Sequence[float] | None = None,
    regions: Sequence[RegionOf] = (),
    strength: float = 1.0,
    stroke: float = 1.0,
    keep_colors: bool = False,
    on_step: OnStep | None = None,
) -> Picture | Tensor:
    """Paint a photograph in the manner of a painting, or of several.

    Args:
        picture: A path, a `Picture`, a PIL image, or a tensor ``(b, 3, h, w)`` in 0..1.
        style: The name of a style, the path of a painting or of a saved style, a painting as
            `picture` may be given (a tensor of one), a style vector, or several of these, which
            are blended. None where `regions` says it all.
        weights: A share for each of several styles; equal unless given.
        regions: Pairs of a mask, as large as the picture, and the style that goes where the mask
            is white. They lie over `style`; without one, what no mask covers stays untouched.
        strength: 0 returns the photograph, 1 paints it fully.
        stroke: Size of the marks relative to the picture, 0.25..4.
        keep_colors: Keep the photograph's colors and take only light and marks.
        on_step: Told of each tile; returning True leaves the rest a photograph, and the recipe
            says so.

    Returns:
        A tensor for a tensor, else a `Picture` that carries its recipe.

    Raises:
        PictureError: If a picture can't be read, its values lie outside 0..1, or a mask has
            another size.
        StyleError: If a style is unknown.
        SettingsError: If a value is out of its range.
    """
    settings = settings_of(strength=strength, stroke=stroke, keep_colors=keep_colors)
    parts = parts_of(style, weights=weights, regions=regions)
    with held(parts):
        if isinstance(picture, Tensor):
            return torch.cat([painted(p, parts, settings, on_step) for p in _batch(picture)])
        photo, watch = as_picture(picture), Watch(on_step)
        pixels = painted(photo.pixels, parts, settings, watch)
        recipe = recipe_of(photo, parts, settings, finished=not watch.stopped)
        return replace(photo, pixels=pixels, recipe=recipe)


def painted(
    pixels: Float[Tensor, "1 3 h w"],
    parts: Sequence[Part],
    settings: StylizeSettings,
    on_step: OnStep | None = None,
) -> Float[Tensor, "1 3 h w"]:
    """Paint a photograph that fits into memory; raises as `stylize` does."""
    regions = [Region(p.style.values[None], p.cover(pixels.shape[-2:])) for p in parts]
    rows = paint(hand(), InMemory(pixels), regions, settings, on_step=on_step)
    return torch.cat(list(rows), -2)


def _batch(pictures: Tensor) -> list[Float[Tensor, "1 3 _ _"]]:
    """Take a batch apart; each picture in it must be one."""
    if pictures.ndim != 4 or not len(pictures):
        raise SettingsError(
            f"a tensor of pictures is (b, 3, h, w) of floats in 0..1; got {tuple(pictures.shape)}"
        )
    return [Picture.from_tensor(p).pixels for p in pictures]
