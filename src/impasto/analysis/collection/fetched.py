"""Where pictures lie that were fetched for a collection: in its own folder, and they go with it.

Their names are sums, see `stems_of`; whatever else lies in that folder is a person's own.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from impasto.analysis.collection.inputs import Input
from impasto.analysis.collection.places import MARK
from impasto.analysis.collection.seeing import Taken
from impasto.analysis.collection.store import Entry, Store
from impasto.data.iiif import WHOSE
from impasto.picture.files import reporting

FETCHED = "fetched"
"""The folder in a collection's own that keeps pictures from the network."""

_NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]{3,4})?")
_LEFT = re.compile(r"\.impasto-[0-9a-f]+\.tmp")  # of one that was killed while it wrote


def is_fetched(path: Path) -> bool:
    """Tell whether a collection fetched this file, or failed to."""
    there = path.parent.name == FETCHED and _NAME.fullmatch(path.name)
    return bool(there) and (path.parent.parent / MARK).is_file()


def failed(path: Path) -> Path:
    """Say under which path it is noted that a picture can't be had; there is never such a file."""
    return path.with_suffix("")


def whose(path: Path) -> str:
    """Tell canvases apart by the names of their files."""
    return path.name[:WHOSE]


def by_canvas(entries: Mapping[Path, Entry]) -> dict[str, Entry]:
    """Find the work that was fetched of each canvas, by what `whose` tells."""
    found = ((path, entry) for path, entry in entries.items() if entry.id)
    return {whose(path): entry for path, entry in found if is_fetched(path)}


def refused(taken: Taken, given: Input) -> Taken:
    """Say of a fetched picture that can't be read whose it is, and have it fetched anew next time.

    Raises:
        OutputError: If it can't be deleted.
    """
    with reporting(given.path):
        given.path.unlink(missing_ok=True)
    reason = f"{given.called}: {taken.entry.reason}"
    return Taken(Entry(failed(given.path), -1, 0, reason=reason))


def said(entry: Entry) -> str:
    """Name a file and why it can't be used; of what was fetched the name is no help."""
    return entry.reason if is_fetched(entry.path) else f"{entry.path}: {entry.reason}"


def pictures(folder: Path) -> list[Path]:
    """List what was fetched for the collection in a folder."""
    return [path for path in _listed(folder) if _NAME.fullmatch(path.name)]


def drop_former(store: Store, arrived: Iterable[Path]) -> None:
    """Forget and delete what was fetched of canvases before, where something else came since.

    Args:
        store: The collection, held for oneself.
        arrived: Files of which the works are in the collection.
    """
    now = {path for path in arrived if is_fetched(path)}
    if not now:
        return
    canvases = {whose(path) for path in now}
    former = {path for path in store.entries() if is_fetched(path)} | set(pictures(store.folder))
    old = [path for path in former - now if whose(path) in canvases]
    store.drop_entries(old)
    delete(store.folder, old)


def delete(folder: Path, paths: Iterable[Path]) -> int:
    """Delete what was fetched for the collection in this folder, of these paths; no other file.

    Returns:
        How many files there were.

    Raises:
        OutputError: If one can't be deleted.
    """
    ours = [path for path in paths if path.parent == folder / FETCHED and is_fetched(path)]
    there = [path for path in ours if path.is_file()]
    with reporting(folder / FETCHED):
        for path in there:
            path.unlink(missing_ok=True)
    return len(there)


def delete_all(folder: Path) -> int:
    """Delete all that was fetched for a collection; returns how many pictures it was.

    Raises:
        OutputError: If one can't be deleted.
    """
    count = delete(folder, pictures(folder))
    sweep(folder)
    with suppress(OSError):  # it holds something of a person's own, or isn't there
        (folder / FETCHED).rmdir()
    return count


def sweep(folder: Path) -> None:
    """Take away what was left by somebody who was killed while he wrote; nobody else writes now.

    Raises:
        OutputError: If it can't be deleted.
    """
    with reporting(folder / FETCHED):
        for path in _listed(folder):
            if _LEFT.fullmatch(path.name):
                path.unlink(missing_ok=True)


def _listed(folder: Path) -> list[Path]:
    home = folder / FETCHED
    return sorted(home.iterdir()) if home.is_dir() else []
