"""The folder of a pen of one's own: what it learned from and how, what came of it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from impasto.creation.pen.settings import PenSettings
from impasto.jobs.runs import PEN, damaged, load_record, save_record
from impasto.jobs.whereabouts import found_at

FILE, SHEET = PEN, "drawings.svg"


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
        save_record(folder / FILE, values)

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
    absent = "is no pen in training; expected the folder that impasto create train --strokes made"
    found = load_record(PenRun, folder / FILE, absent=absent)
    open_ = [k for k in ("batch", "steps", "look") if getattr(found.settings, k) is None]
    if open_:
        raise damaged(folder / FILE, f"it says nothing of {open_[0]}")
    return found
