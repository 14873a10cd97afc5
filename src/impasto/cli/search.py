"""The commands that find one's way through a collection: search, duplicates, clusters."""

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.collection import Form, Home, Name, counted, dump
from impasto.cli.options import Force
from impasto.cli.records import RecordCommand
from impasto.cli.stoppable import Stoppable
from impasto.cli.terminal import explain, say, table

if TYPE_CHECKING:
    from pydantic import BaseModel

    from impasto.analysis.collection.finding import Found
    from impasto.analysis.collection.grouping import Cluster, Clusters
    from impasto.analysis.collection.twins import Duplicates
else:  # pydantic takes too long for `impasto --help`
    BaseModel = object

Sheet = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Lay the works out on a contact sheet, a picture."),
]


SHOWN = 60
"""Pairs on a sheet; more would be a picture that no program opens."""


class ClustersCommand(RecordCommand):
    """The command whose settings stand in the record of `clusters`."""

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of grouping."""
        from impasto.analysis.collection.grouping import ClusterSettings

        return ClusterSettings


class SearchCommand(RecordCommand):
    """The command whose settings stand in the record of `search`."""

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of a search."""
        from impasto.analysis.collection.finding import SearchSettings

        return SearchSettings


def search(
    name: Name,
    *,
    like: Annotated[
        Path | None, typer.Option(help="Works like this picture.", show_default=False)
    ] = None,
    crop: Annotated[str | None, typer.Option()] = None,
    color: Annotated[str | None, typer.Option()] = None,
    text: Annotated[str | None, typer.Option()] = None,
    model: Annotated[str | None, typer.Option()] = None,
    where: Annotated[str | None, typer.Option()] = None,
    top: Annotated[int, typer.Option()] = 20,
    output: Sheet = None,
    form: Form = "text",
    force: Force = False,
    home: Home = None,
) -> None:
    """Find works: like a picture or a part of one, of a color, as words say, of some labels.

    impasto search museum --like picture.jpg --where "year < 1900"
    """
    from impasto.analysis.collection import finding
    from impasto.picture import check_output

    if output:
        check_output(output, force=force, inputs=[like])
    with Stoppable(f"searching {name}") as watched:
        found = finding.search(
            name,
            like=like,
            crop=crop,
            color=color,
            text=text,
            model=model,
            where=where,
            top=top,
            home=home,
            on_step=watched,
        )
    if output:
        _write_sheet(found, output, force=force)
    elif form == "json":
        hits = [{"path": str(h.path), "score": h.score, "labels": h.labels} for h in found.hits]
        typer.echo(dump(hits))
    else:
        _show(found, scored=any(asked is not None for asked in (like, color, text)))
    if watched.asked:
        explain(f"stopped; the next search goes on with {counted(found.unseen, 'work')}")
        raise typer.Exit(130)
    if found.unseen:
        works = counted(found.unseen, "work")
        explain(f"{works} couldn't be looked at; impasto collection check says what changed")


def duplicates(
    name: Name,
    *,
    output: Sheet = None,
    form: Form = "text",
    force: Force = False,
    home: Home = None,
) -> None:
    """Find works that are there twice: copies, crops, recolored and mirrored ones.

    impasto duplicates museum -o twice.png
    """
    from impasto.analysis.collection import twins
    from impasto.picture import check_output

    if output:
        check_output(output, force=force)
    with Stoppable(f"comparing {name}") as watched:
        found = twins.duplicates(name, home=home, on_step=watched)
    for path in found.unread:
        explain(f"{path} can't be read any more; impasto collection check says what changed")
    if form == "json":
        typer.echo(dump([[str(path) for path in group] for group in found.groups]))
    else:
        _show_twins(found)
    if output and found.twins:
        _write_twins(found, output, force=force)
    if watched.asked:
        raise typer.Exit(130)


