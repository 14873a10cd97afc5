"""Stylizing from file to file, whatever the size; and doing it again."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from impasto.errors import OutputError, printable
from impasto.jobs.again import Repeat
from impasto.jobs.saving import Saving
from impasto.picture import Picture, Sink, Source, check_output, read, write
from impasto.picture.formats import format_for
from impasto.progress import OnStep, Step, Watch
from impasto.styling.hand import hand
from impasto.styling.painting import Region, paint
from impasto.styling.parts import Part, RegionOf, Style, held, parts_of
from impasto.styling.record import recipe_of, remake
from impasto.styling.settings import StylizeSettings
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
        on_step,
    )
    return job.run(Path(output), saving, max_pixels=max_pixels)


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


@dataclass(frozen=True)
class _Job:
    """A photograph on disk and what shall become of it."""

    content: Path
    parts: list[Part]
    settings: StylizeSettings
    on_step: OnStep | None

    def run(self, output: Path, saving: Saving, *, max_pixels: int | None) -> Path:
        limit = {} if max_pixels is None else {"max_pixels": max_pixels}
        with held(self.parts), Source(self.content, **limit) as source:
            format_for(output, width=source.width, height=source.height)
            if source.width * source.height >= STREAMED:
                return self._stream(source, output, saving)
            return self._at_once(read(self.content, **limit), output, saving)

    def _at_once(self, photo: Picture, output: Path, saving: Saving) -> Path:
        pixels = painted(photo.pixels, self.parts, self.settings, _whole(output, self.on_step))
        recipe = recipe_of(photo, self.parts, self.settings)
        return write(replace(photo, pixels=pixels, recipe=recipe), output, **vars(saving))

    def _stream(self, source: Source, output: Path, saving: Saving) -> Path:
        info = replace(source.info, recipe=recipe_of(source.info, self.parts, self.settings))
        size = (source.height, source.width)
        regions = [Region(p.style.values[None], p.cover(size)) for p in self.parts]
        bits = 8 if info.bits == 8 else None
        on_step = _whole(output, self.on_step)
        area = AREA if source.width * source.height < GIANT else AREA * 2 // 3
        strips = paint(
            hand(), source, regions, self.settings, area=area, bits=bits, on_step=on_step
        )
        size = (source.width, source.height)
        with Sink(output, *size, info=info, alpha=source.has_alpha, **vars(saving)) as sink:
            top = 0
            for strip in strips:
                bottom = top + strip.shape[-2]
                sink.write(strip, source.alpha_rows(top, bottom))
                top = bottom
        return output


def _whole(output: Path, on_step: OnStep | None) -> OnStep | None:
    """Give the file up when the work is stopped: it appears whole or not at all."""
    if on_step is None:
        return None
    watch = Watch(on_step)

    def tell(step: Step) -> None:
        if watch(step):
            raise OutputError(f"{printable(output)} is not written: the painting was stopped")

    return tell
