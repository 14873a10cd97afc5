"""Talking to somebody at a terminal: what comes from outside is text there, never a command."""

from collections.abc import Iterable

import typer

from impasto.errors import printable

SPELLINGS = {
    "analyse": "analyze",
    "colour": "color",
    "grey": "gray",
    "stylise": "stylize",
}
LONGEST = 2000


def american(word: str) -> str:
    """Take British spelling for what it means.

    >>> american("keep-colours"), american("stylise")
    ('keep-colors', 'stylize')
    """
    for british, own in SPELLINGS.items():
        word = word.replace(british, own)
    return word


def say(text: object = "") -> None:
    """Write a line to whoever reads the result: a person or the next program."""
    typer.echo(printable(text, limit=LONGEST))


def explain(text: object) -> None:
    """Write a line on what went wrong, apart from the result."""
    line = f"impasto: {printable(text, limit=LONGEST)}"
    typer.secho(line, err=True, fg=typer.colors.RED)


def table(rows: Iterable[tuple[str, str]]) -> None:
    """Write names and what belongs to them, the latter in line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console.width = LONGEST  # who reads a pipe wraps the lines himself
    grid = Table.grid(padding=(0, 2))
    for name, value in rows:
        grid.add_row(Text(printable(name), style="bold"), Text(printable(value, limit=LONGEST)))
    console.print(grid)
