"""Step 1 for works that are grouped: all of them, and what is known of each; no label is needed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from impasto.data.collection import read_collection
from impasto.data.decoding import Decoded, decoded
from impasto.data.download import fetch_mnist, mnist_folder
from impasto.data.examples import Examples
from impasto.data.idx import mnist
from impasto.data.tables import Columns, column_of, few
from impasto.data.targets import groups_of
from impasto.errors import DataError, printable
from impasto.learning.place import MNIST
from impasto.learning.seeing import rests
from impasto.learning.settings import TrainSettings
from impasto.learning.sources import Prepared
from impasto.progress import OnStep, Watch

FEWEST = 10
"""Works from which on groups are sought among them."""

SIZE, LARGE = 64, 224
"""Side in pixels to which pictures are brought: for the autoencoder, and for an encoder that saw
pictures before."""


@dataclass(frozen=True, eq=False)
class Works:
    """Works to group.

    Attributes:
        prepared: As for every training; all of them to learn from, and none to be judged by.
        columns: What is known of them, a value a work.
        label: The column that groups are compared with, if there is one.
        by: The column whose values stay together, such as artist, if one was named.
    """

    prepared: Prepared
    columns: Columns
    label: str | None
    by: str | None

    @property
    def examples(self) -> Examples:
        """The works."""
        return self.prepared.train

    @property
    def groups(self) -> tuple[str, ...] | None:
        """What works have in common, if a column was named."""
        return self.examples.groups or None

    def known(self) -> tuple[Int[np.ndarray, " n"], tuple[str, ...]]:
        """Number the labels: -1 where a work has none; and name them. Without labels: all -1."""
        column = self.columns[self.label] if self.label else (None,) * len(self.examples)
        names = tuple(sorted({value for value in column if value is not None}))
        number = {name: i for i, name in enumerate(names)}
        return np.array([-1 if v is None else number[v] for v in column], np.int64), names


def size_of(network: str, settings: TrainSettings) -> int:
    """Say to how many pixels pictures are brought: as asked, or as the network likes it."""
    return settings.size or (LARGE if rests(network) else SIZE)


def gathered(
    source: str,
    settings: TrainSettings,
    network: str,
    *,
    cache: Path,
    on_step: OnStep | None = None,
) -> Works:
    """Read all works of a source, labeled or not.

    Args:
        source: ``mnist``, or a folder or table of pictures.
        settings: Of them ``label`` and ``split_by`` name columns, if any.
        network: What shall see the works; the size they are brought to depends on it.
        cache: Where decoded pictures are kept.
        on_step: Told of each picture decoded.

    Raises:
        DataError: If there are too few works, none can be read, or a column isn't there.
    """
    if source == MNIST:
        return _digits(settings)
    if Path(source).is_dir() and any(Path(source).glob("*.npz")):
        raise DataError(f"{printable(source)} holds drawings, and only pictures are grouped yet")
    works = read_collection(source)
    for name in (settings.label, settings.split_by):
        if name is not None:
            column_of(works.columns, name)
    made = _decoded(works.paths, size_of(network, settings), cache, on_step)
    kept = made.kept(works.paths)
    columns = {name: tuple(column[i] for i in kept) for name, column in works.columns.items()}
    names = tuple(works.names[i] for i in kept)
    groups = groups_of(works, settings.split_by) if settings.split_by else ()
    examples = Examples(
        names,
        made.pictures,
        torch.zeros(len(kept)),
        groups=tuple(groups[i] for i in kept) if groups else (),
    )
    paths = {works.names[i]: works.paths[i] for i in kept}
    return _works(examples, columns, settings, _left_out(made), paths)


def _decoded(paths: Sequence[Path], size: int, cache: Path, on_step: OnStep | None) -> Decoded:
    watch = Watch(on_step)
    made = decoded(paths, size=size, folder=cache, on_step=watch)
    if watch.stopped:
        raise DataError("stopped before all pictures were read; begin again to read them")
    return made


def _left_out(made: Decoded) -> list[str]:
    return [f"left out: {printable(path)}: {why}" for path, why in made.failures]


def _digits(settings: TrainSettings) -> Works:
    digits, _ = mnist(settings.data or fetch_mnist(mnist_folder()))
    columns = {"label": tuple(digits.classes[i] for i in digits.targets.tolist())}
    for name in (settings.label, settings.split_by):
        if name is not None:
            column_of(columns, name)
    plain = replace(digits, targets=torch.zeros(len(digits)), classes=())
    return _works(plain, columns, settings, [], None)


def _works(
    examples: Examples,
    columns: Columns,
    settings: TrainSettings,
    lines: list[str],
    paths: dict[str, Path] | None,
) -> Works:
    if len(examples) < FEWEST:
        raise DataError(
            f"expected {FEWEST} works or more to seek groups among, got {len(examples)}; add works"
        )
    label = settings.label or ("label" if "label" in columns else None)
    works = Works(
        Prepared(examples, None, examples.take([]), (), paths=paths),
        columns,
        label,
        settings.split_by,
    )
    said = [f"{len(examples):,} works to seek groups among", *_of_label(works), *lines]
    return replace(works, prepared=replace(works.prepared, lines=tuple(said)))


def _of_label(works: Works) -> list[str]:
    """Say what is known of the works that groups can be compared with."""
    if works.label is None:
        others = f"; its columns are {few(works.columns, most=8)}" if works.columns else ""
        return [f"no label is known that groups could be compared with{others}"]
    numbers, names = works.known()
    shown = printable(works.label, limit=60)
    many = int((numbers >= 0).sum())
    line = f"groups are compared with the {len(names)} values of {shown}, known of {many:,} works"
    return [f"{line}; they are found without it"]


def pictures_of(examples: Examples, indices: Tensor) -> Tensor:
    """Take pictures as a network reads them: in 0..1."""
    return examples.inputs[indices].float() / 255
