"""Logs: what every validation found, as a table that any program reads, and for TensorBoard."""

import csv
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from impasto.picture.files import reporting
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


def _events(folder: Path, step: int) -> Any | None:  # noqa: ANN401 - tensorboard may be missing
    if importlib.util.find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"), purge_step=step)
