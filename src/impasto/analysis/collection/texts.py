"""Words in a collection: what a model that reads has seen of the works, in a table of its own.

The eye that ships has learned from pictures only. A model of the hub that sees pictures and reads
words looks at each work once, too; its vectors lie beside the eye's, in a table named by the model
and the sum of its files.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from impasto.analysis.collection.gallery import Gallery
from impasto.analysis.collection.places import alone
from impasto.analysis.collection.store import Store
from impasto.data.threads import in_order
from impasto.errors import PictureError, SettingsError
from impasto.networks.clip import DEFAULT, LONGEST, Clip, load_clip
from impasto.picture import Apart, read
from impasto.progress import OnStep, Step, Watch

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 32
"""Works that are looked at and written down together."""

_WORDS = "words-"
_NAMED = 48  # characters of a model's name that a table is called by

Open = Callable[[Path], tuple[Float[Tensor, "1 3 _ _"], str]]
"""Opens a file about as large as the model looks at it; says which file it was, too."""


@dataclass(frozen=True, eq=False)
class Described:
    """How well words fit the works of a collection.

    Attributes:
        places: Which works of the gallery were looked at.
        scores: The cosine of each of them and the words.
        unseen: Works that could not be looked at: files that are gone, changed or broken, or that
            were not reached.
    """

    places: Int[np.ndarray, " m"]
    scores: Float[np.ndarray, " m"]
    unseen: int


def describe(
    gallery: Gallery, text: str, *, model: str | None = None, on_step: OnStep | None = None
) -> Described:
    """Compare words with every work; works that the model doesn't know yet are looked at first.

    Args:
        gallery: The collection.
        text: Such as ``a storm at sea``.
        model: A name of the hub or a folder; the usual one unless given.
        on_step: Told of each work that is looked at; returning True leaves out the rest, and what
            was looked at is kept.

    Raises:
        SettingsError: If there are no words, or too many.
        WeightsError: If the model is not on this computer.
        OutputError: If another process writes to the collection, or its disk is full.
    """
    if not text.strip():
        raise SettingsError("expected words to look for, such as a storm at sea; got none")
    name = DEFAULT if model is None else model
    reader = load_clip(name)
    with torch.inference_mode():
        query = reader.read([text])[0].numpy()
        seen = _look(gallery, reader, _table(gallery.store, name, reader.sha256), on_step)
    places = np.array([i for i, key in enumerate(gallery.ids) if key in seen], np.int64)
    vectors = [seen[gallery.ids[i]] for i in places.tolist()]
    scores = np.stack(vectors) @ query if vectors else np.empty(0, np.float32)
    return Described(places, scores, len(gallery) - len(places))


def table_name(model: str, sha256: str) -> str:
    """Call the table of a model by its name and the sum of its files.

    Examples:
        >>> table_name("laion/CLIP-ViT-B-32", "0123456789abcdef" * 4)
        'words-laion-CLIP-ViT-B-32-0123456789ab'
    """
    plain = re.sub(r"[^0-9A-Za-z]+", "-", model).strip("-")[-_NAMED:].strip("-")
    return f"{_WORDS}{plain}-{sha256[:12]}" if plain else f"{_WORDS}{sha256[:12]}"


def _table(store: Store, model: str, sha256: str) -> str:
    """Find the table of a model, which may have been called otherwise, or lain elsewhere."""
    with store.reading():
        there = [name for name in store.database.list_tables().tables if name.startswith(_WORDS)]
    own = f"-{sha256[:12]}"
    return next((name for name in there if name.endswith(own)), table_name(model, sha256))


Seen = dict[str, Float[np.ndarray, " d"]]


def _look(gallery: Gallery, reader: Clip, table: str, on_step: OnStep | None) -> Seen:
    """Fetch what the model saw of works before, and let it look at those that are new."""
    store, wanted = gallery.store, set(gallery.ids)
    seen = _known(store, table)
    gone = sorted(seen.keys() - wanted)
    new = [i for i, key in enumerate(gallery.ids) if key not in seen]
    if not (new or gone):
        return seen
    with alone(store.folder):
        _prepare(store, table)
        store.delete(table, "id", gone)
        for batch in _batches(gallery, reader, new, Watch(on_step)):
            _put(store, table, batch)
            seen |= batch
        store.tidy()
    return {key: vector for key, vector in seen.items() if key in wanted}


def _batches(gallery: Gallery, reader: Clip, new: Sequence[int], watch: Watch) -> Iterator[Seen]:
    """Look at works, some at a time; those whose files can't be had are left out."""
    with opener(reader.side) as opened, ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        shown = zip(new, in_order(threads, partial(_open, gallery, opened), new), strict=True)
        done = 0
        while batch := list(islice(shown, AT_ONCE)):
            done += len(batch)
            there = [(gallery.ids[i], picture) for i, picture in batch if picture is not None]
            if there:
                vectors = reader.see([picture for _, picture in there]).numpy()
                yield dict(zip((key for key, _ in there), vectors, strict=True))
            name = gallery.paths[batch[-1][0]][0].name
            if watch(Step(done, len(new), label=name)):
                return


def _open(gallery: Gallery, opened: Open, index: int) -> Float[Tensor, "1 3 _ _"] | None:
    """Open a work by the first of its files that is still what it was; None if none is."""
    for path in gallery.paths[index]:
        try:
            picture, digest = opened(path)
        except PictureError:
            continue
        if digest == gallery.ids[index]:
            return picture
    return None


@contextmanager
def opener(side: int) -> Iterator[Open]:
    """Open pictures in processes apart, which end with the block.

    Windows can't limit what a process takes: there this process decodes.

    Args:
        side: Pixels that the shorter side has; the longer one has four times as many at most.
    """
    if os.name == "nt":
        yield _whole
        return
    with Apart(processes=2) as reader:
        yield partial(_apart, reader, side)


def _apart(reader: Apart, side: int, path: Path) -> tuple[Float[Tensor, "1 3 _ _"], str]:
    found = reader.thumbnail(path, shorter=side, longest=LONGEST * side)
    return found.pixels[None].float() / 255, found.sha256


def _whole(path: Path) -> tuple[Float[Tensor, "1 3 _ _"], str]:
    picture = read(path)
    assert picture.sha256 is not None, "whatever was read from a file has a sum"
    return picture.on_white, picture.sha256


def _known(store: Store, table: str) -> Seen:
    """What a model saw of works before."""
    with store.reading():
        if table not in store.database.list_tables().tables:
            return {}
    rows = store.rows(table, ["id", "vector"])
    ids = rows["id"].to_pylist()
    parts = [each.flatten().to_numpy(zero_copy_only=False) for each in rows["vector"].chunks]
    vectors = np.concatenate([np.empty(0, np.float32), *parts]).reshape(len(ids) or 1, -1)
    return dict(zip(ids, vectors[: len(ids)], strict=True))


def _prepare(store: Store, table: str) -> None:
    with store.writing():
        if table not in store.database.list_tables().tables:
            store.database.create_table(table, schema=_schema())


def _put(store: Store, table: str, seen: Seen) -> None:
    """Write down what was seen; all of it or nothing."""
    import pyarrow as pa

    rows = [{"id": key, "vector": vector.tolist()} for key, vector in seen.items()]
    store.merge(table, "id", pa.Table.from_pylist(rows, schema=_schema()))


def _schema() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema({"id": pa.string(), "vector": pa.list_(pa.float32())})
