"""Making a picture again, whichever verb made it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from impasto.errors import RecipeError, SettingsError, printable
from impasto.jobs.saving import Saving, whole
from impasto.picture import Recipe, check_output, read_recipe
from impasto.picture.files import is_file, sha256_of
from impasto.picture.provenance import ContentRecord
from impasto.progress import OnStep
from impasto.settings import Record, checked

AnyPath = str | os.PathLike[str]

MAKERS = {
    "create-draw": "impasto.creation.pen.files:again",
    "create-grow": "impasto.creation.texture.files:again",
    "create-grow-frames": "impasto.creation.texture.files:again_frames",
    "create-like": "impasto.creation.patches.files:again",
    "create-like-sheet": "impasto.creation.patches.files:again_sheet",
    "create-sample": "impasto.creation.collection.files:again",
    "create-sample-sheet": "impasto.creation.collection.files:again_sheet",
    "create-walk": "impasto.creation.collection.files:again_walk",
    "stylize": "impasto.styling.files:again",
    "sweep": "impasto.styling.files:again_sweep",
    "walk": "impasto.styling.files:again_walk",
}
"""Who repeats what each verb made: a function that takes a `Repeat` and returns the path."""

FORMS = (".svg", ".gif", ".mp4")
"""Endings that some verbs write besides those of pictures."""


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """What is to be made again, and where what took part lies now.

    Attributes:
        picture: What a verb of Impasto made.
        recipe: What it carries.
        output: Where to put the new one.
        saving: Quality, and what may be overwritten.
        content: Where what it was made from lies; beside `picture` unless given.
        masks: The folder of whatever else took part; that of `content` unless given.
        max_pixels: Larger pictures are refused; None takes the readers' own limits.
        on_step: Told of each part; raises when somebody stops the work.
    """

    picture: Path
    recipe: Recipe
    output: Path
    saving: Saving
    content: Path | None = None
    masks: Path | None = None
    max_pixels: int | None = None
    on_step: OnStep | None = None

    @property
    def seed(self) -> int:
        """Where chance began.

        Raises:
            RecipeError: If the recipe doesn't say.
        """
        if self.recipe.seed is None:
            raise self.refused("it names no seed")
        return self.recipe.seed

    def settings(self, kind: type[Record], values: Mapping[str, object]) -> Record:
        """Check the settings that a recipe asks for.

        Raises:
            RecipeError: If one is unknown or out of its range.
        """
        try:
            return checked(kind, values)
        except SettingsError as error:
            raise self.refused(str(error)) from None

    def source(self) -> Path:
        """Find the file that it was made from.

        Raises:
            RecipeError: If there was none, it isn't there, or is another one.
        """
        wanted = self.recipe.content
        if wanted is None:
            raise RecipeError(
                f"{printable(self.picture)} was made from something in memory; it can't be made "
                "again"
            )
        path = self.picture.parent / wanted.name if self.content is None else self.content
        return same_file(path, wanted.sha256, "--content")

    def beside(self, source: Path) -> Path:
        """The folder of whatever else took part."""
        return source.parent if self.masks is None else self.masks

    def other(self, named: object, source: Path) -> Path | None:
        """Find the second of two files, if the recipe names one.

        Args:
            named: The list of others in the recipe.
            source: The first of the two.

        Raises:
            RecipeError: If it was in memory, isn't there, or is another one.
        """
        if not isinstance(named, list) or len(named) > 1:
            raise self.refused("it needs a list of one other file, or of none")
        if not named:
            return None
        try:
            record = ContentRecord.model_validate(named[0])
        except ValueError:
            raise self.refused("the other file is unknown: it was in memory") from None
        return same_file(self.beside(source) / record.name, record.sha256, "--masks")

    def refused(self, why: str) -> RecipeError:
        """Say why the recipe can't be followed."""
        return RecipeError(f"{printable(self.picture)}: its recipe is refused: {why}")


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
        content: Where the picture, texture or run that it was made from lies now; beside `picture`
            unless given.
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
    saving = saving or Saving()
    check_output(output, force=saving.force, inputs=[picture], others=FORMS)
    recipe = read_recipe(picture)
    if not recipe.finished:
        raise RecipeError(
            f"{printable(picture)} was stopped before its end, which can't be repeated; make it "
            "anew"
        )
    asked = Repeat(
        picture=Path(picture),
        recipe=recipe,
        output=Path(output),
        content=None if content is None else Path(content),
        masks=None if masks is None else Path(masks),
        saving=saving,
        max_pixels=max_pixels,
        on_step=whole(output, on_step),
    )
    return _maker(asked)(asked)


def _maker(asked: Repeat) -> Callable[[Repeat], Path]:
    verb = asked.recipe.verb
    if verb not in MAKERS:
        raise RecipeError(
            f"{printable(asked.picture)} was made by {verb!r}; repeated are "
            f"{', '.join(sorted(MAKERS))}"
        )
    module, function = MAKERS[verb].split(":")
    maker: Callable[[Repeat], Path] = getattr(import_module(module), function)
    return maker


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
