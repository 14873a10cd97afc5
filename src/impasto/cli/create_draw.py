"""The command `create draw`: new drawings by a pen, as real strokes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force, Quality
from impasto.cli.records import RecordCommand
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.creation.pen.settings import DrawSettings
else:  # pydantic takes too long for `impasto --help`
    DrawSettings = object

Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="Where to: .svg for real strokes, .png and so on, .gif or .mp4 to see them drawn.",
        show_default=False,
    ),
]
Like = Annotated[
    str,
    typer.Option(help="What the pen learned from: omniglot, kanji, or the folder of a run."),
]
Begin = Annotated[
    Path | None,
    typer.Option(help="Complete this SVG; its strokes stay as they are.", show_default=False),
]
Between = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        metavar="SVG SVG", help="Draw on the way from one to the other.", show_default=False
    ),
]
Steps = Annotated[int, typer.Option(min=2, max=10_000, help="Drawings from one to the other.")]
Count = Annotated[
    int, typer.Option(min=1, max=10_000, help="Draw so many, each with the next seed.")
]
Seed = Annotated[
    int, typer.Option(min=0, help="Where chance begins; the same seed, the same drawing.")
]
Columns = Annotated[
    int | None, typer.Option(min=1, help="Lay so many side by side.", show_default=False)
]


class DrawCommand(RecordCommand):
    """A command whose settings come from the record of drawing."""

    @staticmethod
    def record() -> type[DrawSettings]:
        """The record of the verb."""
        from impasto.creation.pen.settings import DrawSettings as Record

        return Record


def draw(
    *,
    output: Output,
    like: Like = "omniglot",
    begin: Begin = None,
    between: Between = None,
    steps: Steps = 8,
    temperature: Annotated[float | None, typer.Option("--temperature", show_default=False)] = None,
    points: Annotated[int, typer.Option("--points")],
    count: Count = 1,
    seed: Seed = 1,
    columns: Columns = None,
    quality: Quality = 92,
    force: Force = False,
) -> None:
    """Draw something new, complete a drawing, or go from one drawing to another.

    impasto create draw --like omniglot --temperature 0.6 --count 24 -o signs.svg

    impasto create draw --begin half.svg -o done.svg

    impasto create draw --between a.svg b.svg --steps 8 -o way.svg
    """
    from impasto.creation.pen.files import draw_file
    from impasto.creation.pen.settings import DrawSettings as Record
    from impasto.jobs.saving import Saving
    from impasto.settings import checked

    settings = checked(Record, {"temperature": temperature, "points": points})
    with Stoppable("drawing") as shown:
        made = draw_file(
            output,
            like=like,
            begin=begin,
            between=between,
            steps=steps,
            count=count,
            seed=seed,
            settings=settings,
            columns=columns,
            saving=Saving(quality=quality, force=force),
            on_step=shown,
        )
    say(made)
    if shown.asked:
        raise KeyboardInterrupt
