"""How a new picture was made of another, written so that it can be made again."""

from collections.abc import Sequence

from pydantic import JsonValue

from impasto.creation.patches.settings import LikeSettings
from impasto.picture.info import Info
from impasto.picture.provenance import ContentRecord, Recipe

VERB = "create-like"


def recipe_of(sources: Sequence[Info], settings: LikeSettings, seed: int) -> Recipe:
    """Write down what a picture was made of."""
    first, *others = (_named(source) for source in sources)
    named: list[JsonValue] = [other.model_dump() if other else {} for other in others]
    values = {**settings.model_dump(mode="json"), "others": named}
    return Recipe.here(VERB, values, content=first, seed=seed)


def sheet_recipe_of(
    sources: Sequence[Info], settings: LikeSettings, seed: int, count: int
) -> Recipe:
    """Write down what the pictures on a sheet were made of, with so many seeds from `seed`."""
    each = recipe_of(sources, settings, seed)
    values = {**each.settings, "count": count}
    return each.model_copy(update={"verb": f"{VERB}-sheet", "settings": values})


def _named(source: Info) -> ContentRecord | None:
    if source.name is None or source.sha256 is None:
        return None
    return ContentRecord.of(source.name, source.sha256)
