"""Pictures of a generator written to files; and making one again."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from impasto.creation.collection.generator import Generator, opened
from impasto.creation.collection.sample import FRAMES, FRAMES_MOST, MOST, samples, seeds_from, walk
from impasto.creation.collection.sample import MOVING as SIDE
from impasto.creation.collection.sheets import recipe_of, sheet
from impasto.errors import SettingsError, printable
from impasto.jobs.again import Repeat
from impasto.jobs.memory import check_fits
from impasto.jobs.saving import Saving, whole
from impasto.jobs.series import SHEET_MOST, Series, series
from impasto.picture import Picture, check_output, write
from impasto.progress import OnStep, Step
from impasto.report import MOVING, save_frames, waiting

AnyPath = str | os.PathLike[str]


class _Sheet(BaseModel, strict=True):
    """What the recipe of a sheet must say; the rest of it tells of the generator."""

    count: int = Field(ge=1, le=SHEET_MOST)


class _Walk(BaseModel, strict=True):
    """What the recipe of a walk must say; the rest of it tells of the generator."""

    seeds: list[Annotated[int, Field(ge=0, lt=2**63)]] = Field(min_length=2, max_length=MOST)
    frames: int = Field(ge=1, le=FRAMES_MOST)


def sample_files(
    run: str | Path | None,
    output: AnyPath | None = None,
    *,
    count: int = 1,
    seed: int = 1,
    sheet: AnyPath | None = None,
    saving: Saving | None = None,
    on_step: OnStep | None = None,
) -> list[Path]:
    """Let a generator paint pictures into files, and onto a contact sheet.

    Args:
        run: As for `create_sample`.
        output: A file for one picture; else a folder, which is made where it is missing, for files
            such as ``koson-7.png``, where 7 is the seed; None writes no single pictures.
        count: As for `create_sample`.
        seed: As for `create_sample`.
        sheet: A file for a contact sheet of all of them.
        saving: Quality, and what may be overwritten.
        on_step: As for `create_sample`.

    Returns:
        What was written, the sheet last.

    Raises:
        TrainingError: As `create_sample` does.
        WeightsError: As `create_sample` does.
        SettingsError: If a value is out of its range, or nothing shall be written.
        OutputError: If a file can't be written.
    """
    saving, seeds = saving or Saving(), seeds_from(seed, count)
    if output is None and sheet is None:
        raise SettingsError("expected an output or a sheet to write to; name one")
    generator = opened(run)
    files = Series(()) if output is None else series(output, generator.name, seeds)
    files.check(force=saving.force)
    if sheet is not None:
        files.check_sheet(sheet, count, force=saving.force)
    written: list[Path] = []
    made: list[Picture] = []
    with files.held():
        for number, picture in enumerate(samples(generator, seeds, on_step)):
            if files.targets:
                written.append(_write(picture, files.targets[number], saving))
            if sheet is not None:
                made.append(picture)
    if sheet is not None:
        written.append(_write(_page(generator, made, seeds), Path(sheet), saving))
    return written


def walk_file(
    run: str | Path | Generator | None,
    output: AnyPath,
    seeds: Sequence[int],
    *,
    frames: int = FRAMES,
    saving: Saving | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Walk from picture to picture into a file that moves, or a sheet of the steps.

    Args:
        run: As for `create_sample`, or a generator that is open already.
        output: Ends in ``.gif`` or ``.mp4``, or as pictures do.
        seeds: Of two pictures or more.
        frames: From one to the next.
        saving: Quality, of a sheet, and what may be overwritten.
        on_step: Told of each frame; returning True stops the work, and no file is written.

    Raises:
        TrainingError: As `create_sample` does.
        WeightsError: As `create_sample` does.
        SettingsError: As `walk` does, and if a GIF would not fit into memory.
        OutputError: If the file can't be written, or the work was stopped.
    """
    place, saving = Path(output), saving or Saving()
    check_output(place, force=saving.force, others=MOVING)
    generator = run if isinstance(run, Generator) else opened(run)
    count, side = len(seeds) * frames, max(SIDE, generator.network.size)
    check_fits(
        f"{count:,} pictures of {side} × {side} pixels",
        waiting(place, (side, side), count),
        smaller="fewer seeds, fewer --frames, or .mp4",
    )
    made = _told(walk(generator, seeds, frames=frames), count, whole(place, on_step))
    return save_frames(
        made, place, seconds_per_frame=0.08, quality=saving.quality, force=saving.force
    )


def again(asked: Repeat) -> Path:
    """Paint again what `create_sample` made.

    The run, or the file of its weights, is what `asked.content` names; the generator that ships
    unless it does.

    Raises:
        RecipeError: If the recipe is refused, or the generator is another one.
        OutputError: If the picture can't be written.
    """
    check_output(asked.output, force=asked.saving.force)
    made = next(samples(_same(asked), [asked.seed], asked.on_step))
    return _write(made, asked.output, asked.saving)


def again_sheet(asked: Repeat) -> Path:
    """Paint and lay out again what `sample_files` put on a sheet.

    Raises:
        RecipeError: As `again` does.
        OutputError: If the sheet can't be written, or the work was stopped.
    """
    check_output(asked.output, force=asked.saving.force)
    generator, laid = _same(asked), asked.settings(_Sheet, asked.recipe.settings)
    try:
        seeds = seeds_from(asked.seed, laid.count)
    except SettingsError as error:
        raise asked.refused(str(error)) from None
    made = list(samples(generator, seeds, asked.on_step))
    return _write(_page(generator, made, seeds), asked.output, asked.saving)


def again_walk(asked: Repeat) -> Path:
    """Go the way of `walk_file` again; raises as `again_sheet` does."""
    way = asked.settings(_Walk, asked.recipe.settings)
    return walk_file(
        _same(asked),
        asked.output,
        way.seeds,
        frames=way.frames,
        saving=asked.saving,
        on_step=asked.on_step,
    )


def _same(asked: Repeat) -> Generator:
    """Open the generator that painted what is to be painted again."""
    generator = opened(asked.content)
    if generator.sha256 != asked.recipe.weights.get("generator"):
        raise asked.refused(
            f"it names other weights than those of {printable(generator.name)}; name the run that "
            "painted it with --content, as it was then, its folder early/ too"
        )
    return generator


def _told(made: Iterable[Picture], total: int, on_step: OnStep | None) -> Iterator[Picture]:
    """Hand over frames, and say so."""
    for done, frame in enumerate(made, 1):
        yield frame
        if on_step is not None:
            on_step(Step(done, total))


def _write(picture: Picture, target: Path, saving: Saving) -> Path:
    return write(picture, target, quality=saving.quality, force=saving.force)


def _page(generator: Generator, made: Sequence[Picture], seeds: Sequence[int]) -> Picture:
    """Lay out what was painted."""
    settings = generator.recipe_settings() | {"count": len(made)}
    recipe = recipe_of("create-sample-sheet", settings, seed=seeds[0], weights=generator.sha256)
    return sheet(made, labels=[f"seed {seed}" for seed in seeds[: len(made)]], recipe=recipe)
