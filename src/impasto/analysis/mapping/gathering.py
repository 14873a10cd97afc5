"""From a collection to what a map is made of."""

import os
from pathlib import Path

from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.manifests import HIDDEN
from impasto.analysis.collection.places import AnyHome
from impasto.analysis.mapping.works import Works
from impasto.errors import DataError


def gather(name: str | os.PathLike[str], *, home: AnyHome = None) -> tuple[Works, Path]:
    """Take the works of a collection; and the folder that keeps what belongs to it.

    Args:
        name: The collection's name, or the path of its folder.
        home: The folder of everything that is a person's own.

    Raises:
        DataError: If there is no such collection, it is empty, or two eyes saw it.
    """
    gallery = open_gallery(name, home=home)
    eyes = gallery.store.eyes()
    if len(eyes) > 1:
        raise DataError("works of this collection were seen by different eyes; rebuild it first")
    return works_of(gallery, eye=min(eyes, default="")), gallery.store.folder


def works_of(gallery: Gallery, *, eye: str = "") -> Works:
    """Take the works of a collection that is open."""
    columns = gallery.columns
    titles = (known for known in columns if known.lower().startswith("tit"))  # titre, titolo, ...
    title = next(titles, "name")
    hidden = {title, "path", *HIDDEN}
    return Works(
        ids=gallery.ids,
        titles=tuple("" if value is None else str(value) for value in columns[title]),
        paths=tuple(paths[0] for paths in gallery.paths),
        vectors=gallery.vectors,
        columns={known: values for known, values in columns.items() if known not in hidden},
        eye=eye,
    )
