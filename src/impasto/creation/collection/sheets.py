"""Pictures of a generator laid out, large enough to be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jaxtyping import Float, UInt8
from pydantic import JsonValue
from torch import Tensor

from impasto.picture import Picture, Recipe, resize
from impasto.report import contact_sheet

SHOWN, COLUMNS = 24, 8
"""Pictures on a sheet of the training, and how many side by side on any."""

CELL = 128
"""Side to which small pictures are enlarged on a sheet."""


def enlarged(pixels: Float[Tensor, "1 3 h w"], side: int = CELL) -> Float[Tensor, "1 3 _ _"]:
    """Enlarge a small picture until its sides are so long; larger ones stay."""
    return pixels if min(pixels.shape[2:]) >= side else resize(pixels, size=(side, side))


def sheet(pictures: Sequence[Picture], *, labels: Sequence[str], recipe: Recipe) -> Picture:
    """Lay pictures out, each with a line below."""
    page = contact_sheet(
        (enlarged(picture.pixels) for picture in pictures), columns=COLUMNS, labels=labels
    )
    return replace(Picture.from_tensor(page), recipe=recipe)


def look_sheet(pictures: UInt8[Tensor, "n 3 s s"], *, step: int, seed: int) -> Picture:
    """Lay out the first pictures of a look, to see how the training goes."""
    page = contact_sheet(
        (enlarged(each[None].float() / 255) for each in pictures[:SHOWN]), columns=COLUMNS
    )
    recipe = recipe_of("create-look", {"step": step}, seed=seed)
    return replace(Picture.from_tensor(page), recipe=recipe)


def recipe_of(
    verb: str, settings: Mapping[str, JsonValue], *, seed: int, weights: str | None = None
) -> Recipe:
    """Write down how pictures were made: a network made all of them."""
    named = {"generator": weights} if weights else {}
    return Recipe.here(verb, settings, seed=seed, weights=named)
