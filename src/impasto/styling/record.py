"""How a picture was stylized, written so that it can be done again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from impasto.data.vectors import StyleVector
from impasto.errors import RecipeError, printable
from impasto.jobs.again import Repeat, same_file
from impasto.picture.info import Info
from impasto.picture.provenance import ContentRecord, EmbeddedStyle, Recipe
from impasto.styling import library
from impasto.styling.hand import WEIGHTS, hand
from impasto.styling.parts import Part, as_mask
from impasto.styling.settings import StylizeSettings

VERB = "stylize"

Mask = dict[str, str]


def recipe_of(
    photo: Info, parts: Sequence[Part], settings: StylizeSettings, *, finished: bool = True
) -> Recipe:
    """Write down how a photograph was stylized, so that `remake` can read it."""
    masks: list[Any] = [_mask_of(part.mask_info) for part in parts]
    values = {**settings.model_dump(), "masks": masks}
    return record(VERB, photo, [p.style for p in parts], values, finished=finished)


def record(
    verb: str,
    photo: Info,
    styles: Sequence[StyleVector],
    settings: dict[str, Any],
    *,
    finished: bool = True,
) -> Recipe:
    """Write down what was done to a photograph, with all that took part in it."""
    seeds = {s.seed for s in styles if s.seed is not None}
    source = ContentRecord.of(photo.name, photo.sha256) if photo.name and photo.sha256 else None
    return Recipe.here(
        verb,
        settings,
        styles=[EmbeddedStyle.of(s.name, s.values) for s in styles],
        content=source,
        seed=seeds.pop() if len(seeds) == 1 else None,
        weights={WEIGHTS.name: WEIGHTS.sha256},
        finished=finished,
        source_type="compositeWithTrainedAlgorithmicMedia",
    )


def styles_in(asked: Repeat) -> list[StyleVector]:
    """Take out the styles that a recipe carries.

    Raises:
        RecipeError: If they were made with other weights, or have not the brush's size.
        StyleError: If one is damaged.
    """
    recipe = asked.recipe
    if recipe.weights != {WEIGHTS.name: WEIGHTS.sha256}:
        raise RecipeError(
            f"{printable(asked.picture)} was made with other weights than this version's; install "
            f"impasto {recipe.version} to make it again"
        )
    return [_vector(style, recipe.seed) for style in recipe.styles]


def remake(asked: Repeat) -> tuple[list[Path], list[Part], StylizeSettings]:
    """Find what a recipe asks for: with which files, what goes where, the settings.

    Returns:
        The photograph followed by the masks, the parts, and the settings.

    Raises:
        RecipeError: If it is refused, or a file isn't the one that was used.
        PictureError: If a mask can't be read.
    """
    vectors = styles_in(asked)
    settings, masks = _checked(asked)
    photo = asked.source()
    folder = asked.beside(photo)
    found = [_mask(mask, folder) for mask in masks]
    parts = [Part(v, as_mask(m) if m else None) for v, m in zip(vectors, found, strict=True)]
    return [photo, *(mask for mask in found if mask)], parts, settings


def _checked(asked: Repeat) -> tuple[StylizeSettings, list[Mask | None]]:
    values = dict(asked.recipe.settings)
    masks = values.pop("masks", None)
    settings = asked.settings(StylizeSettings, values)
    if not isinstance(masks, list) or not masks or len(masks) != len(asked.recipe.styles):
        raise asked.refused("it needs one mask, or none, for each style")
    return settings, [_checked_mask(mask) for mask in masks]


def _checked_mask(mask: object) -> Mask | None:
    if mask is None:
        return None
    if not isinstance(mask, dict) or set(mask) != {"name", "sha256"}:
        raise RecipeError("a mask in the recipe is unknown: it was given in memory, not as a file")
    return {key: str(value) for key, value in mask.items()}


def _vector(style: EmbeddedStyle, seed: int | None) -> StyleVector:
    values, size = style.tensor(), hand().brush.vector_size
    if values.shape != (size,):
        raise RecipeError(f"a style in the recipe has {len(values)} numbers; {size} were expected")
    return library.checked(StyleVector(style.name, values, WEIGHTS.sha256, seed))


def _mask_of(mask: Info | None) -> Mask | None:
    if mask is None:
        return None
    if mask.name is None or mask.sha256 is None:
        return {}
    found = ContentRecord.of(mask.name, mask.sha256)
    return {"name": found.name, "sha256": found.sha256}


def _mask(mask: Mask | None, folder: Path) -> Path | None:
    return None if mask is None else same_file(folder / mask["name"], mask["sha256"], "--masks")
