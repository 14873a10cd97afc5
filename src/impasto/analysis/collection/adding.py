"""The verb `add`: pictures come into a collection, each exactly once, however often it is begun."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from impasto.analysis.collection import fetched, indexing
from impasto.analysis.collection.inputs import Input, Inputs, Known, find_inputs
from impasto.analysis.collection.labels import Value, merge_labels, read_labels
from impasto.analysis.collection.manifests import find_canvases, is_manifest
from impasto.analysis.collection.places import AnyHome, alone, place
from impasto.analysis.collection.seeing import Sight, Taken, sight_apart, stamp, take, works
from impasto.analysis.collection.store import Entry, Store
from impasto.analysis.collection.tending import drop_orphans, forget_moved, remember
from impasto.data.iiif.settings import FetchSettings
from impasto.data.tables import few
from impasto.data.threads import in_order
from impasto.errors import DataError, printable
from impasto.progress import OnStep, Step, Watch
from impasto.settings import checked

BATCH = 64
"""Pictures that are written together; what a power cut costs at most."""


@dataclass(frozen=True)
class Added:
    """What came of adding.

    Attributes:
        new: Works that weren't there.
        known: Files whose work was there: as they were, moved, or copies of others.
        changed: Files that hold another work than before.
        failed: Files that couldn't be imported, with the reason.
        passed: Files that are no pictures and aren't called so either, with the reason.
        left: Files that weren't looked at, because the work was stopped.
        lines: What else a person should know, in plain words.
    """

    new: int = 0
    known: int = 0
    changed: int = 0
    failed: tuple[Entry, ...] = ()
    passed: tuple[Entry, ...] = ()
    left: int = 0
    lines: tuple[str, ...] = ()


def add(
    name: str | os.PathLike[str],
    source: str | os.PathLike[str],
    *,
    labels: str | os.PathLike[str] | None = None,
    side: int = 1024,
    language: str | Sequence[str] = "en",
    pause: float = 0.5,
    largest: int = 64,
    allow_private: bool = False,
    home: AnyHome = None,
    sight: Sight | None = None,
    on_step: OnStep | None = None,
) -> Added:
    """Take pictures into a collection; what is there already is not opened again.

    It may be stopped at any moment, by a power cut, too: the next time it goes on.

    Args:
        name: The collection's, or the path of its folder; it is made.
        source: A folder, a table with a column ``path``, one picture, or a IIIF manifest, whose
            pictures are fetched into the collection's own folder: its file or its address.
        labels: A table of what is known of the works, with a column ``path``; for those of a
            manifest with a column ``canvas``.
        side: Of a manifest: pixels of the longer side that image services are asked for.
        language: Of a manifest: the languages of labels, the best first, such as ``de,en``.
        pause: Of a manifest: seconds between two questions to a host.
        largest: Of a manifest: megabytes of it and of each picture at most.
        allow_private: Of a manifest: whether addresses in private networks may be asked, too.
        home: Where collections with a name are kept.
        sight: What looks at the pictures; the eye that ships unless given.
        on_step: Told of each file that was looked at, and before of each manifest where there are
            several; returning True stops, and what was read is kept.

    Raises:
        DataError: If the source or the labels can't be used, or another eye saw the collection.
        OutputError: If another process writes to it, or the disk is full.
        SettingsError: If the name or a setting can't be.
        WeightsError: If the eye's weights are missing.
    """
    folder, table = place(name, home=home), None if labels is None else Path(labels)
    asked = {"side": side, "language": language, "pause": pause, "largest": largest}
    settings = checked(FetchSettings, {**asked, "allow_private": allow_private})
    if is_manifest(given := os.fspath(source)):
        inputs = find_canvases(given, folder, settings, labels=table, on_step=on_step)
    else:
        inputs = find_inputs(Path(source), labels=table, without=folder)
    with alone(folder), nullcontext(sight) if sight else sight_apart() as looking:
        store = Store(folder)
        store.prepare()
        check_eye(store, looking, name)
        return _Adding(store, looking, Watch(on_step)).run(inputs, Path(source))


def check_eye(store: Store, sight: Sight, name: object) -> None:
    """Refuse to mix what two eyes saw.

    Raises:
        DataError: If works were seen by another eye than this one.
    """
    others = store.eyes() - {sight.sha256}
    if others:
        raise DataError(
            f"works of this collection were seen by another eye ({min(others)[:8]}, now it is "
            f"{sight.sha256[:8]}); `impasto collection rebuild {printable(name)}` looks at them "
            "again"
        )


@dataclass
class _Adding:
    """One run of adding: what was there before, and what came of the files."""

    store: Store
    sight: Sight
    watch: Watch
    before: dict[Path, Entry] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    entries: dict[Path, Entry] = field(default_factory=dict)
    labels: dict[Path, Known] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    def run(self, inputs: Inputs, source: Path) -> Added:
        self.before, self.ids = self.store.entries(), self.store.ids()
        remember(self.store, inputs.manifest or source)
        todo = [i for i in inputs.files if not self._is_as_it_was(i)]
        for batch in _batches(self._taken(inputs, todo)):
            self._keep(batch)
        lines = self._finish()
        return self._told(inputs, (*inputs.lines, *lines, *_unmatched(inputs)))

    def _is_as_it_was(self, given: Input) -> bool:
        """Tell whether a file is known and hasn't changed; if so there is nothing to do."""
        entry = self.before.get(given.path)
        same = (
            entry is not None
            and not given.problem
            and entry.id in self.ids
            and stamp(given.path) == (entry.size, entry.mtime)
        )
        if same and entry is not None:
            self.entries[given.path], self.labels[given.path] = entry, given.labels
        return same

    def _brought(self, inputs: Inputs, todo: Sequence[Input]) -> Iterator[Input]:
        """Have files brought one after the other; each takes over from what was fetched before."""
        former = fetched.by_canvas(self.before)
        for given in map(inputs.bring, todo):
            self.labels[given.path] = given.labels
            if given.called and (old := former.get(fetched.whose(given.path))):
                self.before.setdefault(given.path, old)
            yield given

    def _taken(self, inputs: Inputs, todo: Sequence[Input]) -> Iterator[Taken]:
        """Look into files, several at a time, in their order."""
        look = partial(_take, sight=self.sight, known=self.ids)
        files = self._brought(inputs, todo)
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
            for done, taken in enumerate(in_order(threads, look, files), 1):
                yield taken
                if self.watch(Step(done, len(todo), label=taken.entry.path.name)):
                    return

    def _keep(self, batch: Sequence[Taken]) -> None:
        found, lines = keep(self.store, batch, self.sight, before=self.before, ids=self.ids)
        self.new |= found - self.ids
        self.ids |= self.new
        self.lines += lines
        self.entries |= {one.entry.path: one.entry for one in batch}

    def _finish(self) -> list[str]:
        """Forget what was moved or replaced, and note what is known of the works."""
        labels: dict[str, dict[str, Value]] = defaultdict(dict)
        for path, entry in self.entries.items():
            if entry.id:
                labels[entry.id] |= self.labels[path]
        fetched.drop_former(self.store, [e.path for e in self.entries.values() if e.id])
        forget_moved(self.store)
        kept = drop_orphans(self.store)
        lines = [*self.lines, *merge_labels(self.store, labels, kept=kept)]
        self.store.tidy()
        indexing.keep_index(self.store, len(kept))
        return lines

    def _told(self, inputs: Inputs, lines: tuple[str, ...]) -> Added:
        bad = [entry for entry in self.entries.values() if not entry.id]
        good = [entry for entry in self.entries.values() if entry.id]
        changed = [
            e for e in good if e.path in self.before and self._held(e.path) not in ("", e.id)
        ]
        return Added(
            new=len(self.new),
            known=len(good) - len(self.new),
            changed=len(changed),
            failed=(*inputs.lost, *(entry for entry in bad if not entry.passed)),
            passed=tuple(entry for entry in bad if entry.passed),
            left=inputs.left + len(inputs.files) - len(self.entries),
            lines=lines,
        )

    def _held(self, path: Path) -> str:
        """The work that a file held before, if any."""
        return self.before[path].id if path in self.before else ""