def clusters(
    name: Name,
    *,
    least: Annotated[int, typer.Option()] = 8,
    dimensions: Annotated[int, typer.Option()] = 15,
    draws: Annotated[int, typer.Option()] = 20,
    seed: Annotated[int, typer.Option()] = 0,
    output: Sheet = None,
    form: Form = "text",
    force: Force = False,
    home: Home = None,
) -> None:
    """Find groups of works, what sets each apart, and how stable it is.

    impasto clusters museum --least 10 -o groups.png
    """
    from impasto.analysis.collection import grouping
    from impasto.picture import check_output

    if output:
        check_output(output, force=force)
    with Stoppable(f"grouping {name}") as watched:
        found = grouping.clusters(
            name,
            least=least,
            dimensions=dimensions,
            draws=draws,
            seed=seed,
            home=home,
            on_step=watched,
        )
    if form == "json":
        typer.echo(dump([_as_dict(group) for group in found.groups]))
    else:
        _show_groups(found)
    if output and found.groups:
        _write_groups(found, output, force=force)
    if watched.asked:
        raise typer.Exit(130)


def _as_dict(group: "Cluster") -> dict[str, object]:
    return {
        "works": [str(path) for path in group.works],
        "stability": None if isnan(group.stability) else group.stability,
        "traits": [vars(trait) for trait in group.traits],
    }


def _show_groups(found: "Clusters") -> None:
    """Write the groups: how large and how stable, what sets them apart, their typical works."""
    from impasto.analysis.collection.grouping import LEAST_DRAWS, LEAST_WORKS

    for number, group in enumerate(found.groups, 1):
        sure = "" if isnan(group.stability) else f" {group.stability:.2f}"
        say(f"{number}: {counted(len(group.works), 'work')}, {group.verdict}{sure}")
        for line in [*map(str, group.traits[:4]), *map(str, group.works[:3])]:
            say(f"   {line}")
    say(
        f"{counted(len(found.groups), 'group')}; {len(found.rest):,} of {found.works:,} works "
        f"belong to none; stability: overlap in {counted(found.draws, 'resample')}"
    )
    if found.groups and not found.groups[0].tested:
        say(f"no verdict: that takes {LEAST_DRAWS} resamples and {LEAST_WORKS} works at least")


def _write_groups(found: "Clusters", output: Path, *, force: bool) -> None:
    from impasto.analysis.collection.sheets import groups_sheet
    from impasto.picture import Picture, write

    write(Picture.from_tensor(groups_sheet(found.groups[:SHOWN])), output, force=force)
    say(output)


def _show_twins(found: "Duplicates") -> None:
    """Write the groups, the largest picture of each first, and how they were linked."""
    for number, group in enumerate(found.groups, 1):
        table((str(number) if path == group[0] else "", str(path)) for path in group)
    most = sum(len(group) - 1 for group in found.groups)
    said = [
        f"{counted(most, 'file')} show{'s' if most == 1 else ''} a work again that is there",
        f"{counted(found.compared, 'pair')} compared",
        *([f"{counted(found.missed, 'pair')} not, one can't be opened"] if found.missed else []),
        *([f"{counted(found.left, 'pair')} left"] if found.left else []),
    ]
    say("; ".join(said))


def _write_twins(found: "Duplicates", output: Path, *, force: bool) -> None:
    from impasto.analysis.collection.sheets import twins_sheet
    from impasto.picture import Picture, write

    shown = found.twins[:SHOWN]
    write(Picture.from_tensor(twins_sheet(shown)), output, force=force)
    say(output if shown == found.twins else f"{output}, the first {SHOWN} pairs")


def _show(found: "Found", *, scored: bool) -> None:
    """Write what was found as a table."""
    from impasto.analysis.collection.labels import spelled
    from impasto.analysis.collection.manifests import HIDDEN

    table(
        (
            f"{hit.score:.3f}" if scored else str(rank),
            "  ".join(
                [str(hit.path), *(spelled(v) for n, v in hit.labels.items() if n not in HIDDEN)]
            ),
        )
        for rank, hit in enumerate(found.hits, 1)
    )
    among = f"{found.among:,} of {found.works:,} works meet the condition"
    said = among if found.among < found.works else f"{found.works:,} works"
    say(f"{len(found.hits)} shown; {said}" + ("" if found.exact else "; an index may miss one"))


def _write_sheet(found: "Found", output: Path, *, force: bool) -> None:
    from impasto.analysis.collection.sheets import works_sheet
    from impasto.picture import Picture, write

    lines = [f"{hit.score:.2f}  {hit.labels.get('title') or hit.path.stem}" for hit in found.hits]
    page = works_sheet([hit.path for hit in found.hits], lines)
    write(Picture.from_tensor(page), output, force=force)
    say(output)
