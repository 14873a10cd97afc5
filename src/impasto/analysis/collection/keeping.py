"""What is done to a collection after works came in: look after files, forget, see anew, hand on."""

import os
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from impasto.analysis.collection import fetched
from impasto.analysis.collection.adding import BATCH, keep
from impasto.analysis.collection.inputs import absolute, walk
from impasto.analysis.collection.labels import merge_labels
from impasto.analysis.collection.places import MARK, PLACES, TABLES, THUMBS, AnyHome, alone, found
from impasto.analysis.collection.seeing import Sight, Taken, sight_apart, stamp, take
from impasto.analysis.collection.store import Entry, Store
from impasto.analysis.collection.tending import drop_orphans
from impasto.errors import DataError, PictureError, printable
from impasto.picture.files import reporting, sha256_of
from impasto.progress import OnStep, Step, Watch


@dataclass(frozen=True)
class Checked:
    """How the files of a collection are.

    Attributes:
        fine: Files that are as they were.
        touched: Files whose date changed and whose content didn't.
        changed: Files that hold something else now.
        moved: Files that lie elsewhere now: from where, to where.
        gone: Files that were not found again.
        left: Files that weren't looked at, because the work was stopped.
    """

    fine: int = 0
    touched: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()
    moved: tuple[tuple[Path, Path], ...] = ()
    gone: tuple[Path, ...] = ()
    left: int = 0


@dataclass(frozen=True)
class Removed:
    """What was forgotten.

    Attributes:
        works: Of the collection.
        pictures: Files that were deleted, because the collection had fetched them itself.
    """

    works: int = 0
    pictures: int = 0


def check(
    name: str | os.PathLike[str], *, home: AnyHome = None, on_step: OnStep | None = None
) -> Checked:
    """See whether the files of a collection are where and what they were; nothing is changed.

    Args:
        name: The collection's.
        home: Where collections with a name are kept.
        on_step: Told of each file; returning True stops.

    Raises:
        DataError: If there is no such collection.
    """
    store, watch = Store(found(name, home=home)), Watch(on_step)
    entries = [entry for entry in store.entries().values() if entry.id]
    states: dict[str, list[Entry]] = {"fine": [], "touched": [], "changed": [], "gone": []}
    done = 0
    for done, entry in enumerate(entries, 1):
        states[_state(entry)].append(entry)
        if watch(Step(done, len(entries), label=entry.path.name)):
            break
    moved = _moved(store, states["gone"])
    return Checked(
        len(states["fine"]),
        tuple(entry.path for entry in states["touched"]),
        tuple(entry.path for entry in states["changed"]),
        tuple(moved.items()),
        tuple(entry.path for entry in states["gone"] if entry.path not in moved),
        len(entries) - done,
    )


def remove(
    name: str | os.PathLike[str],
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    gone: bool = False,
    home: AnyHome = None,
) -> Removed:
    """Forget works of a collection, or all of it; a person's own pictures are never touched.

    Pictures that the collection fetched itself are deleted: nobody else holds on to them.

    Args:
        name: The collection's.
        paths: Files, or folders of files; the whole collection unless given.
        gone: Forget what was not found again, and nothing else.
        home: Where collections with a name are kept.

    Raises:
        DataError: If there is no such collection, or nothing of it lies at these paths.
        OutputError: If another process writes to it, or a file can't be deleted.
    """
    folder = found(name, home=home)
    with alone(folder):
        if not paths and not gone:
            return _remove_all(folder)
        store = Store(folder)
        entries, before = store.entries(), len(store.ids())
        lost = [path for path in entries if gone and stamp(path)[0] < 0]
        for given in map(absolute, map(Path, paths)):
            below = [path for path in entries if path.is_relative_to(given)]
            if not below:
                raise DataError(f"nothing in {printable(name)} lies at {printable(given)}")
            lost += below
        store.drop_entries(lost)
        kept = drop_orphans(store)
        merge_labels(store, {}, kept=kept)
        store.tidy()
        return Removed(before - len(kept), fetched.delete(folder, lost))


