"""The command `analyze`: what is in a picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.options import Force, MaxPixels
from impasto.cli.records import RecordCommand
from impasto.cli.terminal import LONGEST, say
from impasto.errors import OutputError, printable

if TYPE_CHECKING:
    from pydantic import BaseModel

    from impasto.analysis.single.analyze import Analysis
else:  # takes a second to import, which `impasto --help` does not have
    Analysis = BaseModel = object

WIDE = 112
"""Columns from which on a terminal has room for how to read each value."""

ROOM = 44
"""Columns that values may take before what follows is pushed aside."""

PAGES = (".html", ".htm")


class AnalyzeCommand(RecordCommand):
    """A command that looks at a picture."""

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of how a picture is looked at."""
        from impasto.analysis.single.settings import AnalyzeSettings

        return AnalyzeSettings


def analyze(
    picture: Annotated[Path, typer.Argument(help="The picture.", show_default=False)],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Draw a figure into this file; .svg, or an ending of a picture.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page with the figure and all numbers.", show_default=False),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Say everything as JSON, for the next program.")
    ] = False,
    colors: Annotated[int | None, typer.Option()] = None,
    whole: Annotated[bool, typer.Option("--whole")] = False,
    force: Force = False,
    max_pixels: MaxPixels = None,
) -> None:
    """Say what is in a picture: palette, light, composition, and the nearest styles.

    impasto analyze picture.jpg -o figure.png
    """
    from impasto.analysis.single.analyze import analyze as look
    from impasto.picture import check_free, check_output

    if output:  # before the work is done
        check_output(output, force=force, inputs=[picture], others=(".svg",))
    if html:
        check_free(html, force=force, inputs=[picture])
        if html.suffix.lower() not in PAGES:
            raise OutputError(f"a page's name ends in .html; got {printable(html.name)}")
    found = look(picture, colors=colors, whole=whole, max_pixels=max_pixels)
    written = [found.save(path, force=force) for path in (output, html) if path]
    if as_json:
        typer.echo(found.to_json())
        return
    show(found)
    for path in written:
        say(path)


def show(found: Analysis) -> None:
    """Write an analysis down: a heading for each group, the palette in its own colors."""
    from rich.console import Console
    from rich.text import Text

    from impasto.analysis.single.words import Line, groups

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = LONGEST  # who reads a pipe wraps the lines himself
    said = groups(found)
    every = [line for lines in said.values() for line in lines]
    name, value = (max(len(getattr(e, part)) for e in every) for part in ("name", "value"))
    value = min(value, ROOM)

    def write(line: Line, *, color: str | None = None) -> None:
        row = Text.assemble(
            ("  " if color else "", f"on {color}" if color else ""),
            fixed("  " + line.name if color else line.name, name - 2 * bool(color) + 2),
            fixed(line.value, value + 2) if line.meaning and console.width >= WIDE else line.value,
        )
        if console.width >= WIDE:
            row.append(printable(line.meaning), style="dim")
        row.rstrip()
        console.print(row, soft_wrap=True)

    console.print(Text("Palette", style="bold"))
    for swatch in found.palette.swatches:
        write(
            Line(swatch.name, f"{swatch.share:4.0%}  {swatch.color}"),
            color=swatch.color if console.is_terminal else None,
        )
    for title, lines in said.items():
        console.print()
        console.print(Text(title, style="bold"))
        for line in lines:
            write(line)


def fixed(line: str, width: int) -> str:
    """Fill up a line from outside with blanks; what is longer stays as long as it is."""
    from rich.cells import cell_len

    said = printable(line, limit=LONGEST)
    return said + " " * max(0, width - cell_len(said))
