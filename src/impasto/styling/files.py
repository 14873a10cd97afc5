"""Stylizing from file to file, whatever the size; walks and sweeps; and doing it again."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from impasto.jobs.again import Repeat
from impasto.jobs.memory import check_fits
from impasto.jobs.saving import Saving, whole
from impasto.picture import Picture, Sink, Source, check_output, read, write
from impasto.picture.files import limit
from impasto.picture.formats import format_for
from impasto.progress import OnStep
from impasto.report import MOVING, save_frames, shrink, waiting
from impasto.styling.hand import hand
from impasto.styling.painting import Region, paint
from impasto.styling.parts import Part, RegionOf, Style, held, parts_of
from impasto.styling.record import recipe_of, remake, styles_in
from impasto.styling.settings import StylizeSettings
from impasto.styling.sheets import SweepSettings, WalkSettings, stroll, swept
from impasto.styling.stylize import painted
from impasto.styling.tiles import AREA
from impasto.styling.view import STREAMED

GIANT = 100_000_000
"""From so many pixels on tiles are smaller, since whole rows of them are held besides."""

AnyPath = str | os.PathLike[str]


def stylize_file(
    content: AnyPath,
    output: AnyPath,
    style: Style | Sequence[Style] | None = None,
    *,
    weights: Sequence[float] | None = None,
    regions: Sequence[RegionOf] = (),
    settings: StylizeSettings | None = None,
    saving: Saving | None = None,
    max_pixels: int | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Paint a photograph of any size from one file into another.

    Args:
        content: The photograph.
        output: Where the painting goes; its suffix chooses the format.
        style: As for `stylize`.
        weights: As for `stylize`.
        regions: As for `stylize`.
        settings: Strength, stroke and colors.
        saving: Quality, and what may be overwritten.
        max_pixels: Larger pictures are refused; None takes the readers' own limits.
        on_step: Told of each tile; returning True stops the work, and no file is written.

    Returns:
        The path of the painting.

    Raises:
        PictureError: If a picture can't be read, or a mask has another size.
        StyleError: If a style is unknown.
        OutputError: If the painting can't be written, or was stopped.
    """
    saving = saving or Saving()
    styles = style if isinstance(style, list | tuple) else [style]
    given = [content, *styles, *(thing for pair in regions for thing in pair)]
    check_output(output, force=saving.force, inputs=given)
    job = _Job(
        Path(content),
        parts_of(style, weights=weights, regions=regions),
        settings or StylizeSettings(),
        whole(output, on_step),
    )
    return job.run(Path(output), saving, max_pixels=max_pixels)


