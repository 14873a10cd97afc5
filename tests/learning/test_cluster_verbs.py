"""The verbs of the six steps, for works that are grouped."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import SettingsError, TrainingError
from impasto.learning import testing
from impasto.learning.clustering import choosing
from impasto.learning.compare import compare
from impasto.learning.curve.verb import learning_curve
from impasto.learning.page import write_page
from impasto.learning.predict import predict
from impasto.learning.run import load
from impasto.learning.settings import TrainSettings, read_recipe, settings_from
from impasto.learning.train import resume, train


@pytest.fixture
def grouped(catalog: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(choosing, "MOST", 4)
    monkeypatch.setattr(choosing, "CLOUDS", 20)
    monkeypatch.setattr(choosing, "HALVINGS", 4)
    settings = TrainSettings(
        task="cluster", network="autoencoder", label="movement", size=16, epochs=2, batch=8
    )
    train(str(catalog()), tmp_path / "run", settings=settings)
    return tmp_path / "run"


def test_train_resume_test_and_predict(grouped: Path, paint: Any) -> None:
    known = load(grouped)
    assert read_recipe(grouped / "recipe.toml")[1] == known.settings
    before = (grouped / "groups.safetensors").read_bytes()
    resume(grouped)
    assert (grouped / "groups.safetensors").read_bytes() == before
    tested = testing.test(grouped)
    write_page(tested, grouped, name="report.html")
    assert len(json.loads((grouped / "report.json").read_text())["ari"]["interval"]) == 2
    with (grouped / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["truth"] for row in rows} == {"red", "green", "blue"}
    assert all(row["prediction"].startswith("group ") for row in rows)
    picture = paint(grouped / "new.png", (200, 40, 30), seed=77)
    answers = predict(grouped, [picture, grouped / "missing.png"])
    assert answers[0].label.startswith("group ")
    assert answers[1].problem


def test_what_is_not_for_groups_is_refused(grouped: Path) -> None:
    with pytest.raises(TrainingError, match="groups are not compared"):
        compare(grouped, grouped)
    with pytest.raises(TrainingError, match="seeks groups, which have no learning curve"):
        learning_curve(grouped)
    with pytest.raises(SettingsError, match="clusters"):
        settings_from({"task": "cluster", "clusters": 1})


def test_a_learning_curve_is_part_of_the_report(paintings: Any, tmp_path: Path) -> None:
    settings = TrainSettings(size=16, batch=8, epochs=1)
    train(str(paintings()), tmp_path / "run", settings=settings)
    said: list[str] = []
    tested = testing.test(tmp_path / "run", learning_curve=True, on_line=said.append)
    assert said[0].startswith("12 trainings, about")
    kept = json.loads((tmp_path / "run" / "report.json").read_text())["learning_curve"]
    assert len(kept["points"]) == 4
    page = write_page(tested, tmp_path / "run", name="report.html").read_text()
    assert "Would more works help?" in page
