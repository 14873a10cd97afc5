"""The verb `map`: a collection as a page and as a poster, its works where they were yesterday."""

import os
from dataclasses import dataclass
from pathlib import Path

from impasto.analysis.collection.places import PLACES, THUMBS, AnyHome
from impasto.analysis.mapping.gathering import gather
from impasto.analysis.mapping.making import Made, keep_places, map_works
from impasto.analysis.mapping.poster import draw_poster
from impasto.analysis.mapping.settings import MapSettings
from impasto.errors import SettingsError
from impasto.picture import check_output
from impasto.picture.files import check_free
from impasto.progress import OnStep


@dataclass(frozen=True)
class Mapped:
    """What became of a collection.

    Attributes:
        works: How many works are on the map.
        new: How many of them had no place before.
        page: The page, if one was asked for.
        poster: The poster's file, if one was.
        failures: Works whose picture can't be shown, and why.
    """

    works: int
    new: int
    page: Made | None
    poster: Path | None
    failures: tuple[tuple[Path, str], ...]


def map_collection(
    name: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    poster: str | os.PathLike[str] | None = None,
    settings: MapSettings | None = None,
    again: bool = False,
    force: bool = False,
    home: AnyHome = None,
    on_step: OnStep | None = None,
) -> Mapped:
    """Draw a collection as a map, in which what is alike lies close together.

    Args:
        name: A collection, as `impasto collection add` made it.
        output: The page, a file that ends in ``.html``.
        poster: A picture for print; its ending chooses the format.
        settings: How they are drawn; the title is the collection's name unless one is given.
        again: Lay out everything anew; otherwise works that were on the map before stay where they
            were, to the last bit, and new ones are placed among them.
        force: Replace files that are there.
        home: Where collections with a name are kept; the usual place if None.
        on_step: Told of each picture; returning True leaves the others out.

    Raises:
        DataError: If there is no such collection, a column is missing, or another eye saw it.
        OutputError: If a file exists and `force` is off, or can't be written.
        SettingsError: If neither a page nor a poster is asked for.
    """
    page, wall = (Path(path) if path is not None else None for path in (output, poster))
    _check(page, wall, force=force)
    works, folder = gather(name, home=home)
    chosen = settings or MapSettings()
    if chosen.title is None:
        chosen = chosen.model_copy(update={"title": Path(name).name or str(name)})
    places, thumbs = folder / PLACES, folder / THUMBS
    layout, new = keep_places(works, places, seed=chosen.seed, again=again)
    failures: list[tuple[Path, str]] = []
    made = None
    if page is not None:
        made = map_works(
            works, page, settings=chosen, places=places, thumbs=thumbs, force=force, on_step=on_step
        )
        failures += made.failures
    if wall is not None:
        failures += draw_poster(
            works, layout, wall, settings=chosen, thumbs=thumbs, force=force, on_step=on_step
        )
    return Mapped(len(works), new, made, wall, tuple(dict(failures).items()))


def _check(page: Path | None, wall: Path | None, *, force: bool) -> None:
    """Refuse what can't be before any work is done."""
    if page is None and wall is None:
        raise SettingsError("expected a page (map.html), a poster (map.png), or both; got none")
    if page is not None:
        if page.suffix.lower() not in {".html", ".htm"}:
            raise SettingsError(f"expected a page that ends in .html, got {page.suffix or 'none'}")
        check_free(page, force=force)
    if wall is not None:
        check_output(wall, force=force)