def keep(
    store: Store,
    taken: Sequence[Taken],
    sight: Sight,
    *,
    before: Mapping[Path, Entry],
    ids: Collection[str],
) -> tuple[set[str], list[str]]:
    """Write works first and files then: a file is never noted whose work isn't there.

    Args:
        store: The collection, held for oneself.
        taken: What was taken in of some files.
        sight: What looks at the works.
        before: What became of the files the last time; what is known of them is carried on.
        ids: Works that were there.

    Returns:
        The works that were looked at, and what a person should know, in plain words.
    """
    found = list(works(taken, sight))
    store.put_works(found)
    seen = {work.id for work in found}
    entries = {one.entry.path: one.entry for one in taken}
    carried = _carried(store, before, entries)
    lines = merge_labels(store, carried, kept=seen.union(ids)) if carried else []
    store.put_entries(entries.values())
    return seen, lines


def _take(given: Input, *, sight: Sight, known: set[str]) -> Taken:
    if given.problem:
        return Taken(Entry(given.path, -1, 0, reason=given.problem))
    taken = take(given.path, sight, known=known, named_so=given.is_named_so)
    return fetched.refused(taken, given) if given.called and not taken.entry.id else taken


def _batches(taken: Iterator[Taken]) -> Iterator[list[Taken]]:
    while batch := list(islice(taken, BATCH)):
        yield batch


def _carried(
    store: Store, before: Mapping[Path, Entry], after: Mapping[Path, Entry]
) -> dict[str, dict[str, Value]]:
    """Let a file that was saved anew keep what is known of it."""
    carried: dict[str, dict[str, Value]] = defaultdict(dict)
    heirs = {
        (before[path].id, entry.id)
        for path, entry in after.items()
        if entry.id and path in before and before[path].id not in ("", entry.id)
    }
    columns = read_labels(store) if heirs else {}
    for name, column in columns.items():
        for old, new in heirs:
            if old in column:
                carried[new][name] = column[old]
    return carried


def _unmatched(inputs: Inputs) -> Iterable[str]:
    if inputs.unmatched:
        count = len(inputs.unmatched)
        files = "1 file that was" if count == 1 else f"{count:,} files that were"
        yield f"the labels speak of {files} not found: {few(inputs.unmatched)}"
