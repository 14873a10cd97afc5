"""What a collection notes and forgets by itself: sources, moved files, works without a file."""

import os
from collections import defaultdict
from pathlib import Path

from impasto.analysis.collection.seeing import stamp
from impasto.analysis.collection.store import Store


def remember(store: Store, source: Path | str) -> None:
    """Note where pictures came from: a path, for `check` to look there for those that moved.

    Args:
        store: The collection, held for oneself.
        source: The path; or a text that names a manifest, which is noted apart.
    """
    kind = "manifests" if isinstance(source, str) else "sources"
    place = source if isinstance(source, str) else source.absolute()
    noted = store.noted()
    known = list(noted.get(kind, []))
    text = os.fsencode(place).decode("utf-8", "replace")
    if text not in known:
        store.note({**noted, kind: [*known, text]})


def forget_moved(store: Store) -> None:
    """Forget paths that are gone where the same work lies elsewhere."""
    places: dict[str, list[Path]] = defaultdict(list)
    for entry in store.entries().values():
        if entry.id:
            places[entry.id].append(entry.path)
    for paths in (paths for paths in places.values() if len(paths) > 1):
        gone = [path for path in paths if stamp(path)[0] < 0]
        if 0 < len(gone) < len(paths):
            store.drop_entries(gone)


def drop_orphans(store: Store) -> set[str]:
    """Forget works that no file holds any more; returns the others."""
    held = {entry.id for entry in store.entries().values()}
    ids = store.ids()
    store.drop_works(sorted(ids - held))
    return ids & held
