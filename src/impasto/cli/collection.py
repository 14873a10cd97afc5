"""The commands around collections: to add, list, show, check, export, rebuild and remove."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer.core import TyperOption

from impasto.cli.options import Force
from impasto.cli.records import RecordCommand, described
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import explain, say, table
from impasto.errors import printable

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from impasto.analysis.collection.adding import Added
    from impasto.analysis.collection.gallery import Gallery
    from impasto.analysis.collection.labels import Value
    from impasto.analysis.collection.store import Entry
else:  # pydantic takes too long for `impasto --help`
    BaseModel = FieldInfo = object


def completed(incomplete: str) -> list[str]:
    """Complete the name of a collection."""
    from impasto.analysis.collection import places

    return [name for name in places.names() if name.startswith(incomplete)]


def beside(incomplete: str) -> list[str]:
    """Complete a path."""
    start = Path(incomplete)
    here = start if incomplete.endswith("/") else start.parent
    found = sorted(here.iterdir()) if here.is_dir() else []
    paths = [f"{path}/" if path.is_dir() else str(path) for path in found]
    return [path for path in paths if path.startswith(incomplete)]


Name = Annotated[
    str,
    typer.Argument(
        help="The collection's name, or the path of its folder, with a slash in it.",
        autocompletion=completed,
        show_default=False,
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(help="The folder of what is yours; IMPASTO_HOME names it, too."),
]
Form = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write the answer.")]

LISTED = 20
"""Files that are named one by one where many can't be used."""

collection = typer.Typer(no_args_is_help=True)


@collection.callback()
def about() -> None:
    """Keep pictures as a collection, to search, compare and group."""


class AddCommand(RecordCommand):
    """The command that may fetch, whose settings for that stand in a record."""

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of fetching."""
        from impasto.data.iiif.settings import FetchSettings

        return FetchSettings

    def fill(self, option: TyperOption, field: FieldInfo) -> None:
        """Give an option explanation and default, and say that only manifests know it."""
        super().fill(option, field)
        option.help = "Of a manifest: " + described(field)[:1].lower() + described(field)[1:]
        if isinstance(field.default, tuple):
            option.default = ",".join(field.default)


@collection.command(cls=AddCommand)
def add(
    name: Name,
    source: Annotated[
        str,
        typer.Argument(
            help="A folder, a table (CSV, Parquet) with a column path, one picture, or a IIIF "
            "manifest: a file or its address.",
            autocompletion=beside,
            show_default=False,
        ),
    ],
    *,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="A table of what is known of the works, with a column path; "
            "for those of a manifest with a column canvas."
        ),
    ] = None,
    side: Annotated[int, typer.Option()] = 1024,
    language: Annotated[str, typer.Option()] = "en",
    pause: Annotated[float, typer.Option()] = 0.5,
    largest: Annotated[int, typer.Option()] = 64,
    allow_private: Annotated[bool, typer.Option("--allow-private")] = False,
    home: Home = None,
) -> None:
    """Take pictures in; only those that are new are worked on.

    impasto collection add museum scans/ --labels museum.csv
    impasto collection add museum https://example.org/manifest.json --language de,en
    """
    from impasto.analysis.collection import adding

    with Stoppable(f"adding to {name}") as watched:
        added = adding.add(
            name,
            source,
            labels=labels,
            side=side,
            language=language,
            pause=pause,
            largest=largest,
            allow_private=allow_private,
            home=home,
            on_step=watched,
        )
    _told(added)
    if watched.asked:
        raise typer.Exit(130)
    if added.failed:
        raise typer.Exit(1)


@collection.command(name="list")
def list_(
    name: Annotated[
        str | None,
        typer.Argument(help="The collection; without any, all are named.", show_default=False),
    ] = None,
    *,
    form: Form = "text",
    home: Home = None,
) -> None:
    """Name the collections, or the works of one with their labels."""
    from impasto.analysis.collection import places
    from impasto.analysis.collection.gallery import open_gallery
    from impasto.analysis.collection.labels import spelled

    if name is None:
        rows = [(n, counted(len(open_gallery(n, home=home)), "work")) for n in places.names(home)]
        _write(rows, form)
        return
    gallery = open_gallery(name, home=home)
    works = [(gallery.paths[i][0], gallery.known(i)) for i in range(len(gallery))]
    if form == "json":
        typer.echo(dump([{"path": str(path), **known} for path, known in works]))
    else:
        table((str(path), ", ".join(map(spelled, _seen(known)))) for path, known in works)


@collection.command()
def show(name: Name, *, home: Home = None) -> None:
    """Say what is in a collection: how many works, which labels, and what couldn't be read."""
    from impasto.analysis.collection.gallery import open_gallery

    gallery = open_gallery(name, home=home)
    entries = list(gallery.store.entries().values())
    copies = sum(len(paths) - 1 for paths in gallery.paths)
    rows = [("works", f"{len(gallery):,}"), ("copies", f"{copies:,}")]
    manifests = [("manifest", str(one)) for one in gallery.store.noted().get("manifests", [])]
    table([*rows, *_columns(gallery), *manifests, ("folder", str(gallery.store.folder))])
    _problems([e for e in entries if e.reason and not e.passed], most=len(entries))