def rebuild(
    name: str | os.PathLike[str],
    *,
    home: AnyHome = None,
    sight: Sight | None = None,
    on_step: OnStep | None = None,
) -> tuple[int, tuple[Entry, ...]]:
    """Look again at the works that another eye saw; it may be stopped, and goes on the next time.

    Args:
        name: The collection's.
        home: Where collections with a name are kept.
        sight: What looks; the eye that ships unless given.
        on_step: Told of each work; returning True stops and keeps what is done.

    Returns:
        How many works were seen anew, and the files of those that can't be read from any of their
        files any more: these works are forgotten. A file that holds another work now keeps what
        was known of it.

    Raises:
        DataError: If there is no such collection.
        OutputError: If another process writes to it.
        WeightsError: If the eye's weights are missing.
    """
    folder = found(name, home=home)
    with alone(folder), nullcontext(sight) if sight else sight_apart() as looking:
        store, watch = Store(folder), Watch(on_step)
        before, ids = store.entries(), store.ids()
        files = _files_of(_seen_by_others(store, looking), before)
        rest, done, seen, failed = iter(files.items()), 0, 0, list[Entry]()
        while not watch.stopped and (some := list(islice(rest, BATCH))):
            taken = [list(_tried(key, paths, looking)) for key, paths in some]
            keep(store, [one for tried in taken for one in tried], looking, before=before, ids=ids)
            lost = [tried for tried in taken if not any(one.entry.id for one in tried)]
            failed += [one.entry for tried in lost for one in tried]
            seen, done = seen + len(some) - len(lost), done + len(some)
            watch(Step(done, len(files), label=some[-1][1][0].name))
        merge_labels(store, {}, kept=drop_orphans(store))
        store.tidy()
        return seen, tuple(failed)


def _files_of(works: Collection[str], entries: Mapping[Path, Entry]) -> dict[str, list[Path]]:
    """List the files of some works, those that are there first."""
    files: dict[str, list[Path]] = defaultdict(list)
    for entry in sorted(entries.values(), key=lambda entry: stamp(entry.path)[0] < 0):
        if entry.id in works:
            files[entry.id].append(entry.path)
    return files


def _tried(work: str, paths: Sequence[Path], sight: Sight) -> Iterator[Taken]:
    """Look into the files of a work until one still holds it."""
    for path in paths:
        taken = take(path, sight, known=(), named_so=True)
        yield taken
        if taken.entry.id == work:
            return


def _state(entry: Entry) -> str:
    size, mtime = stamp(entry.path)
    if (size, mtime) == (entry.size, entry.mtime):
        return "fine"
    if size < 0:
        return "gone"
    try:
        return "touched" if sha256_of(entry.path) == entry.id else "changed"
    except PictureError:
        return "changed"


def _moved(store: Store, gone: Sequence[Entry]) -> dict[Path, Path]:
    """Look for lost files below the folders that were added: of the same size and sum."""
    if not gone:
        return {}
    sizes = {entry.size for entry in gone}
    known = store.entries()
    there: dict[str, Path] = {}
    for path in _strangers(store):
        if path not in known and stamp(path)[0] in sizes:
            with suppress(PictureError):
                there.setdefault(sha256_of(path), path)
    return {entry.path: there[entry.id] for entry in gone if entry.id in there}


def _strangers(store: Store) -> list[Path]:
    sources = [Path(text) for text in store.noted().get("sources", [])]
    folders = [path if path.is_dir() else path.parent for path in sources]
    return [path for folder in folders if folder.is_dir() for path in walk(folder)]


def _seen_by_others(store: Store, sight: Sight) -> set[str]:
    rows = store.rows("works", ["id", "eye"])
    both = zip(rows["id"].to_pylist(), rows["eye"].to_pylist(), strict=True)
    return {key for key, eye in both if eye != sight.sha256}


def _remove_all(folder: Path) -> Removed:
    """Take away what we wrote; the lock's empty file stays, as `alone` says."""
    try:
        count = len(Store(folder).ids())
    except DataError:  # damaged: that is why it is removed
        count = 0
    pictures = fetched.delete_all(folder)
    with reporting(folder):
        for part in (folder / TABLES, folder / THUMBS):
            if part.is_dir():
                shutil.rmtree(part)
        (folder / PLACES).unlink(missing_ok=True)
        (folder / MARK).unlink()  # last: what is half removed can be removed again
    return Removed(count, pictures)
