"""The command `styles invent`: a style that no painter had."""

from pathlib import Path
from typing import Annotated

import typer

from impasto.cli.options import Force, Photo, completed
from impasto.cli.show import show
from impasto.cli.terminal import say

Seed = Annotated[
    int,
    typer.Option(min=0, max=2**63 - 1, help="Chooses the style; the same seed, the same style."),
]
Near = Annotated[
    str | None,
    typer.Option(
        help="Stay in the neighborhood of this style.",
        autocompletion=completed,
        show_default=False,
    ),
]
Name = Annotated[str | None, typer.Option(help="Keep it under this name.", show_default=False)]
Sheet = Annotated[
    Path | None,
    typer.Option(help="Paint a contact sheet of it into this file.", show_default=False),
]
Count = Annotated[
    int, typer.Option(min=1, max=100, help="Show the styles of so many seeds, from --seed on.")
]


def invent(
    *,
    seed: Seed = 0,
    near: Near = None,
    name: Name = None,
    sheet: Sheet = None,
    photo: Photo = None,
    count: Count = 1,
    force: Force = False,
) -> None:
    """Invent a style that no painter had: look at some on a sheet, keep one by its seed.

    impasto styles invent --count 12 --sheet invented.png

    impasto styles invent --seed 7 --name dusk
    """
    from impasto.picture import check_output
    from impasto.styling.invent import invent as draw

    if not (name or sheet) or (name and count > 1):
        message = "name it to keep it (--name), or look at several first (--count 12 --sheet FILE)"
        raise typer.BadParameter(message)
    if sheet:  # before a style is kept
        check_output(sheet, force=force, inputs=[photo])
    styles = [draw(seed=seed + i, near=near, name=name, force=force) for i in range(count)]
    if sheet:
        show(styles, sheet, photo=photo, force=force)
    if name:
        say(name)
