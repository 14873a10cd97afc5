"""Making a picture again, whichever verb made it."""

import os
from importlib import import_module
from pathlib import Path

from impasto.errors import RecipeError, printable
from impasto.jobs.saving import Saving
from impasto.picture import read_recipe
from impasto.picture.files import is_file, sha256_of
from impasto.progress import OnStep

AnyPath = str | os.PathLike[str]

MAKERS = {
    "create-draw": "impasto.creation.pen.files:again",
    "create-like": "impasto.creation.patches.files:again",
    "create-sample": "impasto.creation.collection.files:again",
    "stylize": "impasto.styling.files:again",
}
"""Who repeats what each verb made: a function that takes what `again` takes."""


def again(
    picture: AnyPath,
    output: AnyPath,
    *,
    content: AnyPath | None = None,
    masks: AnyPath | None = None,
    saving: Saving | None = None,
    max_pixels: int | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Make a picture again from the recipe that it carries: the same in every pixel.

    On the same machine with the same versions and threads, that is, and for a lossless format.

    Args:
        picture: What a verb of Impasto made.
        output: Where to put it.
        content: Where the picture it was made from lies now; beside `picture` unless given.
        masks: The folder of whatever else took part, masks or the other picture of a collage; that
            of `content` unless given.
        saving: Quality, and what may be overwritten.
        max_pixels: Larger pictures are refused; None takes the readers' own limits.
        on_step: Told of each part; returning True stops the work, and no file is written.

    Returns:
        The path of the output.

    Raises:
        RecipeError: If there is no recipe, or it is refused.
        PictureError: If a picture that took part can't be read.
        OutputError: If the picture can't be written, or was stopped.
    """
    verb = read_recipe(picture).verb
    if verb not in MAKERS:
        known = ", ".join(sorted(MAKERS))
        raise RecipeError(f"{printable(picture)} was made by {verb!r}; repeated are {known}")
    module, function = MAKERS[verb].split(":")
    made = getattr(import_module(module), function)(
        picture,
        output,
        content=content,
        masks=masks,
        saving=saving,
        max_pixels=max_pixels,
        on_step=on_step,
    )
    assert isinstance(made, Path)
    return made


def same_file(path: AnyPath, sha256: str, option: str) -> Path:
    """Make sure that a file is the one that was used, before anything is done with it.

    Args:
        path: Where it should lie.
        sha256: What the bytes of the one that was used add up to.
        option: Which option says where it lies instead.

    Raises:
        RecipeError: If it isn't there, or is another one.
    """
    if not is_file(path):
        raise RecipeError(f"{printable(path)} is not there; say where it lies with {option}")
    if sha256_of(path) != sha256:
        raise RecipeError(f"{printable(path)} is not the file that was used; find that one")
    return Path(path)
