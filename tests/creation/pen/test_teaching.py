"""Teaching a pen."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from impasto.creation.pen.pens import known
from impasto.creation.pen.teaching import Lesson, Task, measured, teach
from impasto.data.sketches import Sketches
from impasto.networks.pen import DONE

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
