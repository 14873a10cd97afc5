"""Logs: what every validation found, as a table that any program reads, and for TensorBoard.

And, for trainings without validations, the losses on the way as JSON lines.
"""

import csv
import importlib.util
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from impasto.picture.files import reporting
from impasto.progress import Step
from impasto.training.stopping import Progress

NAME = "log.csv"


class Log:
    """Write each row of a training's history to ``log.csv``, and its curves for TensorBoard.

    The table is written from the history that the checkpoint remembers, so that rows beyond the
    step from which a training goes on are dropped.

    Args:
        folder: The run's.
        progress: With the rows there are.
        curves: Write events for TensorBoard too, if it is installed.

    Raises:
        OutputError: If the disk is full, or the folder may not be written.
    """

    def __init__(self, folder: Path, progress: Progress, *, curves: bool = True) -> None:
        self.path = folder / NAME
        self.columns: list[str] = []
        self.events = _events(folder, progress.step) if curves else None
        with reporting(self.path):
            self.path.unlink(missing_ok=True)
        for row in progress.history:
            self._append(row)

    def write(self, row: Mapping[str, float]) -> None:
        """Add a row."""
        self._append(row)
        if self.events is not None:
            for name in row.keys() - {"step", "seconds", "epoch"}:
                self.events.add_scalar(name, row[name], int(row["step"]))
            self.events.flush()

    def close(self) -> None:
        """Finish the events."""
        if self.events is not None:
            self.events.close()

    def _append(self, row: Mapping[str, float]) -> None:
        first = not self.columns
        self.columns = self.columns or list(row)
        with reporting(self.path), self.path.open("a", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, self.columns, extrasaction="ignore")
            if first:
                table.writeheader()
            table.writerow(row)


def log_to(path: Path, every: int = 20) -> Callable[[Step], None]:
    """Return a listener that appends the mean losses of every few steps to a file of JSON lines.

    Each line holds the step, the seconds since this listener was made, and the losses by name. A
    training that goes on goes on in the same file.

    Args:
        path: Where it lies; the folder is there.
        every: How many steps a line sums up.

    Raises:
        OutputError: From the listener, if the disk is full, or the file can't be written.
    """
    heard: list[Mapping[str, float]] = []
    begun = time.monotonic()

    def listen(step: Step) -> None:
        heard.append(dict(step.values))
        if step.done % every:
            return
        line = {"step": step.done, "seconds": round(time.monotonic() - begun, 1)} | _means(heard)
        heard.clear()
        with reporting(path), path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    return listen


def _means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Take the mean of each value over the rows that have it."""
    names = dict.fromkeys(name for row in rows for name in row)
    known = {name: [row[name] for row in rows if name in row] for name in names}
    return {name: round(sum(values) / len(values), 4) for name, values in known.items()}


def _events(folder: Path, step: int) -> Any | None:  # noqa: ANN401 - tensorboard may be missing
    if importlib.util.find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"), purge_step=step)
