"""How a texture was grown, written so that it can be grown again."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from impasto.creation.texture.settings import GrowSettings
from impasto.creation.texture.texture import Texture
from impasto.errors import RecipeError, SettingsError, printable
from impasto.jobs.again import same_file
from impasto.picture import read_recipe
from impasto.picture.provenance import ContentRecord, Recipe
from impasto.settings import checked
from impasto.version import __version__

VERB = "create-grow"


@dataclass(frozen=True)
class Remake:
    """What a recipe asks for, checked.

    Attributes:
        texture: The file of the texture.
        settings: How it was grown.
        seed: Where chance began.
    """

    texture: Path
    settings: GrowSettings
    seed: int


def recipe_of(
    texture: Texture,
    settings: GrowSettings,
    seed: int,
    *,
    frames: int | None = None,
    finished: bool = True,
) -> Recipe:
    """Write down how a texture was grown, so that `remake` can read it."""
    named = ContentRecord.of(texture.name, texture.sha256) if texture.name else None
    return Recipe(
        verb=VERB if frames is None else "create-grow-frames",
        settings={**settings.model_dump(mode="json"), **({"frames": frames} if frames else {})},
        content=named,
        seed=seed,
        weights={"texture": texture.sha256},
        version=__version__,
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        finished=finished,
        source_type="trainedAlgorithmicMedia",
    )


def remake(
    picture: str | os.PathLike[str], *, content: str | os.PathLike[str] | None = None
) -> Remake:
    """Read from a picture how it was grown.

    Args:
        picture: What `create_grow` made.
        content: Where its texture lies now; beside `picture` unless given.

    Raises:
        RecipeError: If there is no recipe, it is refused, or the file isn't the one that was used.
    """
    recipe, name = read_recipe(picture), printable(picture)
    if recipe.verb != VERB or recipe.seed is None or recipe.styles:
        raise RecipeError(f"{name}: its recipe is not one of a texture that was grown")
    if not recipe.finished:
        raise RecipeError(f"{name} was stopped before its end, which can't be repeated; grow anew")
    if recipe.content is None:
        raise RecipeError(f"{name} was grown from a texture in memory; it can't be grown again")
    try:
        settings = checked(GrowSettings, recipe.settings)
    except SettingsError as error:
        raise RecipeError(f"{name}: its settings are refused: {error}") from None
    beside = Path(picture).parent / recipe.content.name
    found = same_file(beside if content is None else content, recipe.content.sha256, "--content")
    return Remake(found, settings, recipe.seed)
