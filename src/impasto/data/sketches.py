"""Drawings to learn from: an .npz, or a folder of SVGs and .npz files, whoever drew them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from impasto.data.collection import SUFFIXES
from impasto.data.strokes import SPLITS, Drawing, read_drawings
from impasto.data.svg import read_svg
from impasto.errors import DataError, printable
from impasto.progress import OnStep, Step

LEAST = 20
"""Drawings from which something can be learned, at least."""

HELD_OUT = 10
"""Of so many drawings one is held out, to see whether the others taught anything."""

ENDINGS = (".svg", ".npz")

_FARTHEST = 1e9  # units from where a drawing begins


@dataclass(frozen=True, eq=False)
class Sketches:
    """Drawings to learn from, and others to test on.

    Attributes:
        train: To learn from.
        valid: To judge by while learning.
        test: To judge by afterwards; only in an ``.npz``.
        problems: A line for each file that could not be read.
        twins: How many drawings were left out, as they were there before.
    """

    train: list[Drawing]
    valid: list[Drawing]
    test: list[Drawing]
    problems: tuple[str, ...] = ()
    twins: int = 0

    @property
    def sum(self) -> str:
        """SHA-256 of all that is learned from or judged by, to tell whether any has changed."""
        found = hashlib.sha256(f"{len(self.train)} {len(self.valid)}".encode())
        for drawing in (*self.train, *self.valid):
            found.update(_digest(drawing))
        return found.hexdigest()


def gather_sketches(source: str | Path, *, on_step: OnStep | None = None) -> Sketches:
    """Read drawings to learn from.

    Args:
        source: An ``.npz`` as `impasto.data.strokes.read_drawings` takes it, or a folder of such
            files and of SVGs. Where a file has no part to judge by, a tenth of its drawings is held
            out, the same ones every time; a drawing that is there twice is then used once.
        on_step: Told of each file; returning True ends the reading.

    Raises:
        DataError: If there are too few of them, or the ``.npz`` can't be read, or it was stopped.
    """
    place = Path(source)
    parts: dict[str, list[Drawing]] = {part: [] for part in SPLITS}
    loose: list[Drawing] = []
    problems: list[str] = []
    files = _files(place)
    for number, path in enumerate(files, 1):
        found = _read(path, problems if place.is_dir() else None)
        if "valid" not in found:
            loose += found.pop("train", [])
        for part, drawings in found.items():
            parts[part] += drawings
        if on_step is not None and on_step(Step(number, len(files), label=path.name)) is True:
            raise DataError("stopped while drawings were read; nothing was learned yet")
    learned, held, twins = _divided(loose)
    train, valid = parts["train"] + learned, parts["valid"] + held
    _check_enough(place, train, valid, problems)
    return Sketches(train, valid, parts["test"], tuple(problems), twins)


def _files(place: Path) -> list[Path]:
    """Find the files that hold drawings."""
    try:
        if place.is_file():
            return [place]
        inside = sorted(path for path in place.rglob("*") if path.is_file())
        there = place.is_dir()
    except (OSError, ValueError) as error:
        raise DataError(f"{printable(place)} can't be opened ({printable(error)})") from error
    if not there:
        raise DataError(f"there is no folder and no file {printable(place)}; check the name")
    found = [path for path in inside if path.suffix.lower() in ENDINGS]
    if found:
        return found
    if any(path.suffix.lower() in SUFFIXES for path in inside):
        raise DataError(
            f"{printable(place)} holds pictures, and a pen learns from strokes; name a folder of "
            "SVGs or an .npz, or train a generator on the pictures, without --strokes"
        )
    raise DataError(f"no drawings in {printable(place)}; expected files that end in .svg or .npz")


def _read(path: Path, problems: list[str] | None) -> dict[str, list[Drawing]]:
    """Read the drawings of a file; what can't be read is noted, if it can be done without."""
    try:
        return _parts(path)
    except DataError as error:
        if problems is None:
            raise
        problems.append(str(error))
        return {}


def _parts(path: Path) -> dict[str, list[Drawing]]:
    """Read the parts of a file; a single drawing is there to learn from."""
    single = path.suffix.lower() == ".svg"
    parts: dict[str, list[Drawing]] = {"train": [read_svg(path)]} if single else read_drawings(path)
    if any(_is_far(drawing) for drawings in parts.values() for drawing in drawings):
        raise DataError(
            f"{printable(path)}: expected strokes within a billion units; make them smaller"
        )
    return parts


def _is_far(drawing: Drawing) -> bool:
    """Tell whether a drawing leads to places whose numbers are no good to compute with."""
    with np.errstate(over="ignore", invalid="ignore"):
        places = drawing[:, :2].cumsum(0, dtype=np.float64)
    return not bool(np.abs(places).max() <= _FARTHEST)


def _divided(drawings: Sequence[Drawing]) -> tuple[list[Drawing], list[Drawing], int]:
    """Hold a tenth of different drawings out, whatever their order; also counts the others."""
    different = {_digest(drawing): drawing for drawing in drawings}
    ordered = [different[digest] for digest in sorted(different)]
    held = len(ordered) // HELD_OUT
    return ordered[held:], ordered[:held], len(drawings) - len(ordered)


def _digest(drawing: Drawing) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(drawing, np.float64).tobytes()).digest()


def _check_enough(
    place: Path, train: Sequence[Drawing], valid: Sequence[Drawing], problems: Sequence[str]
) -> None:
    if len(train) >= LEAST and valid:
        return
    why = f"; the first that could not be read: {problems[0]}" if problems else ""
    raise DataError(
        f"{printable(place)} has {len(train)} different drawings to learn from and {len(valid)} to "
        f"judge by; expected {LEAST} and 1, or more{why}"
    )
