"""Curves for TensorBoard where it is installed, the table everywhere."""

import csv
import importlib.util
import json
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.progress import Step
from impasto.training.logs import Log, log_to
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


def test_mean_losses_are_appended_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    listen = log_to(path, every=2)
    for done in (1, 2, 3, 4, 5):
        listen(Step(done, 5, {"style": float(done), "content": 0.5}))
    log_to(path, every=2)(Step(6, 8, {"style": 1.0}))  # gone on with
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["step"], row["style"]) for row in rows] == [(2, 1.5), (4, 3.5), (6, 1.0)]
    assert all(row["seconds"] >= 0 for row in rows)
    assert rows[0]["content"] == 0.5


def test_a_value_that_is_heard_now_and_then_counts_where_it_is(tmp_path: Path) -> None:
    listen = log_to(tmp_path / "log.jsonl", every=2)
    listen(Step(1, 2, {"loss": 2.0}))
    listen(Step(2, 2, {"loss": 4.0, "validation_mae": 0.25}))
    (row,) = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert (row["loss"], row["validation_mae"]) == (3.0, 0.25)


def test_lines_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"none.log\.jsonl"):
        log_to(tmp_path / "none" / "log.jsonl", every=1)(Step(1, 1, {"loss": 1.0}))
