"""Drawings to learn from: an .npz, or a folder of SVGs, whoever drew them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from impasto.data.strokes import SPLITS, Drawing, read_drawings
from impasto.data.svg import read_svg
from impasto.errors import DataError, printable

LEAST = 20
"""Drawings from which something can be learned, at least."""

HELD_OUT = 10
"""Of so many drawings one is held out, to see whether the others taught anything."""


@dataclass(frozen=True, eq=False)
class Sketches:
    """Drawings to learn from, and others to test on.

    Attributes:
        train: To learn from.
        valid: To judge by while learning.
        test: To judge by afterwards; none in a folder.
        problems: A line for each file that could not be read.
    """

    train: list[Drawing]
    valid: list[Drawing]
    test: list[Drawing]
    problems: tuple[str, ...] = ()


def gather_sketches(source: str | Path) -> Sketches:
    """Read drawings to learn from.

    Args:
        source: An ``.npz`` as `impasto.data.strokes.read_drawings` takes it, or a folder of SVGs,
            of which a tenth is held out, by their names.

    Raises:
        DataError: If there are too few of them, or the ``.npz`` can't be read.
    """
    place = Path(source)
    found = _in_folder(place) if place.is_dir() else _in_file(place)
    if len(found.train) < LEAST or not found.valid:
        why = f"; the first that could not be read: {found.problems[0]}" if found.problems else ""
        raise DataError(
            f"{printable(place)} has {len(found.train)} drawings to learn from and "
            f"{len(found.valid)} to judge by; expected {LEAST} and 1, or more{why}"
        )
    return found


def _in_file(path: Path) -> Sketches:
    parts = read_drawings(path)
    train, valid, test = (parts.get(part, []) for part in SPLITS)
    return Sketches(train, valid, test)


def _in_folder(folder: Path) -> Sketches:
    train: list[Drawing] = []
    valid: list[Drawing] = []
    problems = []
    for path in sorted(folder.rglob("*.svg")):
        try:
            drawing = read_svg(path)
        except DataError as error:
            problems.append(str(error))
            continue
        held = _number(path.relative_to(folder)) % HELD_OUT == 0
        (valid if held else train).append(drawing)
    return Sketches(train, valid, [], tuple(problems))


def _number(path: Path) -> int:
    """A number that a name has wherever and whenever it is asked for."""
    return int.from_bytes(hashlib.sha256(path.as_posix().encode()).digest()[:4])
