"""Drawings to be told apart: arrays that their author divided, or folders of SVG files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from impasto.data.balance import balance_line
from impasto.data.examples import Examples
from impasto.data.splits import split
from impasto.data.strokes import SPLITS, Drawing, deviation, drawn, read_drawings, tidied
from impasto.data.svg import read_svg
from impasto.errors import DataError, printable
from impasto.learning.settings import TrainSettings

LONGEST = 250
"""Points of a drawing; what comes after is cut off."""

NAMED = 5
"""Drawings that can't be read whose names are said."""

Parts = tuple[Examples, Examples, Examples]


class Drawings(NamedTuple):
    """Drawings to learn from, to choose by and to be judged by, and what is to be said of them."""

    parts: Parts
    lines: tuple[str, ...]


def drawings_in(folder: Path, settings: TrainSettings) -> Drawings | None:
    """Read the drawings of a folder, if it holds any.

    Args:
        folder: Of ``.npz`` files, a kind each, with their three parts; or of sub-folders with
            ``.svg`` files, a kind each, which are divided here.
        settings: What to learn, and how to divide.

    Raises:
        DataError: If they can't be told apart, because they are of one kind, or can't be read.
    """
    arrays, sketches = sorted(folder.glob("*.npz")), sorted(folder.glob("*/*.svg"))
    if not (arrays or sketches):
        return None
    kinds = sorted({path.stem for path in arrays} or {path.parent.name for path in sketches})
    if settings.task != "classify" or len(kinds) < 2:
        raise DataError(
            f"expected drawings of two kinds or more, to be told apart; got {len(kinds)} in "
            f"{printable(folder)}, and the task {settings.task}"
        )
    notes: list[str] = []
    parts = _divided_already(arrays) if arrays else _divided_here(sketches, settings.seed, notes)
    line = (
        f"{len(parts[0]):,} drawings to learn from, {len(parts[1]):,} to choose by, "
        f"{len(parts[2]):,} to be judged by, of {len(kinds)} kinds"
    )
    return Drawings(parts, (line, balance_line(parts[0].targets, parts[0].classes), *notes))


def _divided_already(files: Sequence[Path]) -> Parts:
    kinds = {path.stem: _whole(path) for path in files}
    parts: list[dict[str, list[Drawing]]] = [
        {name: drawings[part] for name, drawings in kinds.items()} for part in SPLITS
    ]
    scale = deviation([d for each in parts[0].values() for d in each])
    train, validation, test = (drawn(part, LONGEST, scale=scale) for part in parts)
    return train, validation, test


def _whole(path: Path) -> dict[str, list[Drawing]]:
    """Read the drawings of a file that has all three parts."""
    drawings = read_drawings(path)
    if missing := [part for part in SPLITS if part not in drawings]:
        raise DataError(
            f"{printable(path)} lacks drawings for {' and '.join(missing)}; divide them into "
            f"{', '.join(SPLITS)}"
        )
    return drawings


def _divided_here(files: Sequence[Path], seed: int, notes: list[str]) -> Parts:
    """Read SVG files, kind by kind, and divide each kind by a hash of the names."""
    kinds: dict[str, list[Drawing]] = {}
    names, bad = list[str](), list[str]()
    for path in files:
        try:
            drawing = tidied(read_svg(path))
        except DataError as error:
            bad.append(f"left out: {error}")
            continue
        kinds.setdefault(path.parent.name, []).append(drawing)
        names.append(f"{path.parent.name}/{path.name}")
    notes += [*bad[:NAMED], *([f"left out: {len(bad) - NAMED} more"] if len(bad) > NAMED else [])]
    if len(kinds) < 2:
        raise DataError(f"drawings of fewer than two kinds can be read; {notes[0]}")
    every = replace(drawn(kinds, LONGEST), names=tuple(names))
    found = split(names, how="stratified", targets=every.targets, classes=every.classes, seed=seed)
    train, validation, test = (every.take(part) for part in found.parts().values())
    return train, validation, test
