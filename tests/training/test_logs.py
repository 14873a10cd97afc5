"""Curves for TensorBoard where it is installed, the table everywhere."""

import csv
import importlib.util
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.training.logs import Log
from impasto.training.stopping import Progress

ROWS = [{"step": 10.0, "loss": 0.5, "validation_mae": 3.0}, {"step": 20.0, "loss": 0.25}]


def test_the_table_holds_the_history_and_what_follows(tmp_path: Path) -> None:
    log = Log(tmp_path, Progress(step=10, history=ROWS[:1]), curves=False)
    log.write(ROWS[1] | {"new": 1.0})
    log.close()
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [row["loss"] for row in rows] == ["0.5", "0.25"]
    assert rows[1]["validation_mae"] == ""


def test_curves_are_written_where_tensorboard_is(tmp_path: Path) -> None:
    if importlib.util.find_spec("tensorboard") is None:
        pytest.skip("needs tensorboard, which is not installed")
    log = Log(tmp_path, Progress())
    log.write(ROWS[0])
    log.close()
    assert list((tmp_path / "tensorboard").glob("events*"))


def test_a_table_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "log.csv").mkdir()
    with pytest.raises(OutputError, match=r"log\.csv"):
        Log(tmp_path, Progress(history=ROWS), curves=False)
