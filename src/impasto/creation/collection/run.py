"""The folder of a generator: what it learned from and how, what came of it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field
from safetensors.torch import save as to_bytes
from torch import Tensor

from impasto.creation.collection.settings import GeneratorSettings
from impasto.errors import TrainingError, printable
from impasto.jobs.runs import GENERATOR, load_record, save_record
from impasto.jobs.whereabouts import found_at
from impasto.networks import catalog
from impasto.picture.files import replace_atomically
from impasto.training.checkpoint import BEST, LAST

FILE, CACHE, LOOKS, PAGE = GENERATOR, "cache", "looks", "inspect.html"


@dataclass(frozen=True)
class Run:
    """What a training of a generator was, is, and ended as.

    Attributes:
        source: What it learns from, as the person named it.
        place: Where that lies, from the root on; empty where it has no name that can be written.
        settings: How it learns.
        works: Names of the works.
        held: Which of them are held out.
        sum: SHA-256 of all of them.
        eye: SHA-256 of the eye's weights, by which it is judged.
        reason: Why it ended; empty while it goes on.
        seconds: How long it took.
    """

    source: str
    place: str
    settings: GeneratorSettings
    works: tuple[str, ...]
    held: tuple[int, ...]
    sum: str
    eye: str
    reason: str = ""
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0

    def save(self, folder: Path) -> None:
        """Write it; raises `OutputError` where that fails."""
        values = asdict(self) | {"settings": self.settings.model_dump()}
        save_record(folder / FILE, values)

    def reached(self, moved: str | Path | None = None, *, how: str = "before --resume") -> str:
        """Find its works: where they were typed to be, where that was, or where they are now.

        Args:
            moved: Where they are now.
            how: Where somebody may name that place.

        Raises:
            DataError: If they are at none of these places.
        """
        known = [str(moved)] if moved is not None else [self.source, self.place]
        return found_at(known, how=how)


def load(folder: Path) -> Run:
    """Read a run.

    Raises:
        TrainingError: If the folder is no run, its file is damaged, or it was judged by another
            eye.
    """
    absent = "is no generator; expected the folder that impasto create train -o made"
    return load_record(Run, folder / FILE, absent=absent)


def check_eye(run: Run, folder: Path) -> None:
    """Refuse to judge by another eye than before.

    Raises:
        TrainingError: If the eye has changed since.
    """
    if run.eye != eye():
        raise TrainingError(
            f"{printable(folder)} was judged by another eye than impasto has now; train anew, or "
            "install the version that made it"
        )


def eye() -> str:
    """SHA-256 of the eye's weights."""
    return catalog.row("eye").sha256


def weights_in(folder: Path) -> Path:
    """Find what a run has learned: the best of it if there is one.

    Raises:
        TrainingError: If it has learned nothing yet.
    """
    path = next((folder / n for n in (BEST, LAST) if (folder / n).is_file()), None)
    if path is None:
        raise TrainingError(
            f"{printable(folder)} has learned nothing yet; impasto create train --resume goes on"
        )
    return path


def keep_weights(
    path: Path, weights: dict[str, Tensor], facts: dict[str, object], *, step: int
) -> None:
    """Write weights of a look in half precision, so that they can be opened like a run's."""
    halves = {f"model.{name}": weight.half().contiguous() for name, weight in weights.items()}
    known = facts | {"progress": {"step": step, "best_step": step}}
    with replace_atomically(path, force=True) as aside:
        aside.write_bytes(to_bytes(halves, {"training": json.dumps(known)}))
