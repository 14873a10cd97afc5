"""Would more works help? Trained with fewer of them, judged on the same."""

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import SettingsError, TrainingError
from impasto.learning.curve.page import parts
from impasto.learning.curve.verb import forecast, learning_curve
from impasto.learning.run import load
from impasto.learning.settings import TrainSettings
from impasto.learning.train import train
from impasto.progress import Step
from impasto.training.checkpoint import LAST, facts_of

THREE = (0.25, 0.5, 1.0)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary runs go, so that what they leave behind is seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_curve_by_artist(learned: Path, alone: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in learned.rglob("*")}
    said: list[str] = []
    curve = learning_curve(learned, shares=THREE, repeats=2, on_line=said.append)
    assert said[0].startswith("6 trainings, about ")
    assert list(alone.iterdir()) == []
    assert {p: p.stat().st_mtime_ns for p in learned.rglob("*")} == before
    accuracy = json.loads((learned / "report.json").read_text())["accuracy"]["value"]
    assert curve.points[-1].each[0] == pytest.approx(accuracy)  # the very training of the run
    assert curve.points[-1].works == len(load(learned).split["training"])
    assert [p.works for p in curve.points] == sorted(p.works for p in curve.points)
    for point in curve.points:
        assert 0 <= point.figure.low <= point.figure.value <= point.figure.high <= 1
        assert point.figure.value == pytest.approx(np.mean(point.each))
    kept = json.loads(json.dumps(curve.as_dict(), allow_nan=False))
    assert kept["said"] == curve.sentence
    assert any("groups are tested on" in note for note in kept["notes"])
    page = "".join(parts(curve))
    assert "<svg" in page
    assert "if there were" in page
    assert "whole groups by artist" in page


@pytest.mark.parametrize(
    ("task", "label", "metric"), [("regress", "year", "mae"), ("distribution", "a,b,c", "emd")]
)
def test_numbers_and_votes(
    catalog: Any, tmp_path: Path, alone: Path, task: Any, label: str, metric: str
) -> None:
    settings = TrainSettings(task=task, label=label, size=16, batch=8, epochs=1)
    train(str(catalog()), tmp_path / "run", settings=settings)
    curve = learning_curve(tmp_path / "run", shares=THREE, repeats=1)
    assert curve.metric == metric
    assert all(point.figure.value > 0 for point in curve.points)
    assert "trained once a share" in curve.notes[0]
    assert f"less {metric}" in curve.sentence


def test_stopped_it_keeps_what_is_complete(learned: Path, alone: Path) -> None:
    with pytest.raises(TrainingError, match="stopped before one repetition was complete"):
        learning_curve(learned, shares=THREE, repeats=2, on_step=lambda step: True)
    curve = learning_curve(
        learned, shares=THREE, repeats=3, on_step=lambda step: step.done > 0.5 * step.total
    )
    assert "stopped after 1 of 3 repetitions" in curve.notes
    assert all(len(point.each) == 1 for point in curve.points)
    assert list(alone.iterdir()) == []


def test_steps_are_told_of(learned: Path, alone: Path) -> None:
    told: list[Step] = []
    learning_curve(learned, shares=THREE, repeats=1, on_step=told.append)
    assert [s.done for s in told] == sorted(s.done for s in told)
    assert told[-1].done == told[-1].total == 300
    assert told[-1].label.endswith("works, training 3 of 3")


@pytest.mark.parametrize(
    "ends", [{"until": "accuracy=0.01"}, {"patience": 1}, {"minutes": 1e-6}], ids=str
)
def test_every_training_takes_the_steps_of_the_run(
    learned: Path, tmp_path: Path, alone: Path, ends: Any
) -> None:
    """A target, patience and minutes end each training elsewhere, and the curve would be flat."""
    run = shutil.copytree(learned, tmp_path / "run")
    known = load(run)
    changed = known.settings.model_copy(update={"epochs": 9, **ends})
    replace(known, settings=changed).save(run)
    told: list[Step] = []
    learning_curve(run, shares=THREE, repeats=1, on_step=told.append)
    taken = facts_of(run / LAST)["progress"]["step"]
    assert [sum(f"training {i} of" in step.label for step in told) for i in (1, 2, 3)] == [
        taken
    ] * 3
    assert told[-1].done == told[-1].total


def test_a_run_whose_last_checkpoint_is_gone(learned: Path, tmp_path: Path) -> None:
    run = shutil.copytree(learned, tmp_path / "run")
    (run / LAST).unlink()
    with pytest.raises(TrainingError, match="has learned nothing yet"):
        learning_curve(run, shares=THREE, repeats=1)


def test_what_cannot_be_drawn(learned: Path, tmp_path: Path) -> None:
    for shares, repeats in (((0.5, 1.0), 1), ((0.0, 0.5, 1), 1), ((0.2, 0.4, 0.8), 1), (THREE, 0)):
        with pytest.raises(SettingsError, match="three different shares or more"):
            learning_curve(learned, shares=shares, repeats=repeats)
    unfinished = tmp_path / "run"
    unfinished.mkdir()
    shutil.copy(learned / "run.json", unfinished)
    replace(load(learned), reason="").save(unfinished)
    with pytest.raises(TrainingError, match="is not finished"):
        learning_curve(unfinished)


def test_forecast(learned: Path) -> None:
    run = replace(load(learned), seconds=100.0)
    assert forecast(run) == pytest.approx(1200)
    assert forecast(run, shares=THREE, repeats=1) == pytest.approx(300)
