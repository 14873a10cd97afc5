"""The folder of a training and the record in it: written whole, read with care, never run over."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from impasto.errors import OutputError, SettingsError, TrainingError, printable
from impasto.picture.files import is_file, replace_atomically
from impasto.settings import problem
from impasto.training.checkpoint import BEST, LAST

NETWORK, GENERATOR, PEN = "run.json", "generator.json", "pen.json"
"""Names of the records of what is trained: each is also what tells their folders apart."""

_USES = {
    NETWORK: "is the run of a network; impasto test, predict, explain and resume take it",
    GENERATOR: "is the run of a generator; impasto create sample, create inspect and create "
    "train --resume take it",
    PEN: "is the run of a pen; impasto create draw --like and create train --resume take it",
}

Record = TypeVar("Record")

OnLine = Callable[[str], object]
"""Told in a line what there is to know."""


def save_record(path: Path, values: Mapping[str, object]) -> None:
    """Write a record; raises `OutputError` where that fails."""
    with replace_atomically(path, force=True) as aside:
        aside.write_text(json.dumps(values, indent=1), encoding="utf-8")


def load_record(kind: type[Record], path: Path, *, absent: str) -> Record:
    """Read a record.

    Args:
        kind: What it is.
        path: Where it lies.
        absent: What a folder without it is, and what was expected; its name is put before.

    Raises:
        TrainingError: If there is none, perhaps one of another kind, or it is damaged.
    """
    check_kind(path.parent, path.name)
    if not path.is_file():
        raise TrainingError(f"{printable(path.parent)} {absent}")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        raise damaged(path, problem(error)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path, str(error).partition("\n")[0]) from error


def check_kind(folder: Path, name: str) -> None:
    """Say which commands take a run of another kind; a folder without any record passes.

    Args:
        folder: Of the run.
        name: Of the record that is wanted.

    Raises:
        TrainingError: If the folder has another kind's record in place of it.
    """
    there = [record for record in _USES if is_file(folder / record)]
    if there and name not in there:
        raise TrainingError(f"{printable(folder)} {_USES[there[0]]}")


def damaged(path: Path, reason: str) -> TrainingError:
    """Say what is wrong with a record."""
    return TrainingError(f"{printable(path)} is damaged ({printable(reason)}); train anew")


def check_outside(folder: Path, place: str | Path) -> None:
    """Keep what a run writes out of what it learns from, or it could never go on.

    Args:
        folder: Of the run.
        place: Of what it learns from: files don't matter.

    Raises:
        SettingsError: If the folder lies in that place.
    """
    if Path(place).is_dir() and folder.resolve().is_relative_to(Path(place).resolve()):
        raise SettingsError(
            f"{printable(folder)} lies in {printable(place)}, of which it shall learn; choose "
            "another folder"
        )


def check_free(folder: Path, onward: str = "go on with --resume") -> None:
    """Leave a run that has learned something alone.

    Args:
        folder: Of the run.
        onward: How one goes on with it.

    Raises:
        OutputError: If there is one.
    """
    if any((folder / name).exists() for name in (LAST, BEST)):
        raise OutputError(
            f"{printable(folder)} is a run already; {onward}, or choose another folder"
        )
