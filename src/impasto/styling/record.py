"""How a picture was stylized, written so that it can be done again."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError

from impasto.data.vectors import StyleVector
from impasto.errors import RecipeError, printable
from impasto.picture import read_recipe
from impasto.picture.files import is_file, sha256_of
from impasto.picture.info import Info
from impasto.picture.provenance import ContentRecord, EmbeddedStyle, Recipe
from impasto.styling import library
from impasto.styling.hand import WEIGHTS, hand
from impasto.styling.parts import Part, as_mask
from impasto.styling.settings import StylizeSettings
from impasto.version import __version__

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
    return Recipe(
        verb=verb,
        settings=settings,
        styles=tuple(EmbeddedStyle.of(s.name, s.values) for s in styles),
        content=source,
        seed=seeds.pop() if len(seeds) == 1 else None,
        weights={WEIGHTS.name: WEIGHTS.sha256},
        version=__version__,
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        finished=finished,
    )


def remake(
    output: str | os.PathLike[str],
    *,
    content: str | os.PathLike[str] | None = None,
    masks: str | os.PathLike[str] | None = None,
) -> tuple[list[Path], list[Part], StylizeSettings]:
    """Read from a picture how it was stylized: with which files, what goes where, the settings.

    Args:
        output: A picture that `stylize` made.
        content: Where the photograph lies now; beside `output` unless given.
        masks: The folder of the masks; the photograph's unless given.

    Returns:
        The photograph followed by the masks, the parts, and the settings.

    Raises:
        RecipeError: If there is no recipe, it is refused, or a file isn't the one that was used.
        PictureError: If a mask can't be read.
    """
    recipe = read_recipe(output)
    settings, asked = _checked(recipe, Path(output))
    photo = _photo(recipe, Path(output), content)
    folder = photo.parent if masks is None else Path(masks)
    found = [_mask(mask, folder) for mask in asked]
    vectors = [_vector(style) for style in recipe.styles]
    parts = [Part(v, as_mask(m) if m else None) for v, m in zip(vectors, found, strict=True)]
    return [photo, *(mask for mask in found if mask)], parts, settings


def _checked(recipe: Recipe, output: Path) -> tuple[StylizeSettings, list[Mask | None]]:
    if recipe.verb != VERB:
        raise RecipeError(
            f"{printable(output)} asks for {recipe.verb!r}; only {VERB!r} is repeated"
        )
    if not recipe.finished:
        raise RecipeError(
            f"{printable(output)} was stopped before its end, which can't be repeated; stylize "
            "the photograph anew"
        )
    if recipe.weights != {WEIGHTS.name: WEIGHTS.sha256}:
        raise RecipeError(
            f"{printable(output)} was made with other weights than this version's; install "
            f"impasto {recipe.version} to make it again"
        )
    values = dict(recipe.settings)
    masks = values.pop("masks", None)
    try:
        settings = StylizeSettings.model_validate(values)
    except ValidationError as error:
        what = printable(error.errors()[0]["msg"])
        raise RecipeError(f"{printable(output)}: its settings are refused: {what}") from None
    if not isinstance(masks, list) or not masks or len(masks) != len(recipe.styles):
        raise RecipeError(
            f"{printable(output)}: its recipe needs one mask, or none, for each style"
        )
    return settings, [_checked_mask(mask) for mask in masks]


def _checked_mask(mask: object) -> Mask | None:
    if mask is None:
        return None
    if not isinstance(mask, dict) or set(mask) != {"name", "sha256"}:
        raise RecipeError("a mask in the recipe is unknown: it was given in memory, not as a file")
    return {key: str(value) for key, value in mask.items()}


def _photo(recipe: Recipe, output: Path, content: str | os.PathLike[str] | None) -> Path:
    if recipe.content is None:
        raise RecipeError(
            f"{printable(output)} was made from a picture in memory; it can't be made again"
        )
    if content is not None:
        return _same(Path(content), recipe.content.sha256, "--content")
    return _same(output.parent / recipe.content.name, recipe.content.sha256, "--content")


def _same(path: Path, sha256: str, option: str) -> Path:
    """Make sure that a file is the one that was used, before anything is done with it."""
    if not is_file(path):
        raise RecipeError(f"{printable(path)} is not there; say where it lies with {option}")
    if sha256_of(path) != sha256:
        raise RecipeError(f"{printable(path)} is not the file that was used; find that one")
    return path


def _vector(style: EmbeddedStyle) -> StyleVector:
    values, size = style.tensor(), hand().brush.vector_size
    if values.shape != (size,):
        raise RecipeError(f"a style in the recipe has {len(values)} numbers; {size} were expected")
    return library.checked(StyleVector(style.name, values, WEIGHTS.sha256))


def _mask_of(mask: Info | None) -> Mask | None:
    if mask is None:
        return None
    if mask.name is None or mask.sha256 is None:
        return {}
    found = ContentRecord.of(mask.name, mask.sha256)
    return {"name": found.name, "sha256": found.sha256}


def _mask(mask: Mask | None, folder: Path) -> Path | None:
    return None if mask is None else _same(folder / mask["name"], mask["sha256"], "--masks")
