"""How drawings were made, written so that they can be made again."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from impasto.creation.pen.pens import Known, known, shipped
from impasto.creation.pen.settings import DrawSettings
from impasto.errors import RecipeError, printable
from impasto.jobs.again import Repeat
from impasto.picture.files import sha256_of
from impasto.picture.provenance import ContentRecord, Recipe, made_bare

VERB = "create-draw"

AnyPath = str | os.PathLike[str]


@dataclass(frozen=True)
class Remake:
    """What a recipe asks for, checked.

    Attributes:
        pen: Which pen.
        settings: How it drew.
        count: How many drawings, or how many steps from one to another.
        columns: How many lie side by side.
        given: The drawings that took part: none, one that was begun, or two.
    """

    pen: Known
    settings: DrawSettings
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
    return Recipe.here(
        VERB,
        {**values, "columns": columns, "others": others},
        seed=seed,
        content=named[0] if named else None,
        weights={"pen": pen.sha256},
        finished=finished,
        source_type=(
            "compositeWithTrainedAlgorithmicMedia" if len(named) == 1 else "trainedAlgorithmicMedia"
        ),
    )


def remake(asked: Repeat) -> Remake:
    """Find what a recipe asks for.

    Raises:
        RecipeError: If it is refused, or a file or pen isn't the one that was used.
        SettingsError: If `asked.content` is no run, where one is needed.
        TrainingError: If it is a run of something else.
        WeightsError: If its weights are damaged.
    """
    values = dict(asked.recipe.settings)
    others = values.pop("others", [])
    count, columns = (_whole(asked, values.pop(key, None)) for key in ("count", "columns"))
    values.pop("like", None)  # a name for people: the pen is found by its weights
    if count is None or (others and asked.recipe.content is None):
        raise asked.refused("it is incomplete; it was altered")
    settings = asked.settings(DrawSettings, values)
    return Remake(_pen(asked), settings, count, columns, _given(asked, others))


def _given(asked: Repeat, others: object) -> tuple[Path, ...]:
    """Find the drawings that took part."""
    if asked.recipe.content is None:
        return ()
    first = asked.source()
    second = asked.other(others, first)
    return (first,) if second is None else (first, second)


def _pen(asked: Repeat) -> Known:
    """Find the pen that drew it: one that comes with Impasto, or the run that somebody named.

    What a recipe says opens no folder.
    """
    sha256 = asked.recipe.weights.get("pen")
    pen = shipped(sha256)
    if pen is not None:
        return pen
    another = f"{printable(asked.picture)} was drawn by another pen than"
    if asked.recipe.content is not None:
        raise RecipeError(
            f"{another} those of this Impasto; where drawings of yours took part, only theirs can "
            "be repeated"
        )
    if asked.content is None:
        raise RecipeError(
            f"{another} those of this Impasto; name the run that drew it with --content"
        )
    pen = known(asked.content.resolve())
    if pen.sha256 != sha256:
        raise RecipeError(
            f"{another} that of {printable(asked.content)}; name the run that drew it with "
            "--content"
        )
    return pen


def _whole(asked: Repeat, given: object) -> int | None:
    if given is not None and (not isinstance(given, int) or not 1 <= given <= 1_000_000):
        raise asked.refused("it needs whole numbers from 1 for count and columns")
    return given
