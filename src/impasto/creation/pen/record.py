"""How drawings were made, written so that they can be made again."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from pydantic import JsonValue

from impasto.creation.pen.pens import Known, known
from impasto.creation.pen.settings import DrawSettings
from impasto.errors import RecipeError, SettingsError, printable
from impasto.jobs.again import same_file
from impasto.picture import read_recipe
from impasto.picture.drawn import is_drawing, recipe_in_drawing
from impasto.picture.files import sha256_of
from impasto.picture.provenance import ContentRecord, Recipe, made_bare
from impasto.settings import checked
from impasto.version import __version__

VERB = "create-draw"

AnyPath = str | os.PathLike[str]


@dataclass(frozen=True)
class Remake:
    """What a recipe asks for, checked.

    Attributes:
        like: Which pen.
        settings: How it drew.
        seed: Where chance began.
        count: How many drawings, or how many steps from one to another.
        columns: How many lie side by side.
        given: The drawings that took part: none, one that was begun, or two.
    """

    like: str
    settings: DrawSettings
    seed: int
    count: int
    columns: int | None
    given: tuple[Path, ...]


def recipe_of(
    pen: Known,
    settings: DrawSettings,
    *,
    seed: int,
    count: int,
    columns: int | None,
    given: Sequence[AnyPath],
    finished: bool = True,
) -> Recipe:
    """Write down how drawings were made; those that somebody began are not the network's alone."""
    named = [ContentRecord.of(path, sha256_of(path)) for path in given]
    others: list[JsonValue] = [record.model_dump() for record in named[1:]]
    values = settings.model_dump(mode="json") | {"like": made_bare(pen.name), "count": count}
    return Recipe(
        verb=VERB,
        settings={**values, "columns": columns, "others": others},
        seed=seed,
        content=named[0] if named else None,
        weights={"pen": pen.sha256},
        version=__version__,
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        finished=finished,
        source_type=(
            "compositeWithTrainedAlgorithmicMedia" if len(named) == 1 else "trainedAlgorithmicMedia"
        ),
    )


def remake(picture: AnyPath, *, content: AnyPath | None = None, folder: AnyPath | None) -> Remake:
    """Read from a file how its drawings were made.

    Args:
        picture: What `draw_file` wrote.
        content: Where the drawing lies now that was begun, or the first of two; beside `picture`
            unless given.
        folder: Where the second of two lies; beside the first unless given.

    Raises:
        RecipeError: If there is no recipe, it is refused, or a file isn't the one that was used.
    """
    recipe = recipe_in_drawing(picture) if is_drawing(picture) else read_recipe(picture)
    name = printable(picture)
    if recipe.verb != VERB or recipe.seed is None or recipe.styles:
        raise RecipeError(f"{name}: its recipe is not one of drawings")
    if not recipe.finished:
        raise RecipeError(f"{name} was stopped before its end, which can't be repeated; draw anew")
    values = dict(recipe.settings)
    others = _others(values.pop("others", []), name)
    count, columns = (_whole(values.pop(key, None), name) for key in ("count", "columns"))
    like = _like(values.pop("like", None), recipe.weights, name)
    if count is None or (others and recipe.content is None):
        raise RecipeError(f"{name}: its recipe is incomplete; it was altered")
    given = _found(Path(picture).parent, recipe.content, others, content, folder)
    return Remake(like, _settings(values, name), recipe.seed, count, columns, given)


def _found(
    beside: Path,
    first: ContentRecord | None,
    others: Sequence[ContentRecord],
    content: AnyPath | None,
    folder: AnyPath | None,
) -> tuple[Path, ...]:
    """Find the drawings that took part."""
    if first is None:
        return ()
    found = same_file(
        beside / first.name if content is None else content, first.sha256, "--content"
    )
    there = found.parent if folder is None else Path(folder)
    return found, *(same_file(there / other.name, other.sha256, "--masks") for other in others)


def _like(given: object, weights: Mapping[str, str], name: str) -> str:
    """Let the name of a pen pass that comes with Impasto and is the one that was used."""
    try:
        same = isinstance(given, str) and known(given).sha256 == weights.get("pen")
    except SettingsError:
        same = False
    if not same:
        raise RecipeError(
            f"{name} was drawn by another pen than those of this Impasto; it can't be repeated here"
        )
    return str(given)


def _whole(given: object, name: str) -> int | None:
    if given is not None and (not isinstance(given, int) or not 1 <= given <= 1_000_000):
        raise RecipeError(f"{name}: its recipe needs whole numbers from 1 for count and columns")
    return given


def _settings(values: Mapping[str, object], name: str) -> DrawSettings:
    try:
        return checked(DrawSettings, values)
    except SettingsError as error:
        raise RecipeError(f"{name}: its settings are refused: {error}") from None


def _others(given: object, name: str) -> list[ContentRecord]:
    """Check what a recipe says of the second drawing."""
    if not isinstance(given, list) or len(given) > 1:
        raise RecipeError(f"{name}: its recipe needs a list of one other drawing, or of none")
    try:
        return [ContentRecord.model_validate(other) for other in given]
    except ValueError:
        raise RecipeError(f"{name}: the other drawing in its recipe is unknown") from None
