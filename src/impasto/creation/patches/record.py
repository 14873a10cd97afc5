"""How a new picture was made of another, written so that it can be made again."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from pydantic import JsonValue

from impasto.creation.patches.settings import LikeSettings
from impasto.errors import RecipeError, SettingsError, printable
from impasto.jobs.again import same_file
from impasto.picture import read_recipe
from impasto.picture.info import Info
from impasto.picture.provenance import ContentRecord, Recipe
from impasto.settings import checked
from impasto.version import __version__

VERB = "create-like"


@dataclass(frozen=True)
class Remake:
    """What a recipe asks for, checked.

    Attributes:
        content: The picture that gave its patches.
        other: The second one of a collage.
        settings: How it was made.
        seed: Where chance began.
    """

    content: Path
    other: Path | None
    settings: LikeSettings
    seed: int


def recipe_of(sources: Sequence[Info], settings: LikeSettings, seed: int) -> Recipe:
    """Write down what a picture was made of, so that `remake` can read it."""
    first, *others = (_named(source) for source in sources)
    values = settings.model_dump(mode="json")
    named: list[JsonValue] = [other.model_dump() if other else {} for other in others]
    return Recipe(
        verb=VERB,
        settings={**values, "others": named},
        content=first,
        seed=seed,
        version=__version__,
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        source_type="trainedAlgorithmicMedia",
    )


def remake(
    picture: str | os.PathLike[str],
    *,
    content: str | os.PathLike[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Remake:
    """Read from a picture how it was made.

    Args:
        picture: What `create_like` made.
        content: Where its source lies now; beside `picture` unless given.
        folder: Where the other source of a collage lies; beside the first unless given.

    Raises:
        RecipeError: If there is no recipe, it is refused, or a file isn't the one that was used.
    """
    recipe, name = read_recipe(picture), printable(picture)
    if recipe.verb != VERB or not recipe.finished or recipe.seed is None or recipe.styles:
        raise RecipeError(f"{name}: its recipe is not one of a picture made from patches")
    if recipe.content is None:
        raise RecipeError(f"{name} was made from a picture in memory; it can't be made again")
    values = dict(recipe.settings)
    others = _others(values.pop("others", []), name)
    settings = _settings(values, name)
    beside = Path(picture).parent / recipe.content.name
    first = same_file(beside if content is None else content, recipe.content.sha256, "--content")
    there = first.parent if folder is None else Path(folder)
    found = [same_file(there / other.name, other.sha256, "--masks") for other in others]
    return Remake(first, found[0] if found else None, settings, recipe.seed)


def _settings(values: Mapping[str, object], name: str) -> LikeSettings:
    try:
        return checked(LikeSettings, values)
    except SettingsError as error:
        raise RecipeError(f"{name}: its settings are refused: {error}") from None


def _others(given: object, name: str) -> list[ContentRecord]:
    """Check what a recipe says of the second source."""
    if not isinstance(given, list) or len(given) > 1:
        raise RecipeError(f"{name}: its recipe needs a list of one other picture, or of none")
    try:
        return [ContentRecord.model_validate(other) for other in given]
    except ValueError:
        raise RecipeError(
            f"{name}: the other picture in its recipe is unknown: it was given in memory"
        ) from None


def _named(source: Info) -> ContentRecord | None:
    if source.name is None or source.sha256 is None:
        return None
    return ContentRecord.of(source.name, source.sha256)
