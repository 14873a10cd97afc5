"""How a texture was grown, written so that it can be grown again."""

from impasto.creation.texture.settings import FilmSettings, GrowSettings
from impasto.creation.texture.texture import Texture
from impasto.picture.provenance import ContentRecord, Recipe

VERB, FRAMES_VERB = "create-grow", "create-grow-frames"


def recipe_of(
    texture: Texture,
    settings: GrowSettings,
    seed: int,
    *,
    moving: bool = False,
    finished: bool = True,
) -> Recipe:
    """Write down how a texture was grown, to its end or into frames on the way."""
    known = FilmSettings if moving else GrowSettings
    return Recipe.here(
        FRAMES_VERB if moving else VERB,
        settings.model_dump(mode="json", include=set(known.model_fields)),
        content=ContentRecord.of(texture.name, texture.sha256) if texture.name else None,
        seed=seed,
        weights={"texture": texture.sha256},
        finished=finished,
    )
