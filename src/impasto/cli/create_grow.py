"""The command `create grow`: a learned texture, grown to any size."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force, Quality
from impasto.cli.records import RecordCommand
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import say

if TYPE_CHECKING:
    from impasto.creation.texture.settings import FilmSettings
else:  # pydantic takes too long for `impasto --help`
    FilmSettings = object

LONG = 10.0
"""Seconds from which on it is said beforehand how long it will take."""

Texture = Annotated[Path, typer.Argument(help="The file of create texture, such as weave.texture.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="A picture's file, or a .gif or .mp4 that shows how it grows.",
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, help="Where chance begins; the same seed, the same picture.")
]
Onnx = Annotated[
    Path | None,
    typer.Option(
        "--onnx",
        metavar="FILE",
        help="Write one step of the cells as ONNX, for other programs.",
        show_default=False,
    ),
]


class GrowCommand(RecordCommand):
    """A command whose settings come from the record of growing."""

    @staticmethod
    def record() -> type[FilmSettings]:
        """The record of the verb."""
        from impasto.creation.texture.settings import FilmSettings as Record

        return Record


def grow(
    texture: Texture,
    *,
    output: Output = None,
    size: Annotated[str, typer.Option("--size", metavar="WxH")],
    steps: Annotated[int, typer.Option("--steps")],
    frames: Annotated[int, typer.Option("--frames")],
    seed: Seed = 0,
    onnx: Onnx = None,
    quality: Quality = 92,
    force: Force = False,
) -> None:
    """Grow a learned texture to any size; opposite edges meet.

    impasto create grow weave.texture --size 2048x2048 -o sheet.png

    impasto create grow weave.texture --size 256x256 -o growth.gif
    """
    from impasto.creation.texture.files import export_file, grow_file
    from impasto.creation.texture.settings import FilmSettings as Record
    from impasto.jobs.saving import Saving
    from impasto.settings import checked

    if output is None and onnx is None:
        raise typer.BadParameter("say where to: --output, or --onnx FILE")
    settings = checked(Record, {"size": size, "steps": steps, "frames": frames})
    if onnx is not None:
        say(export_file(texture, onnx, force=force))
    if output is None:
        return
    with Stoppable(texture.name) as shown:
        made = grow_file(
            texture,
            output,
            settings=settings,
            seed=seed,
            saving=Saving(quality=quality, force=force),
            on_begin=announce,
            on_step=shown,
        )
    say(made)
    if shown.asked:
        raise KeyboardInterrupt


def announce(seconds: float) -> None:
    """Say how long it will take, where somebody would wonder."""
    if seconds >= LONG:
        words = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
        typer.echo(f"about {words} on two cores; Ctrl-C keeps what has grown", err=True)
