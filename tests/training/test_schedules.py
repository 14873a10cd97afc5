"""Schedules by hand, and beside PyTorch's own."""

import math

import pytest
import torch
from torch import nn

from impasto.errors import SettingsError
from impasto.training.plan import Plan
from impasto.training.schedules import SCHEDULES


def test_linear_rises_stays_and_falls() -> None:
    plan = Plan(steps=100, rate=1.0, warmup=10, decay=0.5)
    assert plan.rate_at(0) == pytest.approx(0.1)
    assert plan.rate_at(30) == 1
    assert plan.rate_at(75) == pytest.approx(0.5)


def test_the_rates_of_the_brush_stay_as_they_were() -> None:
    """As the first brush was trained: rate × rise × fall, in this order, to the last bit."""
    plan = Plan(steps=28_000, rate=1e-3, decay=0.35)
    for step in (0, 57, 99, 100, 18_199, 18_201, 27_999):
        rise = min(1.0, (step + 1) / 100)
        fall = min(1.0, (28_000 - step) / max(1.0, 0.35 * 28_000))
        assert plan.rate_at(step) == 1e-3 * rise * fall


def test_constant_is_constant() -> None:
    plan = Plan(steps=10, rate=0.3, schedule="constant")
    assert {plan.rate_at(s) for s in range(10)} == {0.3}


def test_cosine_by_hand() -> None:
    plan = Plan(steps=110, rate=2.0, warmup=10, schedule="cosine")
    assert plan.rate_at(4) == pytest.approx(1.0)
    assert plan.rate_at(10) == pytest.approx(2.0)
    assert plan.rate_at(60) == pytest.approx(1.0)
    assert plan.rate_at(85) == pytest.approx(1 + math.cos(0.75 * math.pi))


def test_one_cycle_is_pytorchs() -> None:
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), 0.1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.1, total_steps=50, cycle_momentum=False
    )
    plan = Plan(steps=50, rate=0.1, schedule="one-cycle")
    for step in range(50):
        assert plan.rate_at(step) == pytest.approx(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < 49:
            theirs.step()


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3, 7])
def test_short_trainings_have_rates_too(name, steps) -> None:
    plan = Plan(steps=steps, rate=0.1, schedule=name)
    assert all(0 < plan.rate_at(s) <= 0.1 for s in range(steps))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"schedule": "steep"}, "one-cycle"), ({"rate": 0.0}, "above 0"), ({"steps": 0}, "1 step")],
)
def test_wrong_plans_are_refused(wrong, said) -> None:
    with pytest.raises(SettingsError, match=said):
        Plan(**({"steps": 5} | wrong))


def test_epochs_and_validations_are_counted() -> None:
    plan = Plan(steps=25, epoch=10)
    assert [plan.epoch_of(n) for n in (0, 1, 10, 11, 25)] == [0, 1, 1, 2, 3]
    assert [n for n in range(1, 26) if plan.validates(n)] == [10, 20, 25]
    assert [n for n in range(1, 26) if Plan(steps=25).validates(n)] == [25]
    assert [n for n in range(1, 9) if Plan(steps=8, epoch=8, validate=3).validates(n)] == [3, 6, 8]


def test_a_square_is_level_and_then_a_parabola() -> None:
    rates = [SCHEDULES["square"](2.0, step, 100, 0, 0.5) for step in (0, 50, 75, 100)]
    assert rates == [2.0, 2.0, 0.5, 0.0]
