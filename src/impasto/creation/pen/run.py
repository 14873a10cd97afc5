"""The folder of a pen of one's own: what it learned from and how, what came of it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from impasto.creation.pen.settings import PenSettings
from impasto.errors import OutputError, TrainingError, printable
from impasto.jobs.whereabouts import found_at
from impasto.picture.files import replace_atomically
from impasto.settings import problem
from impasto.training.checkpoint import BEST, LAST

FILE, SHEET = "pen.json", "drawings.svg"

OnLine = Callable[[str], object]
"""Told in a line what there is to know."""


@dataclass(frozen=True)
class PenRun:
    """What a training of a pen was, is, and ended as.

    Attributes:
        source: What it learns from, as the person named it.
        place: Where that lies, from the root on; empty where it has no name that can be written.
        settings: How it learns; nothing is left open.
        most: Points after which drawings are cut off.
        sum: SHA-256 of the drawings.
        reason: Why it ended; empty while it goes on.
        seconds: How long it took.
    """

    source: str
    place: str
    settings: PenSettings
    most: Annotated[int, Field(ge=1, le=1000)]
    sum: str
    reason: str = ""
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0

    def save(self, folder: Path) -> None:
        """Write it; raises `OutputError` where that fails."""
        values = asdict(self) | {"settings": self.settings.model_dump()}
        with replace_atomically(folder / FILE, force=True) as aside:
            aside.write_text(json.dumps(values, indent=1), encoding="utf-8")

    def reached(self) -> str:
        """Find its drawings: where they were typed to be, or where that was.

        Raises:
            DataError: If they are at neither place.
        """
        return found_at((self.source, self.place), how="with --strokes")


def load(folder: Path) -> PenRun:
    """Read a run.

    Raises:
        TrainingError: If the folder is no run of a pen, or its file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        raise TrainingError(
            f"{printable(folder)} is no pen in training; expected the folder that impasto create "
            "train --strokes made"
        )
    try:
        found = TypeAdapter(PenRun).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise _damaged(path, problem(error)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error).partition("\n")[0]) from error
    open_ = [k for k in ("batch", "steps", "look") if getattr(found.settings, k) is None]
    if open_:
        raise _damaged(path, f"it says nothing of {open_[0]}")
    return found


def check_free(folder: Path) -> None:
    """Leave a run that has learned something alone.

    Raises:
        OutputError: If there is one.
    """
    if any((folder / name).exists() for name in (LAST, BEST)):
        raise OutputError(
            f"{printable(folder)} is a run already; go on with --resume, or choose another folder"
        )


def _damaged(path: Path, reason: str) -> TrainingError:
    return TrainingError(f"{printable(path)} is damaged ({printable(reason)}); train anew")
