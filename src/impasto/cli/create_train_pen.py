"""What is a pen's own in the command `create train`: drawings to learn from, not pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from impasto.cli.stoppable import Watched
from impasto.cli.terminal import say

Strokes = Annotated[
    Path | None,
    typer.Option(
        help="Learn from drawings: a folder of SVGs or .npz, or one .npz; train a pen. Steps are "
        "then 3,000 to 12,000 by their number, looks a 24th of that, and patience 6.",
        show_default=False,
    ),
]


def is_pen(run: Path | None) -> bool:
    """Tell whether a run is that of a pen."""
    from impasto.creation.pen.run import FILE

    return run is not None and (run / FILE).is_file()


def typed(name: str, value: object) -> str:
    """Name an option as it was typed.

    >>> typed("mirror", False)
    '--no-mirror'
    """
    return f"--no-{name}" if value is False else f"--{name}"


def train_pen(
    strokes: Path | None, *, output: Path | None, resume: Path | None, given: Mapping[str, object]
) -> None:
    """Train a pen on drawings, or go on with one."""
    from impasto.creation.pen.run import SHEET
    from impasto.creation.pen.settings import PenSettings
    from impasto.creation.pen.train import create_train_pen
    from impasto.settings import checked

    known = PenSettings.model_fields
    foreign = next((typed(name, value) for name, value in given.items() if name not in known), None)
    if foreign is not None:
        raise typer.BadParameter(f"a pen learns from strokes, not pictures; leave out {foreign}")
    settings = None if resume is not None else checked(PenSettings, given)
    folder = (
        resume or output or Path("runs") / (strokes or Path()).resolve().name.removesuffix(".npz")
    )
    with Watched(f"training {folder.name}", shown=("loss",)) as watched:
        run = create_train_pen(
            strokes,
            folder,
            settings=settings,
            resume=resume is not None,
            on_line=watched.say,
            on_step=watched,
        )
    say(folder / SHEET)
    if watched.asked and run.reason.startswith("stopped: asked to"):
        say(f"impasto create train --resume {folder} goes on")
        raise typer.Exit(130)
    say(f"{run.seconds:.0f} s; impasto create draw --like {folder} -o new.svg draws with it")
