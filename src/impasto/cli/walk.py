"""The command `styles walk`: a path from style to style."""

from pathlib import Path
from typing import Annotated

import typer

from impasto.cli.options import Content, Force, KeepColors, Strength, Stroke, completed
from impasto.cli.progress import bar
from impasto.cli.terminal import say

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


def walk(
    styles: StyleNames,
    content: Content,
    *,
    output: Output,
    steps: Annotated[int, typer.Option(min=2, max=500, help="Pictures in all.")] = 9,
    seconds: Annotated[
        float, typer.Option(min=0.02, max=60, help="How long each picture stays.")
    ] = 0.2,
    side: Annotated[
        int, typer.Option(min=16, max=8192, help="Longer side of the pictures, in pixels, at most.")
    ] = 640,
    back: Annotated[bool, typer.Option("--back", help="Walk back again, without end.")] = False,
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
    from impasto.styling.sheets import WalkSettings

    painting = {"strength": strength, "stroke": stroke, "keep_colors": keep_colors}
    showing = {"steps": steps, "side": side, "seconds": seconds, "back": back}
    settings, saving = checked(WalkSettings, painting | showing), Saving(force=force)
    with bar(content.name) as shown:
        walk_file(content, output, styles, settings=settings, saving=saving, on_step=shown.within)
    say(output)
