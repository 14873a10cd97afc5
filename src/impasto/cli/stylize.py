"""The command `stylize`: one photograph, or a folder of them."""

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
    Output,
    Quality,
    Strength,
    Stroke,
    Weights,
)
from impasto.cli.progress import bar
from impasto.cli.terminal import say
from impasto.progress import OnStep


def stylize(
    content: Annotated[
        Path, typer.Argument(help="The photograph, or a folder of them.", show_default=False)
    ],
    *,
    output: Output,
    style: AnyStyles = None,
    weights: Weights = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MASK=STYLE",
            help="A style where a mask is white; several are allowed. What no mask covers stays.",
            show_default=False,
        ),
    ] = None,
    strength: Strength,
    stroke: Stroke,
    keep_colors: KeepColors,
    quality: Quality = 92,
    force: Force = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Skip what is done already, to go on with a folder.")
    ] = False,
    suffix: Annotated[
        str | None,
        typer.Option(
            metavar=".png",
            help="Ending of a folder's outputs; each keeps its own unless you name one.",
            show_default=False,
        ),
    ] = None,
    keep_gps: KeepGps = False,
    max_pixels: Annotated[
        int | None,
        typer.Option(min=1, help="Refuse larger pictures; raise it to paint a giant."),
    ] = None,
) -> None:
    """Paint a photograph, or a folder of them, in the style of a painting.

    impasto stylize photo.jpg --style great-wave -o out.png
    """
    from impasto.styling.files import Saving, stylize_file
    from impasto.styling.parts import resolve
    from impasto.styling.settings import settings_of

    if not (style or region):
        raise typer.BadParameter(
            "name a style, such as --style great-wave; impasto styles lists them"
        )
    settings = settings_of(strength=strength, stroke=stroke, keep_colors=keep_colors)
    vector = resolve(style, weights=values.shares(weights)) if style else None
    masked = [(mask, resolve(name)) for mask, name in map(values.region, region or [])]

    saving = Saving(quality=quality, force=force, keep_gps=keep_gps)

    def paint(source: Path, target: Path, on_step: OnStep) -> None:
        stylize_file(
            source,
            target,
            vector,
            regions=masked,
            settings=settings,
            saving=saving,
            max_pixels=max_pixels,
            on_step=on_step,
        )

    if content.is_dir():
        paint_folder(content, output, paint, suffix=suffix, force=force, resume=resume)
    else:
        paint_one(content, output, paint, resume=resume)


def paint_one(content: Path, output: Path, paint: Paint, *, resume: bool) -> None:
    """Paint one photograph and say where it lies."""
    target = output / content.name if output.is_dir() else output
    if not (resume and target.exists()):
        with bar(content.name) as shown:
            paint(content, target, shown.within)
    say(target)
