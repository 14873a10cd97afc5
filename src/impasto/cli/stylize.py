"""The command `stylize`: one photograph, or a folder of them."""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from impasto.cli import values
from impasto.cli.folder import Paint, paint_folder
from impasto.cli.options import (
    AnyStyles,
    Force,
    KeepColors,
    KeepGps,
    MaxPixels,
    Output,
    Quality,
    Strength,
    Stroke,
    Weights,
)
from impasto.cli.progress import bar
from impasto.cli.terminal import say
from impasto.jobs.outputs import placed
from impasto.progress import OnStep

Content = Annotated[
    Path, typer.Argument(help="The photograph, or a folder of them.", show_default=False)
]
Region = Annotated[
    list[str] | None,
    typer.Option(
        metavar="MASK=STYLE",
        help="A style where a mask is white; several are allowed. What no mask covers stays.",
        show_default=False,
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Skip what is done already, to go on with a folder.")
]
Suffix = Annotated[
    str | None,
    typer.Option(
        metavar=".png",
        help="Ending of the outputs in a folder; each keeps its own unless you name one.",
        show_default=False,
    ),
]


def stylize(
    content: Content,
    *,
    output: Output,
    style: AnyStyles = None,
    weights: Weights = None,
    region: Region = None,
    strength: Strength,
    stroke: Stroke,
    keep_colors: KeepColors,
    quality: Quality = 92,
    force: Force = False,
    resume: Resume = False,
    suffix: Suffix = None,
    keep_gps: KeepGps = False,
    max_pixels: MaxPixels = None,
) -> None:
    """Paint a photograph, or a folder of them, in the style of a painting.

    impasto stylize photo.jpg --style great-wave -o out.png
    """
    from impasto.jobs.saving import Saving
    from impasto.picture import check_output
    from impasto.styling.files import stylize_file
    from impasto.styling.parts import resolve
    from impasto.styling.settings import settings_of

    if not (style or region):
        raise typer.BadParameter(
            "name a style, such as --style great-wave; impasto styles lists them"
        )
    settings = settings_of(strength=strength, stroke=stroke, keep_colors=keep_colors)
    styles, masked = style or [], [values.region(text) for text in region or []]
    shares = values.shares(weights, styles=len(styles))
    inputs = [content, *styles, *chain.from_iterable(masked)]
    target = None if content.is_dir() else place(content, output, suffix=suffix)
    if target and resume and target.exists():
        say(target)
        return
    if target:  # before the styles are read, which takes longer
        check_output(target, force=force, inputs=inputs)
    vector = resolve(styles, weights=shares) if styles else None
    regions = [(mask, resolve(name)) for mask, name in masked]
    saving = Saving(quality=quality, force=force, keep_gps=keep_gps)

    def paint(source: Path, target: Path, on_step: OnStep) -> None:
        check_output(target, force=force, inputs=inputs)  # a painting may lie among the outputs
        stylize_file(
            source,
            target,
            vector,
            regions=regions,
            settings=settings,
            saving=saving,
            max_pixels=max_pixels,
            on_step=on_step,
        )

    if target:
        paint_one(content, target, paint)
    else:
        paint_folder(content, output, paint, suffix=suffix, force=force, resume=resume)


def place(content: Path, output: Path, *, suffix: str | None) -> Path:
    """Say where one photograph goes; into a folder it goes as a folder's photographs do.

    Raises:
        typer.BadParameter: If there is a suffix where the output's name has one.
    """
    if output.is_dir():
        return output / placed(Path(content.name), suffix)
    if suffix is not None:
        message = "it is for folders; here the ending of --output chooses the format"
        raise typer.BadParameter(message, param_hint="--suffix")
    return output


def paint_one(content: Path, target: Path, paint: Paint) -> None:
    """Paint one photograph and say where it lies."""
    with bar(content.name) as shown:
        paint(content, target, shown.within)
    say(target)
