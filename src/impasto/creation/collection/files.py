"""Pictures of a generator written to files; and making one again."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from impasto.creation.collection.generator import VERB, Generator, opened
from impasto.creation.collection.sample import FRAMES, samples, seeds_from, walk
from impasto.creation.collection.sheets import recipe_of, sheet
from impasto.errors import OutputError, RecipeError, SettingsError, printable
from impasto.jobs.lock import claim
from impasto.jobs.saving import Saving
from impasto.picture import Picture, check_output, read_recipe, write
from impasto.progress import OnStep
from impasto.report import MOVING, save_frames

AnyPath = str | os.PathLike[str]

SHEET_MOST = 400
"""Pictures on a contact sheet, at most."""


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
    if sheet is not None:
        _check_sheet(sheet, count, saving)
    generator = opened(run)
    targets = outputs(generator.name, output, seeds)
    for target in targets:
        _check(target, saving)
    made: list[Picture] = []
    with _held(targets, output):
        for picture in samples(generator, seeds, on_step):
            if targets:
                _write(picture, targets[len(made)], saving)
            made.append(picture)
    written = targets[: len(made)]
    if sheet is not None:
        written.append(_write(_page(generator, made, seeds), Path(sheet), saving))
    return written


def walk_file(
    run: str | Path | None,
    output: AnyPath,
    seeds: Sequence[int],
    *,
    frames: int = FRAMES,
    force: bool = False,
) -> Path:
    """Walk from picture to picture into a file that moves, or a sheet of the steps.

    Args:
        run: As for `create_sample`.
        output: Ends in ``.gif``, or as pictures do.
        seeds: Of two pictures or more.
        frames: From one to the next.
        force: Replace a file that is there.

    Raises:
        TrainingError: As `create_sample` does.
        WeightsError: As `create_sample` does.
        SettingsError: As `walk` does.
        OutputError: If the file can't be written.
    """
    check_output(output, force=force, others=MOVING)
    made = walk(opened(run), seeds, frames=frames)
    return save_frames(made, Path(output), seconds_per_frame=0.08, force=force)


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
    """Paint a generator's picture again from the recipe that it carries: the same in every pixel.

    Args:
        picture: What `create_sample` made.
        output: Where to put it.
        content: The folder of the generator's run, or the file of its weights; the generator that
            ships unless given.
        masks: Not needed.
        saving: Quality, and what may be overwritten.
        max_pixels: Not needed.
        on_step: As for `create_sample`.

    Raises:
        RecipeError: If there is no recipe, it is refused, or the generator is another one.
        OutputError: If the picture can't be written.
    """
    del masks, max_pixels
    saving = saving or Saving()
    check_output(output, force=saving.force, inputs=[picture])
    recipe, name = read_recipe(picture), printable(picture)
    if recipe.verb != VERB or recipe.seed is None or "generator" not in recipe.weights:
        raise RecipeError(f"{name}: its recipe is not one of a generator's picture")
    generator = opened(None if content is None else os.fsdecode(content))
    if generator.sha256 != recipe.weights["generator"]:
        raise RecipeError(
            f"{name} was painted by other weights than those of {printable(generator.name)}; name "
            "the run that painted it with --content"
        )
    made = next(samples(generator, [recipe.seed], on_step))
    return _write(made, Path(output), saving)


def outputs(name: str, output: AnyPath | None, seeds: Sequence[int]) -> list[Path]:
    """Say which file each picture becomes: a file's name for one, else files in a folder."""
    if output is None:
        return []
    place = Path(output)
    if len(seeds) == 1 and not place.is_dir() and place.suffix:
        return [place]
    return [place / f"{name}-{seed}.png" for seed in seeds]


def _check(target: Path, saving: Saving) -> None:
    """Refuse an output before the work; a folder that is missing will be made."""
    if target.parent.is_dir():
        check_output(target, force=saving.force)
    elif target.parent.exists():
        raise OutputError(
            f"{printable(target.parent)} is a file; several pictures go into a folder"
        )


def _check_sheet(path: AnyPath, count: int, saving: Saving) -> None:
    check_output(path, force=saving.force)
    if count > SHEET_MOST:
        raise SettingsError(f"a sheet holds at most {SHEET_MOST} pictures, not {count:,}")


def _held(targets: Sequence[Path], output: AnyPath | None) -> AbstractContextManager[object]:
    """Keep the folder of several pictures to oneself."""
    if not targets or output is None or targets[0] == Path(output):
        return nullcontext()
    return claim(Path(output))


def _write(picture: Picture, target: Path, saving: Saving) -> Path:
    return write(picture, target, quality=saving.quality, force=saving.force)


def _page(generator: Generator, made: Sequence[Picture], seeds: Sequence[int]) -> Picture:
    """Lay out what was painted."""
    settings = generator.recipe_settings() | {"count": len(made)}
    recipe = recipe_of("create-sample-sheet", settings, seed=seeds[0], weights=generator.sha256)
    return sheet(made, labels=[f"seed {seed}" for seed in seeds[: len(made)]], recipe=recipe)
