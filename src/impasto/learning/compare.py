"""The verb `compare`: is the difference between two runs real?"""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from impasto.data.tables import few
from impasto.errors import DataError, TrainingError, printable
from impasto.learning.run import PREDICTIONS, load
from impasto.learning.testing import COLUMNS
from impasto.metrics.intervals import Estimate, direction, mean, paired

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
        """Say in a sentence whether it is real; nothing where too few works were tested."""
        found, better = self.difference, self.metric == "accuracy"
        if found.value == found.low == found.high == 0:
            return "no difference: both score the same on these works"
        if found.note or not found.low < found.high:
            return f"too few works to say: {found.note}"
        if not (sign := direction(found)):
            return "no difference that could not be chance: the interval includes 0"
        first = (sign > 0) == better
        return f"the {'first' if first else 'second'} run is better: the interval excludes 0"


def compare(first: str | Path, second: str | Path) -> Compared:
    """Compare two tested runs on the same works, work by work.

    Both must have been tested on the same list of works; where one of them was split by a group,
    such as the artist, the interval is over groups. The other order says the same.

    Args:
        first: The folder of a run that was tested.
        second: Another.

    Raises:
        TrainingError: If one is no run, was not tested, or they learn different things.
        DataError: If they were tested on different works, or the works' groups differ.
    """
    folders = [Path(first), Path(second)]
    runs = [load(folder) for folder in folders]
    if "cluster" in (run.settings.task for run in runs):
        raise TrainingError("groups are not compared; impasto test says how good each are")
    if runs[0].settings.task != runs[1].settings.task:
        raise TrainingError(
            f"one run is to {runs[0].settings.task} and the other to {runs[1].settings.task}; "
            "compare runs of one task"
        )
    task = runs[0].settings.task
    a, b = (_read(folder) for folder in folders)
    _check_same(a, b)
    names = sorted(a)
    scores = [
        np.array([_score(rows[name], folder, classify=task == "classify") for name in names])
        for rows, folder in zip((a, b), folders, strict=True)
    ]
    known = _groups([a[name]["group"] for name in names], [b[name]["group"] for name in names])
    return Compared(
        metric=METRICS[task],
        works=len(names),
        first=mean(scores[0], groups=known),
        second=mean(scores[1], groups=known),
        difference=_difference(*scores, groups=known),
    )


Rows = dict[str, dict[str, str]]


def _check_same(a: Rows, b: Rows) -> None:
    """Refuse runs that were not tested on the very same works."""
    every = sorted(a.keys() | b.keys())
    apart = [n for n in every if n not in a or n not in b or a[n]["truth"] != b[n]["truth"]]
    if apart:
        raise DataError(
            f"the runs were tested on different works: {len(apart)} of {len(every)} are in one "
            f"test only or have another truth ({few(apart)}); train both on the same source with "
            "the same seed, --label and --split-by, and test both"
        )


def _groups(first: list[str], second: list[str]) -> list[str] | None:
    """Take the groups of the works from the run that knows them."""
    known = [groups for groups in (first, second) if all(groups)]
    if len(known) == 2 and first != second:
        apart = sum(a != b for a, b in zip(first, second, strict=True))
        raise DataError(
            f"the runs put {apart} of {len(first)} works into different groups; train both with "
            "the same --split-by"
        )
    return known[0] if known else None


def _difference(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"], *, groups: list[str] | None
) -> Estimate:
    """First minus second; to the last digit the opposite of second minus first."""
    if first.tolist() >= second.tolist():
        return paired(first, second, groups=groups)
    found = paired(second, first, groups=groups)
    return replace(found, value=-found.value, low=-found.high, high=-found.low)


def _read(folder: Path) -> Rows:
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
    found = {row["name"]: row for row in rows}
    if not found or len(found) < len(rows):
        raise _damaged(folder)
    return found


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
