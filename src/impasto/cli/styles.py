"""The commands around styles: to list, show, add, remove, invent and walk between them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.invent import invent
from impasto.cli.options import Force, Photo, StyleName, completed
from impasto.cli.show import show
from impasto.cli.terminal import say, table
from impasto.cli.walk import WalkCommand, walk

if TYPE_CHECKING:
    from typer import Context
else:  # what typer really passes
    Context = typer.Context.__base__

Sheet = Annotated[
    Path | None,
    typer.Option(help="Paint a contact sheet of all styles into this file.", show_default=False),
]
Paintings = Annotated[
    list[Path],
    typer.Argument(help="Paintings to learn from, or folders of them.", show_default=False),
]

styles = typer.Typer(invoke_without_command=True)
styles.command(cls=WalkCommand)(walk)
styles.command()(invent)


@styles.callback()
def overview(
    ctx: Context, *, sheet: Sheet = None, photo: Photo = None, force: Force = False
) -> None:
    """List the styles, show them on a sheet; add, invent, walk, remove."""
    if ctx.invoked_subcommand is not None:
        return
    from impasto.styling import shelf

    if sheet:
        show(shelf.names(), sheet, photo=photo, force=force)
    else:
        table((info.name, info.source) for info in shelf.describe())


@styles.command()
def add(name: StyleName, paintings: Paintings, *, force: Force = False) -> None:
    """Keep a style of your own, learned from one painting or from many.

    impasto styles add my-style paintings/*.jpg
    """
    from impasto.jobs.outputs import find_pictures
    from impasto.styling import library

    found = [find_pictures(path) if path.is_dir() else [path] for path in paintings]
    style = library.add(name, [path for paths in found for path in paths], force=force)
    say(style.name)


@styles.command()
def remove(
    name: Annotated[str, typer.Argument(autocompletion=completed, help="Its name.")],
) -> None:
    """Forget a style of your own."""
    from impasto.styling import library

    library.remove(name)
