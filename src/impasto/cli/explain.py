"""The command `explain`: where an answer comes from, and whether that can be trusted."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force
from impasto.cli.progress import bar
from impasto.cli.terminal import say
from impasto.cli.training import Moved

if TYPE_CHECKING:
    from impasto.learning.explaining.explanation import Explanation


def explain(
    run: Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)],
    picture: Annotated[Path, typer.Argument(help="The picture.", show_default=False)],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Draw it on a page: .png, .jpg, .webp or .tif."),
    ] = None,
    class_: Annotated[
        str | None, typer.Option("--class", help="Which class to explain; else the likeliest.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Source of every random choice.")] = 0,
    source: Moved = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it for the next program.")] = False,
    force: Force = False,
) -> None:
    """Say where in a picture an answer comes from, and whether that can be trusted.

    impasto explain runs/movements picture.jpg -o why.png
    """
    from impasto.learning.explain import explain as ask
    from impasto.picture import check_output

    if output is not None:
        check_output(output, force=force, inputs=[picture])
    with bar(f"explaining {picture.name}") as shown:
        found = ask(run, picture, class_=class_, seed=seed, source=source, on_step=shown.within)
    if output is not None:
        _draw(found, output, force=force)
    if as_json:
        typer.echo(json.dumps({"path": str(picture)} | found.as_dict(), ensure_ascii=True))
        return
    for line in found.said():
        say(line)
    if output is not None:
        say(output)


def _draw(found: "Explanation", output: Path, *, force: bool) -> None:
    from impasto.learning.explaining.figure import figure
    from impasto.picture import Picture, write

    write(Picture.from_tensor(figure(found)), output, force=force)
