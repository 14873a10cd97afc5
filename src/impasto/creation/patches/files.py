"""New pictures from one, from file to files; and making one again."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from impasto.creation.patches.like import Work, pictures, planned
from impasto.creation.patches.limits import seconds
from impasto.creation.patches.record import recipe_of
from impasto.creation.patches.settings import LikeSettings
from impasto.jobs.again import Repeat
from impasto.jobs.saving import Saving
from impasto.jobs.series import series
from impasto.picture import Picture, check_output, read, write
from impasto.picture.files import limit
from impasto.picture.formats import format_for
from impasto.progress import OnStep
from impasto.report import contact_sheet

AnyPath = str | os.PathLike[str]

COLUMNS = 4
"""Pictures side by side on a contact sheet."""


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
            such as ``painting-like-7.png``, where 7 is the seed.
        other: A second picture whose patches may be used.
        settings: As for `create_like`.
        count: As for `create_like`.
        seed: As for `create_like`.
        sheet: A file for a contact sheet, the source first.
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
    files = series(output, f"{stem}-like", range(seed, seed + count))
    files.check(force=saving.force, inputs=inputs)
    if sheet is not None:
        check_output(sheet, force=saving.force, inputs=inputs)
    given = [read(path, **limit(max_pixels)) for path in inputs]
    work = planned(*given, settings=settings or LikeSettings(), count=count, seed=seed)
    if on_begin is not None:
        on_begin(seconds(work.planned) * count)
    with files.held():
        made = list(_written(work, files.targets, saving, on_step))
    if sheet is not None and made:
        write(_sheet(work, made), sheet, quality=saving.quality, force=saving.force)
    return made


def again(asked: Repeat) -> Path:
    """Make again what `create_like` made.

    Raises:
        RecipeError: If the recipe is refused.
        PictureError: If a source can't be read.
        OutputError: If the picture can't be written, or the work was stopped.
    """
    values = dict(asked.recipe.settings)
    others = values.pop("others", [])
    settings, content = asked.settings(LikeSettings, values), asked.source()
    return like_files(
        content,
        asked.output,
        other=asked.other(others, content),
        settings=settings,
        seed=asked.seed,
        saving=asked.saving,
        max_pixels=asked.max_pixels,
        on_step=asked.on_step,
    )[0]


def _written(
    work: Work, targets: Sequence[Path], saving: Saving, on_step: OnStep | None
) -> Iterator[Path]:
    height, width = work.planned[-1].scale.made
    format_for(targets[0], width=width, height=height)
    for picture, target in zip(pictures(work, on_step), targets, strict=False):
        yield write(picture, target, quality=saving.quality, force=saving.force)


def _sheet(work: Work, made: Sequence[Path]) -> Picture:
    """Lay out the source and what was made of it."""
    cells = chain((s.on_white for s in work.sources), (read(path).pixels for path in made))
    labels = ["source", "with"][: len(work.sources)] + [f"seed {seed}" for seed in work.seeds]
    page = contact_sheet(
        cells, columns=COLUMNS, labels=labels[: len(work.sources) + len(made)], cell=384
    )
    recipe = recipe_of(work.sources, work.settings, work.seeds[0])
    whole = recipe.model_copy(update={"verb": "create-like-sheet"})
    return replace(Picture.from_tensor(page), recipe=whole)
