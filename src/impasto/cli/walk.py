"""The command `styles walk`: a path from style to style."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Content, Force, KeepColors, Strength, Stroke, completed
from impasto.cli.progress import bar
from impasto.cli.records import RecordCommand
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.styling.sheets import WalkSettings
else:  # pydantic takes too long for `impasto --help`
    WalkSettings = object

StyleNames = Annotated[
    list[str],
    typer.Argument(
        metavar="STYLE STYLE...",
        help="Two styles or more: names or paintings.",
        autocompletion=completed,
        show_default=False,
    ),
]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="Where to: .gif and .mp4 move, a picture's ending gives a sheet of the steps.",
        show_default=False,
    ),
]


class WalkCommand(RecordCommand):
    """A command whose settings come from the record of walking."""

    @staticmethod
    def record() -> type[WalkSettings]:
        """The record of the verb."""
        from impasto.styling.sheets import WalkSettings as Record

        return Record


def walk(
    styles: StyleNames,
    content: Content,
    *,
    output: Output,
    steps: Annotated[int, typer.Option("--steps")],
    seconds: Annotated[float, typer.Option("--seconds")],
    side: Annotated[int, typer.Option("--side")],
    back: Annotated[bool, typer.Option("--back")],
    strength: Strength,
    stroke: Stroke,
    keep_colors: KeepColors,
    force: Force = False,
) -> None:
    """Walk from style to style on one photograph.

    impasto styles walk great-wave the-scream --steps 9 photo.jpg -o walk.gif
    """
    from impasto.jobs.saving import Saving
    from impasto.settings import checked
    from impasto.styling.files import walk_file
    from impasto.styling.sheets import WalkSettings as Record

    painting = {"strength": strength, "stroke": stroke, "keep_colors": keep_colors}
    showing = {"steps": steps, "side": side, "seconds": seconds, "back": back}
    settings, saving = checked(Record, painting | showing), Saving(force=force)
    with bar(content.name) as shown:
        walk_file(content, output, styles, settings=settings, saving=saving, on_step=shown.within)
    say(output)
