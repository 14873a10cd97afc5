"""A collection in memory: its works in the order of their paths, and all that is known of them."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt64

from impasto.analysis.collection.labels import Labels, Value, read_labels
from impasto.analysis.collection.places import AnyHome, found
from impasto.analysis.collection.store import COLORS, HASHES, Store, Vectors, vectors
from impasto.errors import DataError, printable

OWN = ("path", "name", "folder", "width", "height")
"""Columns that each work has, whatever its labels; a label of such a name goes before."""


@dataclass(frozen=True, eq=False)
class Gallery:
    """The works of a collection.

    Attributes:
        name: What the collection is called.
        store: Its tables.
        ids: SHA-256 of each work's file.
        paths: Where each lies; one path or several.
        sizes: Width and height of each in pixels.
        labels: What is known of them, by column and id.
    """

    name: str
    store: Store
    ids: tuple[str, ...]
    paths: tuple[tuple[Path, ...], ...]
    sizes: tuple[tuple[int, int], ...]
    labels: Labels

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def columns(self) -> dict[str, list[Value]]:
        """All that may be asked of works, by name; None where it isn't known."""
        firsts = [paths[0] for paths in self.paths]
        own: dict[str, list[Value]] = {
            "path": [str(path) for path in firsts],
            "name": [path.name for path in firsts],
            "folder": [path.parent.name for path in firsts],
            "width": [width for width, _ in self.sizes],
            "height": [height for _, height in self.sizes],
        }
        labels = {n: [column.get(key) for key in self.ids] for n, column in self.labels.items()}
        return {**labels, **{name: own[name] for name in OWN if name not in labels}}

    @cached_property
    def vectors(self) -> Vectors:
        """Unit vectors of the works."""
        rows = self.store.rows("works", ["id", "vector"])
        return vectors(rows["vector"])[self._order(rows["id"].to_pylist())]

    @cached_property
    def colors(self) -> Float[np.ndarray, "n 6 4"]:
        """Six colors of each work: L, a, b and the share."""
        rows = self.store.rows("works", ["id", "colors"])
        values = np.array(rows["colors"].to_pylist(), np.float32).reshape(-1, COLORS, 4)
        return values[self._order(rows["id"].to_pylist())]

    @cached_property
    def hashes(self) -> UInt64[np.ndarray, "n 6"]:
        """Fingerprints of the works, of their mirror images, and of what their borders hold."""
        rows = self.store.rows("works", ["id", "hashes"])
        values = np.array(rows["hashes"].to_pylist(), np.uint64).reshape(-1, HASHES)
        return values[self._order(rows["id"].to_pylist())]

    def known(self, index: int) -> dict[str, Value]:
        """Labels of a work, those that are known."""
        key = self.ids[index]
        return {name: column[key] for name, column in self.labels.items() if key in column}

    def _order(self, ids: Sequence[str]) -> list[int]:
        """Where each work of the gallery stands in a table."""
        row = {key: number for number, key in enumerate(ids)}
        try:
            return [row[key] for key in self.ids]
        except KeyError as error:
            raise DataError(
                f"the collection {printable(self.name)} was changed while it was read; try again"
            ) from error


def open_gallery(name: str | os.PathLike[str], *, home: AnyHome = None) -> Gallery:
    """Open a collection to look at it.

    Raises:
        DataError: If there is none of that name, or it is damaged.
    """
    store = Store(found(name, home=home))
    places: dict[str, list[Path]] = defaultdict(list)
    for entry in store.entries().values():
        places[entry.id].append(entry.path)
    rows = store.rows("works", ["id", "width", "height"]).to_pylist()
    works = sorted((sorted(places[r["id"]]), r) for r in rows if r["id"] in places)
    return Gallery(
        os.fspath(name),
        store,
        tuple(row["id"] for _, row in works),
        tuple(tuple(paths) for paths, _ in works),
        tuple((row["width"], row["height"]) for _, row in works),
        read_labels(store),
    )
