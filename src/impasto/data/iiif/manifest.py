"""Manifests and collections of them, from a file or the web."""

import json
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path

from impasto.data.fetch import Fetcher
from impasto.data.fetch_addresses import is_web
from impasto.data.iiif.canvases import Canvas, canvases_of
from impasto.data.iiif.nodes import Node, address, kind, node, nodes
from impasto.data.iiif.words import Words, shown, words
from impasto.errors import DataError, printable
from impasto.progress import OnStep, Step, Watch

ACCEPT = (
    'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json", '
    "application/ld+json;q=0.9, application/json;q=0.8"
)
_LARGEST = 64 << 20  # bytes of a manifest in a file
_DEPTH = 5  # collections inside collections
_MOST = 1000  # manifests and collections
_INSIDE = {"canvas", "annotationpage", "annotation"}  # what a manifest holds


@dataclass(frozen=True)
class Skipped:
    """A manifest that a collection names and that was not read.

    Attributes:
        address: Where it lies.
        label: What the collection calls it.
        reason: Why not.
    """

    address: str
    label: str
    reason: str


@dataclass(frozen=True)
class Manifest:
    """What a museum published: one work page by page, or many of them.

    Attributes:
        id: The name that the museum gave it.
        label: What it is called.
        canvases: Every page and view, in order, those without a picture too.
        skipped: Manifests of a collection that were not read.
    """

    id: str
    label: Words
    canvases: tuple[Canvas, ...]
    skipped: tuple[Skipped, ...] = ()


def read_manifest(
    source: str | PathLike[str],
    *,
    fetcher: Fetcher | None = None,
    depth: int = _DEPTH,
    most: int = _MOST,
    on_step: OnStep | None = None,
) -> Manifest:
    """Read what a museum published of its pictures; no picture is fetched yet.

    Args:
        source: A IIIF manifest or collection, version 2 or 3: a file or an address of the web.
        fetcher: Who fetches; one with the usual limits if not given.
        depth: How deep collections may lie in collections.
        most: How many manifests and collections are read; the others are listed.
        on_step: Told of each manifest; returning True stops, and the others are listed.

    Raises:
        DataError: If the source can't be had, or is neither manifest nor collection. What fails
            later, inside a collection, is listed instead.
    """
    given = fspath(source)
    reading = _Reading(fetcher or Fetcher(), depth, most, Watch(on_step))
    top = reading.fetch(given) if is_web(given) else _from_file(given)
    reading.seen |= {given, address(top)}
    reading.take(top, 0)
    reading.rest()
    return Manifest(
        address(top), words(top.get("label")), tuple(reading.canvases), tuple(reading.skipped)
    )


@dataclass
class _Reading:
    """A walk through a collection, with everything that was found on the way."""

    fetcher: Fetcher
    depth: int
    most: int
    watch: Watch
    canvases: list[Canvas] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    waiting: list[tuple[Node, int]] = field(default_factory=list)
    read: int = 0

    def fetch(self, url: str) -> Node:
        """Fetch a manifest; addresses inside it are never files."""
        return _parsed(self.fetcher.get(url, accept=ACCEPT).body, url)

    def take(self, found: Node, level: int) -> None:
        """Take in a manifest; of a collection, note what it names."""
        what = _what(found)
        self.read += 1
        if what == "manifest":
            self.canvases += canvases_of(found, after=len(self.canvases))
        elif what == "collection":
            self.waiting += reversed([(one, level + deeper) for one, deeper in _members(found)])
        else:
            raise DataError(
                f"expected a IIIF manifest or collection, got {what}; look for a link to the "
                "manifest, often a logo of two i's, on the museum's page"
            )
        label = shown(words(found.get("label"))) or address(found)
        self.watch(Step(self.read, self.read + len(self.waiting), label=label))

    def rest(self) -> None:
        """Go through all that was noted, in order: what a member names comes right after it."""
        while self.waiting:
            member, level = self.waiting.pop()
            name = address(member).partition("#")[0]
            if not name or name not in self.seen:
                self.seen.add(name)
                self._follow(member, name, level)

    def _follow(self, member: Node, name: str, level: int) -> None:
        """Take in one that a collection names; it may be there whole, or only its address."""
        reason = self._against(level)
        if reason is None:
            whole = "sequences" in member or bool(_members(member)) or "items" in member
            try:
                self.take(member if whole else self.fetch(name), level)
            except DataError as error:
                reason = str(error)
        if reason is not None:
            self.skipped.append(Skipped(name, shown(words(member.get("label"))), reason))

    def _against(self, level: int) -> str | None:
        if self.watch.stopped:
            return "stopped before it"
        if level > self.depth:
            return f"it lies more than {self.depth} collections deep; raise the limit with depth="
        if self.read >= self.most:
            return f"{self.most:,} manifests are read; raise the limit with most="
        return None


def _members(collection: Node) -> list[tuple[Node, int]]:
    """List what a collection names, in the ways of versions 2 and 3; and how much deeper that lies.

    A long one comes in pages, as in version 2: they lie as deep as it does.
    """
    found: list[tuple[Node, int]] = []
    for name in ("collections", "manifests", "members", "items"):
        found += ((one, 1) for one in nodes(collection.get(name)) if kind(one) not in _INSIDE)
    for name in ("first", "next"):
        found += ((one, 0) for one in nodes(collection.get(name)))
    return found


def _what(found: Node) -> str:
    """Tell a manifest from a collection, and from what else has the same form."""
    what = kind(found)
    if what in {"manifest", "collection"}:
        return what
    if "sequences" in found:
        return "manifest"
    if {"manifests", "collections", "members"} & found.keys():
        return "collection"
    if "protocol" in found or "image" in str(found.get("@context")):
        return "the description of a single picture (info.json)"
    return f"JSON of the type {printable(what, limit=40)}" if what else "JSON of another kind"


def _from_file(source: str) -> Node:
    path = Path(source)
    if "://" in source:
        raise DataError(f"{printable(source)} is no address that we fetch; expected http or https")
    try:
        if not path.is_file():
            raise DataError(f"there is no file {printable(source)}; check the name")
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{printable(source)} is larger than {_LARGEST >> 20} MB")
        return _parsed(path.read_bytes(), source)
    except (OSError, ValueError) as error:
        raise DataError(f"{printable(source)} can't be opened ({printable(error)})") from error


def _parsed(data: bytes, source: str) -> Node:
    """Read JSON in any of its encodings."""
    try:
        found = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{printable(source)} is no JSON ({printable(error, limit=80)}); expected a IIIF "
            "manifest, not the page that shows it; a table's name ends in .csv or .parquet"
        ) from error
    if not isinstance(found, dict):
        raise DataError(
            f"{printable(source)} is no IIIF manifest but a list; if it is a table, "
            "save it as CSV or Parquet"
        )
    return node(found)
