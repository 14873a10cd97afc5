"""The program `impasto`: every command, and what becomes of whatever goes wrong in one."""

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from impasto.cli.analyze import AnalyzeCommand, analyze
from impasto.cli.collection import collection
from impasto.cli.create import create
from impasto.cli.explain import explain as explain_picture
from impasto.cli.map import MapCommand, map_
from impasto.cli.provenance import again, inspect
from impasto.cli.records import RecordCommand, SweepCommand, TrainCommand
from impasto.cli.search import ClustersCommand, SearchCommand, clusters, duplicates, search
from impasto.cli.styles import styles
from impasto.cli.stylize import stylize
from impasto.cli.sweep import sweep
from impasto.cli.terminal import american, explain, say
from impasto.cli.training import compare, predict, resume, test, train
from impasto.errors import ImpastoError, SettingsError
from impasto.version import __version__

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C ended."""

app = typer.Typer(
    pretty_exceptions_enable=False,
    context_settings={
        "token_normalize_func": american,
        "help_option_names": ["-h", "--help"],
    },
)
app.command(cls=RecordCommand)(stylize)
app.command(cls=SweepCommand)(sweep)
app.add_typer(styles, name="styles")
app.add_typer(create, name="create")
app.command(cls=AnalyzeCommand)(analyze)
app.command()(inspect)
app.command()(again)
app.command(cls=TrainCommand)(train)
app.command()(resume)
app.command()(test)
app.command()(predict)
app.command()(compare)
app.command("explain")(explain_picture)
app.add_typer(collection, name="collection")
app.command(cls=SearchCommand)(search)
app.command()(duplicates)
app.command(cls=ClustersCommand)(clusters)
app.command("map", cls=MapCommand)(map_)


def show_version(wanted: bool) -> bool:
    """Say which Impasto this is, and nothing else."""
    if wanted:
        say(f"impasto {__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def studio(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say the version.", callback=show_version, is_eager=True),
    ] = False,
) -> None:
    """Stylize pictures, analyze art and collections, train networks, on your own computer."""
    del version


def start() -> int:
    """Run what was typed; the exit code comes back."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    return run(sys.argv[1:])


def run(arguments: Sequence[str]) -> int:
    """Run one command; whatever goes wrong becomes one line that says what to do.

    Args:
        arguments: What follows the program's name; without any, the commands are listed.

    Returns:
        0 if all is well, 1 if something failed, 2 if the command was not understood, 130 if
        Ctrl-C ended it.
    """
    command = get_command(app)
    try:
        code = command.main(list(arguments) or ["--help"], "impasto", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except typer.TyperException as error:
        return _misunderstood(error)
    except Exception as error:
        if "IMPASTO_DEBUG" in os.environ:
            raise
        explain(_reason(error))
        return 2 if isinstance(error, SettingsError) else 1
    if code == INTERRUPTED:
        explain("stopped; what was finished is kept")
    return int(code or 0)


def _misunderstood(error: typer.TyperException) -> int:
    """Say what was not understood, and where to look it up."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "impasto"
    message = " ".join(error.format_message().split())
    explain(f"{message.rstrip('.')} (see {path} --help)")
    return 2


def _reason(error: Exception) -> str:
    if isinstance(error, ImpastoError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory; close other programs, or take a smaller picture"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the system'}: {error.strerror}"
    return (
        f"a mistake of our own ({type(error).__name__}: {error}); please report it, with what "
        "IMPASTO_DEBUG=1 shows"
    )
