"""The verb create_train_pen."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from impasto.creation.pen import choosing
from impasto.creation.pen.choosing import Enough, completed, lesson_from, longest
from impasto.creation.pen.draw import create_draw
from impasto.creation.pen.run import FILE, SHEET
from impasto.creation.pen.settings import PenSettings
from impasto.creation.pen.teaching import Lesson, Sizes
from impasto.creation.pen.train import create_train_pen
from impasto.data.paper import alone, lines_of
from impasto.data.svg_out import write_svg
from impasto.errors import DataError, ImpastoError, OutputError, SettingsError, TrainingError
from impasto.jobs.preview import Preview
from impasto.picture import read_recipe
from impasto.progress import Step
from impasto.training.stopping import Progress

from .conftest import corner

QUICK = PenSettings(steps=20, look=5)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Sizes(ideas=4, reading=8, drawing=16, mixtures=2)
    monkeypatch.setattr(choosing, "Lesson", lambda **given: Lesson(sizes=small, **given))


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    folder = tmp_path / "drawings"
    folder.mkdir()
    for number in range(40):
        write_svg(alone(lines_of(corner(number) * [90, 90, 1])), folder / f"{number}.svg")
    (folder / "bad.svg").write_text("<svg/>")
    return folder


def test_a_run_can_draw_and_says_what_was_found(drawings: Path, tmp_path: Path) -> None:
    said: list[str] = []
    steps: list[Step] = []
    run = create_train_pen(
        drawings, tmp_path / "pen", settings=QUICK, on_line=said.append, on_step=steps.append
    )
    assert run.reason == "stopped: all 20 iterations are done"
    assert [line.split(":")[0] for line in said[3:]] == [
        *(f"step {n}" for n in (5, 10, 15, 20)),
        "stopped",
    ]
    assert "bad.svg" in said[0]
    assert said[1].startswith("36 drawings to learn from, 4 held out")
    assert "begins to be worth it" in said[1]
    previews = [step for step in steps if isinstance(step, Preview)]
    assert [step.done for step in previews] == [5, 10, 15, 20]
    assert previews[0].preview is not None
    assert previews[0].preview.shape[:2] == (1, 3)
    sheet = tmp_path / "pen" / SHEET
    assert sheet.read_text().count("<g ") == 24
    assert read_recipe(sheet).verb == "create-draw"
    assert len(create_draw(tmp_path / "pen", count=3)) == 3


def test_stopped_and_resumed_is_the_same_bit_for_bit(drawings: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    create_train_pen(drawings, whole, settings=QUICK)
    seen = {}

    def stop(step: Step) -> bool:
        seen["sheet"] = (parts / SHEET).is_file()
        return bool(step.values) and step.done == 7

    run = create_train_pen(drawings, parts, settings=QUICK, on_step=stop)
    assert run.reason == "stopped: asked to at iteration 7"
    assert seen["sheet"]
    assert len(create_draw(parts)) == 1
    moved = drawings.rename(tmp_path / "moved")
    with pytest.raises(DataError, match="--strokes"):
        create_train_pen(None, parts, resume=True)
    assert create_train_pen(moved, parts, resume=True).reason.startswith("stopped: all 20")
    for name in ("last", "best", "ideas"):
        one, other = (load_file(folder / f"{name}.safetensors") for folder in (whole, parts))
        assert all(torch.equal(one[key], other[key]) for key in one)
    assert (whole / SHEET).read_text().count("<path") == (parts / SHEET).read_text().count("<path")


def test_it_stops_by_itself_but_not_too_early(drawings: Path, tmp_path: Path) -> None:
    settings = PenSettings(steps=100_000, minutes=1e-6)
    run = create_train_pen(drawings, tmp_path / "late", settings=settings)
    assert "minutes are over" in run.reason
    until, progress = Enough(patience=2, metric="loss", first=10), Progress()
    judged = []
    for step, loss in ((5, 1.0), (10, 3.0), (15, 2.0), (20, 2.5), (25, 2.4)):
        progress.step = step
        judged.append(until.judge({"loss": loss}, progress))
    assert judged == [False, True, True, False, False]
    plan = lesson_from(completed(PenSettings(), drawings=40, most=50), 50).plan
    assert "nothing better than 2 for 2" in until.reason(progress, plan)


def test_the_lesson_suits_the_drawings() -> None:
    for many, most, batch, steps in (
        (27, 50, 8, 3_000),
        (400, 60, 50, 3_000),
        (10_000, 60, 128, 5_859),
        (30_000, 60, 128, 12_000),
        (10_000, 200, 64, 11_718),
    ):
        found = completed(PenSettings(), drawings=many, most=most)
        assert (found.batch, found.steps, found.look) == (batch, steps, steps // 24)
    assert completed(PenSettings(batch=64), drawings=30, most=50).batch == 30
    assert completed(PenSettings(steps=30), drawings=30, most=50).look == 25
    usual, own = Lesson(), lesson_from(completed(PenSettings(), drawings=30_000, most=100), 100)
    assert own.plan == usual.plan
    assert own.fade == pytest.approx(usual.fade, abs=1e-6)
    assert (own.batch, own.alike) == (usual.batch, usual.alike)
    short = lesson_from(completed(PenSettings(steps=1), drawings=30, most=50), 50)
    assert math.isfinite(short.weight_at(1))
    assert longest([corner(1)] * 30) == 50
    zigzag = np.tile([[1.0, 400, 0], [1, -400, 0]], (500, 1))
    assert longest([zigzag] * 30) == 200


def test_dots_are_learned_without_a_crash(tmp_path: Path) -> None:
    dots = [np.array([[n, 0, 1], [1, 0, 1]]) for n in range(40)]
    points = np.concatenate(dots)
    np.savez(tmp_path / "d.npz", train_points=points, train_lengths=np.full(40, 2))
    create_train_pen(tmp_path / "d.npz", tmp_path / "pen", settings=PenSettings(steps=2))
    assert len(create_draw(tmp_path / "pen")) == 1


def test_what_cannot_be_is_said_before_anything_is_written(drawings: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "a.png").write_bytes(b"")
    new = tmp_path / "new"
    for source, folder, error, message in (
        (None, new, SettingsError, "name them"),
        (pictures, new, DataError, "holds pictures"),
        (drawings, drawings / "pen", SettingsError, "of which it shall learn"),
    ):
        with pytest.raises(error, match=message):
            create_train_pen(source, folder)
        assert not folder.exists()
    koson = tmp_path / "koson"
    koson.mkdir()
    (koson / "generator.json").write_text("{}")
    with pytest.raises(TrainingError, match="run of a generator; impasto create sample"):
        create_train_pen(None, koson, resume=True)
    (koson / "last.safetensors").write_bytes(b"")
    with pytest.raises(OutputError, match="is a run already"):
        create_train_pen(drawings, koson)
    with pytest.raises(SettingsError, match="keeps its settings"):
        create_train_pen(None, koson, settings=QUICK, resume=True)


def test_changed_drawings_and_damaged_runs_are_refused(drawings: Path, tmp_path: Path) -> None:
    pen = tmp_path / "pen"
    create_train_pen(drawings, pen, settings=PenSettings(steps=1))
    (drawings / "5.svg").unlink()
    with pytest.raises(DataError, match="have changed"):
        create_train_pen(None, pen, resume=True)
    values = json.loads((pen / FILE).read_text())
    for text in (
        "",
        "[" * 100_000,
        json.dumps(values | {"most": 0}),
        json.dumps(values | {"settings": {"steps": 3}}),
    ):
        (pen / FILE).write_text(text)
        with pytest.raises(ImpastoError, match="damaged") as caught:
            create_train_pen(None, pen, resume=True)
        assert "\n" not in str(caught.value)
