"""Drawings, from file to file; and drawing them again."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from jaxtyping import Float
from torch import Tensor

from impasto.creation.pen.draw import LIKE, Asked, Made, draw, ends_of, seeds_from, taken
from impasto.creation.pen.pens import Known, known
from impasto.creation.pen.record import recipe_of, remake
from impasto.creation.pen.settings import DrawSettings
from impasto.creation.pen.showing import MOVING as SMALL
from impasto.creation.pen.showing import growing, painted
from impasto.data.paper import Paper, alone, beside, square
from impasto.data.svg_out import write_svg
from impasto.errors import OutputError, printable
from impasto.jobs.again import Repeat
from impasto.jobs.memory import check_fits
from impasto.jobs.saving import Saving
from impasto.picture import Info, Picture, Recipe, check_output, write
from impasto.progress import OnStep
from impasto.report import MOVING, check_extra, save_frames, waiting

AnyPath = str | os.PathLike[str]

DRAWN = (".svg",)
"""Endings of files that hold strokes."""

PER_FRAME, PER_STEP = 0.05, 0.3
"""Seconds that a picture stays while a drawing grows, and while one turns into another."""


def draw_file(
    output: AnyPath,
    *,
    like: AnyPath | Known = LIKE,
    begin: AnyPath | None = None,
    between: tuple[AnyPath, AnyPath] | None = None,
    steps: int = 8,
    count: int = 1,
    seed: int = 1,
    settings: DrawSettings | None = None,
    columns: int | None = None,
    saving: Saving | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Draw something new into a file, several drawings side by side.

    Args:
        output: An ``.svg`` with real strokes, a picture, or a ``.gif`` or ``.mp4`` that shows
            how they are drawn, or how one turns into another.
        like: As for `create_draw`, or a pen that is open already.
        begin: An SVG to complete; alone in an SVG its strokes stay where and as they are, number by
            number.
        between: As for `create_draw`, two SVGs.
        steps: As for `create_draw`.
        count: As for `create_draw`.
        seed: As for `create_draw`.
        settings: Temperature and so on.
        columns: Drawings side by side; what looks well unless given.
        saving: Quality, and what may be overwritten.
        on_step: As for `create_draw`; what is finished is written when it stops the work.

    Raises:
        SettingsError: As `create_draw` does, if an MP4 needs the extra, or if a GIF would not fit
            into memory.
        DataError: As `create_draw` does.
        WeightsError: As `create_draw` does.
        TrainingError: As `create_draw` does.
        OutputError: If the file can't be written, which is said before the work, or it was stopped
            before anything was finished.
    """
    saving = saving or Saving()
    ends = () if between is None else ends_of(between)
    given = [path for path in (begin, *ends) if path is not None]
    check_output(output, force=saving.force, inputs=given, others=(*DRAWN, *MOVING))
    check_extra(Path(output))
    seeds = seeds_from(seed, count, steps=steps if ends else None)
    if ends:
        _check_way(Path(output), len(seeds))
    pen = like if isinstance(like, Known) else known(like)
    asked = Asked(pen, seeds, settings or DrawSettings(), *taken(begin, between))
    made = draw(asked, on_step)
    if not made:
        raise OutputError(f"{printable(output)} is not written: the work was stopped")
    recipe = recipe_of(
        asked.known,
        asked.settings.model_copy(update={"temperature": asked.temperature}),
        seed=seeds[0],
        count=len(seeds),
        columns=columns,
        given=given,
        finished=len(made) == len(seeds),
    )
    return _written(made, Path(output), recipe, saving, columns=columns, way=bool(ends))


def again(asked: Repeat) -> Path:
    """Draw again what `draw_file` drew.

    The pen is the one that ships with these weights, else that of the run that `asked.content`
    names.

    Raises:
        RecipeError: If the recipe is refused, or the pen is another one.
        SettingsError: If `asked.content` is no run, where one is needed.
        TrainingError: If it is a run of something else.
        WeightsError: If its weights are damaged.
        DataError: If a drawing can't be read.
        OutputError: If the file can't be written.
    """
    wanted = remake(asked)
    between = (wanted.given[0], wanted.given[1]) if len(wanted.given) > 1 else None
    return draw_file(
        asked.output,
        like=wanted.pen,
        begin=wanted.given[0] if len(wanted.given) == 1 else None,
        between=between,
        steps=wanted.count,
        count=1 if between else wanted.count,
        seed=asked.seed,
        settings=wanted.settings,
        columns=wanted.columns,
        saving=asked.saving,
        on_step=asked.on_step,
    )


def _check_way(output: Path, count: int) -> None:
    """Refuse a way from one drawing to another whose pictures don't fit into memory."""
    side = math.isqrt(SMALL)
    check_fits(
        f"{count:,} pictures of {side} × {side} pixels",
        waiting(output, (side, side), count, pingpong=True),
        smaller="fewer --steps, or .mp4",
    )


def _written(
    made: Sequence[Made],
    output: Path,
    recipe: Recipe,
    saving: Saving,
    *,
    columns: int | None,
    way: bool,
) -> Path:
    """Lay drawings on paper, and write it in the form that the file's name asks for."""
    suffix = output.suffix.lower()
    if suffix in MOVING:
        frames = (
            replace(Picture.from_tensor(f), recipe=recipe) for f in _frames(made, columns, way=way)
        )
        stay = PER_STEP if way else PER_FRAME
        return save_frames(frames, output, seconds_per_frame=stay, pingpong=way, force=saving.force)
    paper = _paper(made, columns, way=way)
    if suffix in DRAWN:
        many = "a drawing" if len(made) == 1 else f"{len(made)} drawings"
        title = f"{many} by a network, like {recipe.settings['like']}"
        names = [f"seed {each.seed}" for each in made] if not way else []
        info = Info(recipe=recipe)
        return write_svg(paper, output, title=title, names=names, info=info, force=saving.force)
    picture = replace(Picture.from_tensor(painted(paper)), recipe=recipe)
    return write(picture, output, quality=saving.quality, force=saving.force)


def _paper(made: Sequence[Made], columns: int | None, *, way: bool) -> Paper:
    if len(made) == 1 and columns is None:
        return alone(made[0].lines)
    usual = min(len(made), 12) if way else square(len(made))
    return beside([each.lines for each in made], columns=columns or usual)


def _frames(
    made: Sequence[Made], columns: int | None, *, way: bool
) -> Iterator[Float[Tensor, "1 3 h w"]]:
    """Show drawings as they are drawn; or one after the other, where each leads to the next."""
    if not way:
        yield from growing(_paper(made, columns, way=False))
        return
    for each in made:
        yield painted(beside([each.lines], columns=1), largest=SMALL)
