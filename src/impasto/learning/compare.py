"""The verb `compare`: is the difference between two runs real?"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from impasto.errors import DataError, TrainingError, printable
from impasto.learning.run import load
from impasto.learning.testing import COLUMNS, PREDICTIONS
from impasto.metrics.intervals import Estimate, mean, paired

METRICS = {"classify": "accuracy", "regress": "error", "distribution": "emd"}
"""What two runs of a task are compared by."""


@dataclass(frozen=True)
class Compared:
    """Two runs on the works that both were tested on.

    Attributes:
        metric: What was measured: accuracy; or how far off, on average: error, or emd of votes.
        works: How many works both were tested on.
        first: The figure of the first run.
        second: Of the second.
        difference: First minus second, with the interval of the paired difference.
    """

    metric: str
    works: int
    first: Estimate
    second: Estimate
    difference: Estimate

    @property
    def verdict(self) -> str:
        """Say in a sentence whether it is real."""
        found, better = self.difference, self.metric == "accuracy"
        if not math.isfinite(found.low):
            return f"nothing can be said: {found.note}"
        if found.low <= 0 <= found.high:
            return "no difference that could not be chance: the interval includes 0"
        first = (found.value > 0) == better
        wary = f", but {found.note}" if found.note else ""
        return f"the {'first' if first else 'second'} run is better: the interval excludes 0{wary}"


def compare(first: str | Path, second: str | Path) -> Compared:
    """Compare two tested runs on the same works, work by work.

    Args:
        first: The folder of a run that was tested.
        second: Another.

    Raises:
        TrainingError: If one is no run, was not tested, or they learn different things.
        DataError: If they were tested on different works.
    """
    folders = [Path(first), Path(second)]
    runs = [load(folder) for folder in folders]
    if runs[0].settings.task != runs[1].settings.task:
        raise TrainingError(
            f"one run is to {runs[0].settings.task} and the other to {runs[1].settings.task}; "
            "compare runs of one task"
        )
    task = runs[0].settings.task
    a, b = (_read(folder) for folder in folders)
    common = [name for name in a if name in b and a[name]["truth"] == b[name]["truth"]]
    if len(common) < 2:
        raise DataError(
            f"the runs share {len(common)} works of their tests; train both on the same source "
            "with the same seed and the same --split-by"
        )
    scores = [
        np.array([_score(rows[name], folder, classify=task == "classify") for name in common])
        for rows, folder in zip((a, b), folders, strict=True)
    ]
    groups = [a[name]["group"] for name in common]
    known = groups if all(groups) else None
    return Compared(
        metric=METRICS[task],
        works=len(common),
        first=mean(scores[0], groups=known),
        second=mean(scores[1], groups=known),
        difference=paired(*scores, groups=known),
    )


def _read(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / PREDICTIONS
    if not path.is_file():
        shown = printable(folder)
        raise TrainingError(f"{shown} was not tested yet; impasto test {shown} does it")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise _damaged(folder) from error
    if any(None in row.values() or not row.keys() >= set(COLUMNS) for row in rows):
        raise _damaged(folder)
    return {row["name"]: row for row in rows}


def _damaged(folder: Path) -> TrainingError:
    return TrainingError(
        f"{printable(folder / PREDICTIONS)} is damaged; impasto test {printable(folder)} writes it "
        "anew"
    )


def _score(row: dict[str, str], folder: Path, *, classify: bool) -> float:
    """Right or wrong, or how far off."""
    if classify:
        return float(row["truth"] == row["prediction"])
    try:
        return -float(row["score"])
    except ValueError as error:
        raise _damaged(folder) from error