def walk_file(
    content: AnyPath,
    output: AnyPath,
    styles: Sequence[Style],
    *,
    settings: WalkSettings,
    saving: Saving | None = None,
    max_pixels: int | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Walk from style to style into a file that moves, or a sheet of the steps.

    Args:
        content: The photograph.
        output: Ends in ``.gif`` or ``.mp4``, or as pictures do.
        styles: As for `walk`.
        settings: The steps, how they are painted, and how they are shown.
        saving: Quality, of a sheet, and what may be overwritten.
        max_pixels: As for `stylize_file`.
        on_step: Told of each picture; returning True stops the work, and no file is written.

    Raises:
        SettingsError: If there are fewer than two styles, or a GIF would not fit into memory.
        PictureError: If a picture can't be read.
        StyleError: If a style is unknown.
        OutputError: If the file can't be written, or the work was stopped.
    """
    place, saving = Path(output), saving or Saving()
    check_output(place, force=saving.force, inputs=[content, *styles], others=MOVING)
    photo = read(content, **limit(max_pixels))
    photo = replace(photo, pixels=shrink(photo.pixels, settings.side), alpha=None)
    _check_waiting(photo, settings, place)
    frames = stroll(
        photo,
        styles,
        steps=settings.steps,
        settings=settings,
        on_step=whole(place, on_step),
    )
    return save_frames(
        frames,
        place,
        seconds_per_frame=settings.seconds,
        pingpong=settings.back,
        quality=saving.quality,
        force=saving.force,
    )


def again(asked: Repeat) -> Path:
    """Paint again what `stylize_file` painted.

    Raises:
        RecipeError: If the recipe is refused.
        PictureError: If the photograph or a mask can't be read.
        OutputError: If the picture can't be written, or was stopped.
    """
    used, parts, settings = remake(asked)
    check_output(asked.output, force=asked.saving.force, inputs=used)
    job = _Job(used[0], parts, settings, asked.on_step)
    return job.run(asked.output, asked.saving, max_pixels=asked.max_pixels)


def again_sweep(asked: Repeat) -> Path:
    """Lay out again the previews of `sweep`; raises as `again` does."""
    settings, styles = asked.settings(SweepSettings, asked.recipe.settings), styles_in(asked)
    if len(styles) != 1:
        raise asked.refused("it needs one style")
    content = asked.source()
    check_output(asked.output, force=asked.saving.force, inputs=[content])
    photo = read(content, **limit(asked.max_pixels))
    page = swept(photo, styles[0], settings, asked.on_step)
    return write(page, asked.output, quality=asked.saving.quality, force=asked.saving.force)


def again_walk(asked: Repeat) -> Path:
    """Go the way of `walk_file` again; raises as `again` does."""
    if "side" not in asked.recipe.settings:
        raise asked.refused("it is of one picture of a walk, or of an older Impasto; walk anew")
    settings, styles = asked.settings(WalkSettings, asked.recipe.settings), styles_in(asked)
    if len(styles) < 2:
        raise asked.refused("it needs two styles or more")
    return walk_file(
        asked.source(),
        asked.output,
        styles,
        settings=settings,
        saving=asked.saving,
        max_pixels=asked.max_pixels,
        on_step=asked.on_step,
    )


@dataclass(frozen=True)
class _Job:
    """A photograph on disk and what shall become of it."""

    content: Path
    parts: list[Part]
    settings: StylizeSettings
    on_step: OnStep | None

    def run(self, output: Path, saving: Saving, *, max_pixels: int | None) -> Path:
        most = limit(max_pixels)
        with held(self.parts), Source(self.content, **most) as source:
            format_for(output, width=source.width, height=source.height)
            if source.width * source.height >= STREAMED:
                return self._stream(source, output, saving)
            return self._at_once(read(self.content, **most), output, saving)

    def _at_once(self, photo: Picture, output: Path, saving: Saving) -> Path:
        pixels = painted(photo.pixels, self.parts, self.settings, self.on_step)
        recipe = recipe_of(photo, self.parts, self.settings)
        return write(replace(photo, pixels=pixels, recipe=recipe), output, **vars(saving))

    def _stream(self, source: Source, output: Path, saving: Saving) -> Path:
        info = replace(source.info, recipe=recipe_of(source.info, self.parts, self.settings))
        size = (source.height, source.width)
        regions = [Region(p.style.values[None], p.cover(size)) for p in self.parts]
        bits = 8 if info.bits == 8 else None
        area = AREA if source.width * source.height < GIANT else AREA * 2 // 3
        strips = paint(
            hand(), source, regions, self.settings, area=area, bits=bits, on_step=self.on_step
        )
        size = (source.width, source.height)
        with Sink(output, *size, info=info, alpha=source.has_alpha, **vars(saving)) as sink:
            top = 0
            for strip in strips:
                bottom = top + strip.shape[-2]
                sink.write(strip, source.alpha_rows(top, bottom))
                top = bottom
        return output


def _check_waiting(photo: Picture, settings: WalkSettings, output: Path) -> None:
    """Refuse pictures that wait for each other and don't fit."""
    width, height = photo.size
    check_fits(
        f"{settings.steps:,} pictures of {width:,} × {height:,} pixels",
        waiting(output, photo.size, settings.steps, pingpong=settings.back),
        smaller="fewer --steps, a smaller --side, or .mp4",
    )
