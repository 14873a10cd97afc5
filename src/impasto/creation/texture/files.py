"""Textures, from file to file; and growing one again."""

import os
from collections.abc import Callable
from pathlib import Path

from impasto.creation.texture.export import export_texture
from impasto.creation.texture.grow import growing, grown, moments
from impasto.creation.texture.learn import learned
from impasto.creation.texture.limits import check_memory, seconds
from impasto.creation.texture.settings import FilmSettings, GrowSettings, TextureSettings
from impasto.creation.texture.texture import load_texture
from impasto.errors import OutputError, printable
from impasto.jobs.again import Repeat
from impasto.jobs.saving import Saving
from impasto.picture import check_free, check_output, read, write
from impasto.picture.files import limit
from impasto.picture.formats import format_for
from impasto.progress import OnStep
from impasto.report import MOVING, save_frames, waiting

AnyPath = str | os.PathLike[str]

SECONDS = 0.08
"""How long each picture of an animation stays."""


def texture_file(
    content: AnyPath,
    output: AnyPath,
    *,
    settings: TextureSettings | None = None,
    force: bool = False,
    max_pixels: int | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Learn a texture from a picture's file, and keep it in a file.

    Args:
        content: The picture.
        output: Where to; usually it ends in ``.texture``.
        settings: As for `create_texture`.
        force: Replace a file that is already there.
        max_pixels: Larger pictures are refused; None takes the readers' own limit.
        on_step: As for `create_texture`; what was best is written when it stops the work.

    Raises:
        PictureError: As `create_texture` does.
        OutputError: If the file can't be written; said before the work.
    """
    check_free(output, force=force, inputs=[content])
    texture = learned(read(content, **limit(max_pixels)), settings or TextureSettings(), on_step)
    texture.save(output, force=force)
    return Path(output)


def grow_file(
    texture: AnyPath,
    output: AnyPath,
    *,
    settings: FilmSettings | None = None,
    seed: int = 0,
    saving: Saving | None = None,
    on_begin: Callable[[float], object] | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Grow a texture from its file into a picture's, or into an animation of its growth.

    Args:
        texture: The file of the texture.
        output: A picture's file, or one that ends in ``.gif`` or ``.mp4``.
        settings: As for `create_grow`, and how many pictures an animation has.
        seed: As for `create_grow`.
        saving: Quality, and what may be overwritten.
        on_begin: Told, before the work begins, about how many seconds it takes on two cores.
        on_step: As for `create_grow`; what has grown is written when it stops the work.

    Raises:
        WeightsError: If the file holds no texture.
        SettingsError: If the size doesn't fit into memory.
        OutputError: If the file can't be written; said before the work.
    """
    saving, settings, place = saving or Saving(), settings or FilmSettings(), Path(output)
    check_output(place, force=saving.force, inputs=[texture], others=MOVING)
    moving = place.suffix.lower() in MOVING
    if not moving:
        format_for(place, width=settings.size[0], height=settings.size[1])
    known = load_texture(texture)
    frames = len(moments(settings.steps, settings.frames)) if moving else 0
    check_memory(settings.size, waiting(place, settings.size, frames))
    if on_begin is not None:
        on_begin(seconds(settings.size, settings.steps))
    if moving:
        made = growing(known, settings, seed=seed, on_step=on_step)
        return save_frames(made, place, seconds_per_frame=SECONDS, force=saving.force)
    picture = grown(known, settings, seed=seed, on_step=on_step)
    return write(picture, place, quality=saving.quality, force=saving.force)


def export_file(texture: AnyPath, output: AnyPath, *, force: bool = False) -> Path:
    """Write one step of a texture as ONNX; see `export_texture`.

    Raises:
        WeightsError: If the file holds no texture.
        SettingsError: If the extra isn't installed.
        OutputError: If the file can't be written.
    """
    check_free(output, force=force, inputs=[texture])
    export_texture(load_texture(texture), output, force=force)
    return Path(output)


def again(asked: Repeat) -> Path:
    """Grow again what `create_grow` grew.

    Raises:
        RecipeError: If the recipe is refused.
        WeightsError: If the texture's file is damaged.
        OutputError: If the picture can't be written, or was stopped.
    """
    check_output(asked.output, force=asked.saving.force)
    settings = asked.settings(GrowSettings, asked.recipe.settings)
    texture = load_texture(asked.source())
    made = grown(texture, settings, seed=asked.seed, on_step=asked.on_step)
    return write(made, asked.output, quality=asked.saving.quality, force=asked.saving.force)


def again_frames(asked: Repeat) -> Path:
    """Grow again what `grow_file` showed growing; raises as `again` does, and if it can't move."""
    if asked.output.suffix.lower() not in MOVING:
        raise OutputError(
            f"{printable(asked.output)}: {printable(asked.picture)} moves; choose a name that ends "
            f"in {' or '.join(MOVING)}"
        )
    return grow_file(
        asked.source(),
        asked.output,
        settings=asked.settings(FilmSettings, asked.recipe.settings),
        seed=asked.seed,
        saving=asked.saving,
        on_step=asked.on_step,
    )
