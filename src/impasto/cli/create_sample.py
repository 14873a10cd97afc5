"""The command `create sample`: pictures of a trained generator."""

from pathlib import Path
from typing import Annotated

import typer

from impasto.cli.options import Force, Quality
from impasto.cli.progress import bar
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import say

Run = Annotated[
    Path | None,
    typer.Argument(
        help="The folder of a run; the generator that comes with Impasto unless given.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,  # a Path would drop the slash that tells a folder
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="A folder; for a single picture a file, too: .png, .jpg, .webp or .tif.",
        show_default=False,
    ),
]
Count = Annotated[
    int, typer.Option(min=1, max=10_000, help="Paint so many, each with the next seed.")
]
Seed = Annotated[
    int, typer.Option(min=0, help="Where chance begins; the same seed, the same picture.")
]
Sheet = Annotated[
    Path | None, typer.Option(help="Lay them out on a contact sheet.", show_default=False)
]
Walk = Annotated[
    tuple[str, Path] | None,
    typer.Option(
        metavar="SEEDS FILE",
        help="Walk from picture to picture: seeds with commas, and a .gif, an .mp4, or a picture "
        "for a sheet of the steps.",
        show_default=False,
    ),
]
Frames = Annotated[
    int, typer.Option(min=1, max=500, help="Frames from one picture of a walk to the next.")
]


def sample(
    run: Run = None,
    *,
    output: Output = None,
    count: Count = 1,
    seed: Seed = 1,
    sheet: Sheet = None,
    walk: Walk = None,
    frames: Frames = 16,
    quality: Quality = 92,
    force: Force = False,
) -> None:
    """Let a trained generator paint new pictures.

    impasto create sample runs/koson --count 24 --seed 1 --sheet sheet.png

    impasto create sample runs/koson --walk 1,5,9 walk.gif
    """
    from impasto.creation.collection.files import sample_files, walk_file
    from impasto.jobs.saving import Saving

    if not (output or sheet or walk):
        raise typer.BadParameter("say where to: --output, --sheet, or --walk SEEDS FILE")
    saving = Saving(quality=quality, force=force)
    if walk:
        way = seeds(walk[0])
        with bar("painting") as walked:
            walk_file(run, walk[1], way, frames=frames, saving=saving, on_step=walked.within)
        say(walk[1])
    if not (output or sheet):
        return
    with Stoppable("painting") as shown:
        made = sample_files(
            run,
            output,
            count=count,
            seed=seed,
            sheet=sheet,
            saving=saving,
            on_step=shown,
        )
    for path in made:
        say(path)
    if shown.asked:
        raise KeyboardInterrupt


def seeds(text: str) -> list[int]:
    """Read seeds with commas between them.

    >>> seeds("1,5,9")
    [1, 5, 9]

    Raises:
        typer.BadParameter: If one of them is no whole number.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        message = f"expected seeds with commas between them, such as 1,5,9; got {text!r}"
        raise typer.BadParameter(message, param_hint="--walk")
    return [int(part) for part in parts]
