"""The commands `create train` and `create inspect`: a generator of one's own, and its worth.

With `--strokes` it is a pen: see `create_train_pen`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.create_train_pen import Strokes, is_pen, train_pen, typed
from impasto.cli.records import TrainCommand
from impasto.cli.stoppable import Watched
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.creation.collection.settings import GeneratorSettings
else:  # pydantic takes too long for `impasto --help`
    GeneratorSettings = object

PLACES = ("works", "strokes", "output", "resume")
"""Arguments that are no settings."""

SHOWN = ("kid", "copies")
"""What the bar shows of a look."""

Works = Annotated[
    Path | None,
    typer.Argument(
        help="A folder or a table of 30 to 5,000 pictures; with --resume, where they lie now.",
        show_default=False,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="The run's folder; runs/NAME unless given.", show_default=False
    ),
]
Resume = Annotated[
    Path | None,
    typer.Option(help="Go on with this run, as if it had never stopped.", show_default=False),
]
Whole = Annotated[int | None, typer.Option()]
Number = Annotated[float | None, typer.Option()]
Text = Annotated[str | None, typer.Option()]
Truth = Annotated[bool | None, typer.Option()]
"""These four take help, range and default from the settings record: see `records`."""

Folder = Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)]
Count = Annotated[int, typer.Option(min=16, max=10_000, help="Pictures to judge by.")]
Moved = Annotated[
    Path | None,
    typer.Option("--source", help="Where its works lie now, if they moved.", show_default=False),
]


class GeneratorCommand(TrainCommand):
    """A command whose settings come from the record of a generator's training."""

    @staticmethod
    def record() -> type[GeneratorSettings]:
        """The record of the verb."""
        from impasto.creation.collection.settings import GeneratorSettings as Record

        return Record


def train(
    works: Works = None,
    *,
    strokes: Strokes = None,
    output: Output = None,
    resume: Resume = None,
    size: Whole = None,
    shape: Text = None,
    mirror: Truth = None,
    batch: Whole = None,
    steps: Whole = None,
    minutes: Number = None,
    look: Whole = None,
    patience: Whole = None,
    keep: Truth = None,
    seed: Whole = None,
) -> None:
    """Train a generator of one's own on a collection, or a pen on drawings; it stops by itself.

    impasto create train my_collection/ --size 64 -o runs/koson

    impasto create train --strokes drawings/ -o runs/mypen

    impasto create train --resume runs/koson
    """
    values = {k: v for k, v in locals().items() if k not in PLACES}
    from impasto.creation.collection.settings import GeneratorSettings as Record
    from impasto.creation.collection.train import create_train
    from impasto.settings import checked

    given = {name: value for name, value in values.items() if value is not None}
    if resume is not None and (given or output is not None):
        name, value = next(iter(given.items()), ("output", output))
        raise typer.BadParameter(
            f"a run that goes on keeps its settings; leave out {typed(name, value)}"
        )
    if works is not None and (strokes is not None or is_pen(resume)):
        raise typer.BadParameter("a pen learns from drawings: name them with --strokes alone")
    if strokes is not None or is_pen(resume):
        train_pen(strokes, output=output, resume=resume, given=given)
        return
    if resume is None and works is None:
        raise typer.BadParameter(
            "name a collection, drawings (--strokes), or a run to go on with: --resume RUN"
        )
    settings = None if resume is not None else checked(Record, given)
    folder = resume or output or Path("runs") / (works or Path()).resolve().name
    with Watched(f"training {folder.name}", shown=SHOWN) as watched:
        run = create_train(
            works,
            folder,
            settings=settings,
            resume=resume is not None,
            on_line=watched.say,
            on_step=watched,
        )
    if watched.asked and run.reason.startswith("stopped: asked to"):
        say(f"impasto create train --resume {folder} goes on")
        raise typer.Exit(130)
    say(f"{run.seconds:.0f} s; impasto create inspect {folder} says how good it is")


def inspect(run: Folder, *, count: Count = 256, source: Moved = None) -> None:
    """Say how good a generator is, how varied, how much it copies, and when it was best.

    impasto create inspect runs/koson
    """
    from impasto.creation.collection.inspecting import create_inspect
    from impasto.creation.collection.page import write_page

    with Watched(f"inspecting {run.name}") as watched:
        found = create_inspect(
            run, count=count, source=source, on_line=watched.say, on_step=watched
        )
    say(write_page(found, run))
