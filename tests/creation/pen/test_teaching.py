"""Teaching a pen."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from impasto.creation.pen.draw import create_draw
from impasto.creation.pen.pens import known
from impasto.creation.pen.teaching import Lesson, Task, measured, teach
from impasto.data.sketches import Sketches
from impasto.data.strokes import pad
from impasto.errors import WeightsError
from impasto.networks.pen import DONE, ended

from .conftest import LESSON


def test_it_learns(sketches: Sketches, run: Path, tmp_path: Path) -> None:
    """What a pen expected is nearer to drawings after a lesson than before."""
    short = replace(LESSON, plan=replace(LESSON.plan, steps=1, validate=1))
    teach(sketches, tmp_path, lesson=short)
    judged = LESSON.tidied(sketches.valid)
    before, after = (measured(known(r).pen, judged, most=20)["loss"] for r in (tmp_path, run))
    assert after < before - 0.3


def test_stopped_and_resumed_is_the_same_bit_for_bit(
    sketches: Sketches, run: Path, tmp_path: Path
) -> None:
    for stop in (7, 33, 10**9):
        teach(sketches, tmp_path, lesson=LESSON, on_step=lambda step, stop=stop: step.done >= stop)
    whole, parts = (load_file(folder / "last.safetensors") for folder in (run, tmp_path))
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_batch_is_of_like_length_and_every_drawing_is_done(sketches: Sketches) -> None:
    task = Task(LESSON, LESSON.tidied(sketches.train), 0.3)
    rows, lengths = task.draw(torch.Generator().manual_seed(0))
    assert len(rows) == LESSON.batch
    last = rows[torch.arange(len(rows)), lengths - 1]
    assert (last[:, 2] == DONE).all()


def test_ideas_cost_little_at_first_and_their_price_never_falls() -> None:
    lesson = Lesson()
    prices = [lesson.weight_at(step) for step in range(0, 20_000, 500)]
    assert prices[0] == pytest.approx(lesson.weight * lesson.first)
    assert prices == sorted(prices)
    assert prices[-1] == pytest.approx(lesson.weight, rel=1e-3)


def test_the_measure_counts_points(sketches: Sketches, run: Path) -> None:
    pen, judged = known(run).pen, LESSON.tidied(sketches.valid)
    one, twice = (measured(pen, judged * n, most=20, batch=3) for n in (1, 2))
    assert one["loss"] == pytest.approx(one["steps"] + one["states"] + one["ideas"])
    assert one["ideas"] == pytest.approx(twice["ideas"])


def test_new_ideas_lie_as_those_of_the_drawings(sketches: Sketches, run: Path) -> None:
    """As those of the training lie: middles drawn with their doubt have the fitted covariance."""
    pen, learned = known(run).pen, LESSON.tidied(sketches.train)
    rows, lengths = pad(learned, 20, scale=float(pen.scale))
    middle, spread = pen.read(ended(rows, lengths), lengths)
    noise = torch.randn(4000, *middle.shape, generator=torch.Generator().manual_seed(0))
    ideas = (middle + noise * torch.exp(spread / 2)).flatten(0, 1)
    torch.testing.assert_close(pen.usual, ideas.mean(0), atol=0.02, rtol=0)
    torch.testing.assert_close(pen.reach @ pen.reach.T, torch.cov(ideas.T), atol=0.02, rtol=0)


def test_whole_numbers_stay_whole(sketches: Sketches, run: Path, tmp_path: Path) -> None:
    short = replace(LESSON, plan=replace(LESSON.plan, steps=1, validate=1))
    large = [(100 * drawing * [1, 1, 0.01]).round() for drawing in sketches.train]
    teach(Sketches(large, large[:5], []), tmp_path, lesson=short)
    assert known(tmp_path).whole
    assert not known(run).whole
    assert all((d == d.round()).all() for d in create_draw(tmp_path, count=5))


def test_damaged_ideas_are_said(run: Path, tmp_path: Path) -> None:
    shutil.copy2(run / "best.safetensors", tmp_path)
    (tmp_path / "ideas.safetensors").write_bytes(b"no")
    with pytest.raises(WeightsError, match="damaged"):
        known(tmp_path)
