"""The command `map`: a collection as a page to walk through, and as a poster."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.collection import Home, Name
from impasto.cli.options import Force
from impasto.cli.progress import bar
from impasto.cli.records import RecordCommand
from impasto.cli.terminal import explain, say

if TYPE_CHECKING:
    from pydantic import BaseModel

    from impasto.analysis.mapping.making import Made
    from impasto.analysis.mapping.verb import Mapped
else:  # pydantic takes too long for `impasto --help`
    BaseModel = Made = Mapped = object

SHOWN = 20
"""Works without a picture that are named one by one."""

Text = Annotated[str | None, typer.Option()]
Whole = Annotated[int, typer.Option()]
Truth = Annotated[bool, typer.Option()]
"""These three take help, range and default from the settings record: see `records`."""


class MapCommand(RecordCommand):
    """The command whose settings are a map's."""

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of a map."""
        from impasto.analysis.mapping.settings import MapSettings

        return MapSettings


def map_(
    collection: Name,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The page, such as map.html.", show_default=False),
    ] = None,
    poster: Annotated[
        Path | None,
        typer.Option(help="A picture for print, such as map.png.", show_default=False),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Lay out everything anew; works move then.")
    ] = False,
    force: Force = False,
    home: Home = None,
    title: Text,
    color: Text,
    names: Text,
    year: Text,
    seed: Whole,
    thumb: Whole,
    poster_side: Whole,
    dark: Truth,
) -> None:
    """Draw a collection as a map: what is alike lies close together.

    impasto map museum -o map.html --poster map.png
    """
    chosen = {
        "title": title,
        "color": color,
        "names": names,
        "year": year,
        "seed": seed,
        "thumb": thumb,
        "poster_side": poster_side,
        "dark": dark,
    }
    from impasto.analysis.mapping.settings import MapSettings
    from impasto.analysis.mapping.verb import map_collection
    from impasto.settings import checked

    if output is None and poster is None:
        raise typer.BadParameter("name a page (-o map.html), a poster (--poster map.png), or both")
    settings = checked(MapSettings, chosen)
    with bar("drawing") as shown:
        mapped = map_collection(
            collection,
            output,
            poster=poster,
            settings=settings,
            again=again,
            force=force,
            home=home,
            on_step=shown.within,
        )
    report(mapped)
    if mapped.failures:
        raise typer.Exit(1)


def report(mapped: Mapped) -> None:
    """Say what lies where, how large it is, and what is missing."""
    for path, reason in mapped.failures[:SHOWN]:
        explain(reason if str(path) in reason else f"{path}: {reason}")
    if len(mapped.failures) > SHOWN:
        explain(f"{len(mapped.failures) - SHOWN} more works can't be shown")
    if mapped.page:
        say(paged(mapped.page))
    if mapped.poster:
        say(mapped.poster)
    others = mapped.works - mapped.new
    kept = f"; the other {others:,} stay where they were" if others else ""
    say(f"{mapped.works:,} works, {mapped.new:,} new on the map{kept}")


def paged(page: Made) -> str:
    """Say how large a page is, and what has to stay beside it."""
    size = f"{page.page} ({_megabytes(page.page_bytes)})"
    if page.folder is None:
        return f"{size}, complete in itself"
    return f"{size}; keep {page.folder}/ ({_megabytes(page.folder_bytes)}) beside it"


def _megabytes(count: int) -> str:
    return f"{max(count / 1e6, 0.1):.1f} MB"
