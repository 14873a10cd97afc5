"""New pictures from one, from file to files; and making one again."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from jaxtyping import Float
from pydantic import BaseModel, Field
from torch import Tensor

from impasto.creation.patches.like import Work, pictures, planned, seeds_from
from impasto.creation.patches.limits import seconds
from impasto.creation.patches.record import sheet_recipe_of
from impasto.creation.patches.settings import LikeSettings
from impasto.jobs.again import Repeat
from impasto.jobs.saving import Saving
from impasto.jobs.series import SHEET_MOST, series
from impasto.picture import Picture, check_output, read, write
from impasto.picture.files import limit
from impasto.picture.formats import format_for
from impasto.progress import OnStep
from impasto.report import contact_sheet, shrink

AnyPath = str | os.PathLike[str]

COLUMNS = 4
"""Pictures side by side on a contact sheet."""

CELL = 384
"""Longer side of a picture on it at most, in pixels."""


class _Sheet(BaseModel, strict=True):
    """What the recipe of a sheet must say besides the settings of each picture."""

    count: int = Field(ge=1, le=SHEET_MOST)


def like_files(
    content: AnyPath,
    output: AnyPath,
    *,
    other: AnyPath | None = None,
    settings: LikeSettings | None = None,
    count: int = 1,
    seed: int = 0,
    sheet: AnyPath | None = None,
    saving: Saving | None = None,
    max_pixels: int | None = None,
    on_begin: Callable[[float], object] | None = None,
    on_step: OnStep | None = None,
) -> list[Path]:
    """Make new pictures from the patches of a file's, and write each when it is finished.

    Args:
        content: The picture that gives its patches.
        output: A file for one picture; else a folder, which is made where it is missing, for files
            such as ``painting-like-7.png``, where 7 is the seed. See `series`.
        other: A second picture whose patches may be used.
        settings: As for `create_like`.
        count: As for `create_like`.
        seed: As for `create_like`.
        sheet: A file for a contact sheet, the source first; it may lie in the same folder.
        saving: Quality, and what may be overwritten.
        max_pixels: Larger sources are refused; None takes the readers' own limit.
        on_begin: Told, before the work begins, about how many seconds it takes on two cores.
        on_step: As for `create_like`.

    Returns:
        What was written, without the sheet.

    Raises:
        PictureError: If a picture can't be read.
        SettingsError: If a value is out of its range, or the size doesn't fit into memory.
        OutputError: If a file can't be written.
    """
    saving, inputs = saving or Saving(), [content, *([other] if other else [])]
    stem = Path(os.fsdecode(content)).stem
    files = series(output, f"{stem}-like", seeds_from(seed, count))
    files.check(force=saving.force, inputs=inputs)
    if sheet is not None:
        files.check_sheet(sheet, count, force=saving.force, inputs=inputs)
    given = [read(path, **limit(max_pixels)) for path in inputs]
    work = planned(*given, settings=settings or LikeSettings(), count=count, seed=seed)
    _check_format(work, files.targets[0])
    if on_begin is not None:
        on_begin(seconds(work.planned) * count)
    made: list[Path] = []
    cells: list[Tensor] = []
    with files.held():
        for picture, target in zip(pictures(work, on_step), files.targets, strict=False):
            made.append(_write(picture, target, saving))
            if sheet is not None:
                cells.append(shrink(picture.pixels, CELL))
    if sheet is not None and made:
        _write(_sheet(work, cells), Path(sheet), saving)
    return made


def again(asked: Repeat) -> Path:
    """Make again what `create_like` made.

    Raises:
        RecipeError: If the recipe is refused.
        PictureError: If a source can't be read.
        OutputError: If the picture can't be written, or the work was stopped.
    """
    settings, (content, *others) = _settings(asked), _inputs(asked)
    return like_files(
        content,
        asked.output,
        other=next(iter(others), None),
        settings=settings,
        seed=asked.seed,
        saving=asked.saving,
        max_pixels=asked.max_pixels,
        on_step=asked.on_step,
    )[0]


def again_sheet(asked: Repeat) -> Path:
    """Make and lay out again what `like_files` put on a sheet; raises as `again` does."""
    count = asked.settings(_Sheet, asked.recipe.settings).count
    settings, inputs = _settings(asked, "count"), _inputs(asked)
    check_output(asked.output, force=asked.saving.force, inputs=inputs)
    given = [read(path, **limit(asked.max_pixels)) for path in inputs]
    work = planned(*given, settings=settings, count=count, seed=asked.seed)
    cells = [shrink(picture.pixels, CELL) for picture in pictures(work, asked.on_step)]
    return _write(_sheet(work, cells), asked.output, asked.saving)


def _settings(asked: Repeat, *besides: str) -> LikeSettings:
    """Check the settings of each picture; `besides` are names of what else the recipe says."""
    left_out = {"others", *besides}
    values = {name: v for name, v in asked.recipe.settings.items() if name not in left_out}
    return asked.settings(LikeSettings, values)


def _inputs(asked: Repeat) -> list[Path]:
    """Find the sources."""
    content = asked.source()
    other = asked.other(asked.recipe.settings.get("others", []), content)
    return [content] if other is None else [content, other]


def _check_format(work: Work, target: Path) -> None:
    """Refuse a size that the format can't hold before the work."""
    height, width = work.planned[-1].scale.made
    format_for(target, width=width, height=height)


def _write(picture: Picture, target: Path, saving: Saving) -> Path:
    return write(picture, target, quality=saving.quality, force=saving.force)


def _sheet(work: Work, cells: Sequence[Float[Tensor, "1 3 _ _"]]) -> Picture:
    """Lay out the sources and what was made of them."""
    labels = [*("source", "with")[: len(work.sources)], *(f"seed {seed}" for seed in work.seeds)]
    laid = [*(source.on_white for source in work.sources), *cells]
    page = contact_sheet(laid, columns=COLUMNS, labels=labels[: len(laid)], cell=CELL)
    recipe = sheet_recipe_of(work.sources, work.settings, work.seeds[0], len(cells))
    return replace(Picture.from_tensor(page), recipe=recipe)