@collection.command()
def remove(
    name: Name,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Forget only these files, or what lies in these folders."),
    ] = None,
    *,
    gone: Annotated[bool, typer.Option("--gone", help="Forget only what is gone.")] = False,
    home: Home = None,
) -> None:
    """Forget a collection, or some of it; your own pictures are left alone.

    Those that were fetched for the collection are deleted with their works.
    """
    from impasto.analysis.collection import keeping

    done = keeping.remove(name, paths or (), gone=gone, home=home)
    said = f"{counted(done.works, 'work')} forgotten"
    if done.pictures:
        say(f"{said} and {counted(done.pictures, 'fetched picture')} deleted; your own are left")
    else:
        say(f"{said}; the pictures are where they were")


@collection.command()
def check(name: Name, *, home: Home = None) -> None:
    """See whether the files are where and what they were."""
    from impasto.analysis.collection import keeping

    with Stoppable(f"checking {name}") as watched:
        checked = keeping.check(name, home=home, on_step=watched)
    rows = [
        *(("changed", str(path)) for path in checked.changed),
        *(("moved", f"{path} is now {to}") for path, to in checked.moved),
        *(("gone", str(path)) for path in checked.gone),
    ]
    if rows:
        table(rows)
    parts = {"changed": checked.changed, "moved": checked.moved, "gone": checked.gone}
    counts = [f"{len(found):,} {word}" for word, found in parts.items() if found]
    fine = checked.fine + len(checked.touched)
    same = "as it was" if fine == 1 else "as they were"
    say(", ".join([f"{counted(fine, 'file')} {same}", *counts]))
    if watched.asked:
        raise typer.Exit(130)
    if rows:
        say(f"impasto collection add {printable(name)} SOURCE takes in what changed or "
            "moved, and fetches again what is gone of a manifest; remove --gone forgets what is "
            "gone")  # fmt: skip
        raise typer.Exit(1)


@collection.command()
def export(
    name: Name,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Ends in .parquet, .csv or .json.")
    ],
    force: Force = False,
    home: Home = None,
) -> None:
    """Write all works with what is known of them into one table."""
    from impasto.analysis.collection import exporting

    exporting.export(name, output, home=home, force=force)
    say(output)


@collection.command()
def rebuild(name: Name, *, home: Home = None) -> None:
    """Look again at all works that another eye saw, after an update."""
    from impasto.analysis.collection import keeping

    with Stoppable(f"rebuilding {name}") as watched:
        count, failed = keeping.rebuild(name, home=home, on_step=watched)
    _problems(failed)
    lost = f"; {counted(len(failed), 'file')} can't be read, their works are forgotten"
    say(f"{counted(count, 'work')} seen anew" + (lost if failed else ""))
    if watched.asked:
        raise typer.Exit(130)
    if failed:
        raise typer.Exit(1)


def counted(count: int, name: str) -> str:
    """Say how many there are: ``1 file``, ``1,200 files``."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def dump(answer: object) -> str:
    """Write an answer as JSON; what is no ASCII is escaped, so that no terminal obeys it."""
    return json.dumps(answer, indent=1)


def _told(added: "Added") -> None:
    """Say what came of adding."""
    _problems(added.failed)
    for line in added.lines:
        say(line)
    counts = {
        "known already": added.known,
        "changed": added.changed,
        "no pictures": len(added.passed),
        "failed": len(added.failed),
        "left": added.left,
    }
    others = [f"{count:,} {word}" for word, count in counts.items() if count]
    say(", ".join([counted(added.new, "new work"), *others]))


def _problems(entries: "Sequence[Entry]", *, most: int = LISTED) -> None:
    """Name files that can't be used, with the reason."""
    from impasto.analysis.collection.fetched import said

    for entry in entries[:most]:
        explain(said(entry))
    if len(entries) > most:
        explain(f"and {len(entries) - most:,} more; impasto collection show names them all")


def _columns(gallery: "Gallery") -> list[tuple[str, str]]:
    """Say of each label how many works have it, and what it mostly is."""
    from impasto.analysis.collection.labels import is_text, spelled
    from impasto.analysis.collection.manifests import HIDDEN

    rows = []
    for name, column in gallery.labels.items():
        if name in HIDDEN:
            continue
        values = column.values()
        if is_text(values):
            common = Counter(values).most_common(3)
            kind = ", ".join(f"{printable(value, limit=40)} ({count})" for value, count in common)
        else:
            numbers = [value for value in values if isinstance(value, int | float)]
            kind = f"{spelled(min(numbers))} to {spelled(max(numbers))}"
        rows.append((name, f"{counted(len(column), 'work')}: {kind}"))
    return rows


def _seen(known: "Mapping[str, Value]") -> "list[Value]":
    """Leave out what is for programs."""
    from impasto.analysis.collection.manifests import HIDDEN

    return [value for name, value in known.items() if name not in HIDDEN]


def _write(rows: Sequence[tuple[str, str]], form: str) -> None:
    if form == "json":
        typer.echo(dump([name for name, _ in rows]))
    elif rows:
        table(rows)
    else:
        say("there are none; impasto collection add NAME FOLDER makes one")
