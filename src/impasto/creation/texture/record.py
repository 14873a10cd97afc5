"""How a texture was grown, written so that it can be grown again."""

from impasto.creation.texture.settings import GrowSettings
from impasto.creation.texture.texture import Texture
from impasto.picture.provenance import ContentRecord, Recipe

VERB, FRAMES_VERB = "create-grow", "create-grow-frames"


def recipe_of(
    texture: Texture,
    settings: GrowSettings,
    seed: int,
    *,
    frames: int | None = None,
    finished: bool = True,
) -> Recipe:
    """Write down how a texture was grown."""
    return Recipe.here(
        FRAMES_VERB if frames else VERB,
        settings.model_dump(mode="json") | ({"frames": frames} if frames else {}),
        content=ContentRecord.of(texture.name, texture.sha256) if texture.name else None,
        seed=seed,
        weights={"texture": texture.sha256},
        finished=finished,
    )
