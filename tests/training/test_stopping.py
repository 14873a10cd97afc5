"""A training ends when it should, and says why."""

import math

import pytest

from impasto.errors import SettingsError, TrainingError
from impasto.training.plan import Plan
from impasto.training.stopping import (
    HIGHER,
    LOWER,
    Progress,
    Until,
    check_target,
    range_of,
    sign_of,
)

PLAN = Plan(steps=100, epoch=10)


def seen(until: Until, *values: float, metric: str = "accuracy") -> tuple[Progress, list[bool]]:
    """A training that validates after each epoch."""
    progress, best = Progress(), []
    for epoch, value in enumerate(values, 1):
        progress.step = 10 * epoch
        best.append(until.judge({metric: value}, progress))
        progress.conclude({metric: value}, epoch=epoch, rate=0.1)
    return progress, best


def test_a_target_that_is_reached() -> None:
    until = Until(target=("accuracy", 0.6))
    assert until.reason(seen(until, 0.4, 0.59)[0], PLAN) == ""
    said = until.reason(seen(until, 0.4, 0.59, 0.612)[0], PLAN)
    assert said == "stopped: accuracy reached 0.612 (target 0.6) in epoch 3"


def test_less_is_more_for_some_metrics() -> None:
    until = Until(target=("mae", 5.0))
    assert until.reason(seen(until, 9.0, metric="mae")[0], PLAN) == ""
    assert "mae reached 4" in until.reason(seen(until, 4.0, metric="mae")[0], PLAN)
    assert seen(Until(), 3.0, 2.0, 2.5, 1.0, metric="loss")[1] == [True, True, False, True]


def test_patience_counts_from_the_best() -> None:
    until = Until(patience=2, metric="accuracy")
    progress, best = seen(until, 0.5, 0.4, 0.6, 0.6)
    assert best == [True, False, True, False]
    assert (progress.best, progress.best_step, progress.since) == (0.6, 30, 1)
    assert until.reason(progress, PLAN) == ""
    said = until.reason(seen(until, 0.5, 0.4, 0.6, 0.6, 0.1)[0], PLAN)
    assert said == (
        "stopped: accuracy has found nothing better than 0.6 for 2 validations in epoch 5"
    )


def test_a_value_that_is_no_number_is_never_the_best() -> None:
    assert seen(Until(), float("nan"), 0.5)[1] == [False, True]


def test_epochs_iterations_and_minutes() -> None:
    done = Progress(step=50, seconds=61)
    assert Until(epochs=5).reason(done, PLAN) == "stopped: all 5 epochs are done"
    assert Until(iterations=50).reason(done, PLAN) == "stopped: all 50 iterations are done"
    assert Until(minutes=1).reason(done, PLAN) == "stopped: the 1 minutes are over in epoch 5"
    assert Until(epochs=6, iterations=51, minutes=2).reason(done, PLAN) == ""
    assert Until().reason(Progress(step=100), PLAN) == "stopped: all 100 iterations are done"


def test_the_steps_a_plan_is_made_for() -> None:
    assert Until(epochs=5).steps(10) == 50
    assert Until(epochs=5, iterations=30).steps(10) == 30
    assert Until(minutes=1).steps(10, otherwise=7) == 70


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"iterations": -1},
        {"patience": 0},
        {"minutes": 0.0},
        {"target": ("beauty", 1.0)},
        {"target": ("accuracy", float("nan"))},
        {"metric": "beauty"},
    ],
)
def test_wrong_numbers_are_refused(wrong) -> None:
    with pytest.raises(SettingsError):
        Until(**wrong)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (("accuracy", 60.0), "accuracy lies between 0 and 1, not at 60; did you mean 0.6?"),
        (("accuracy", -1.0), "accuracy lies between 0 and 1, not at -1; choose another target"),
        (("accuracy", 1e6), "accuracy lies between 0 and 1, not at 1e+06; choose another target"),
        (("accuracy", math.nan), "a target is a number, not nan; try accuracy=0.5"),
        (("macro_f1", math.inf), "a target is a number, not inf; try macro_f1=0.5"),
        (("ece", 5.0), "ece lies between 0 and 1, not at 5; did you mean 0.05?"),
        (("spearman", -2.0), "spearman lies between -1 and 1, not at -2; choose another target"),
        (("r2", 90.0), "r2 is 1 or less, not at 90; did you mean 0.9?"),
        (("mae", -5.0), "mae is 0 or more, not at -5; choose another target"),
        (("mae", math.nan), "a target is a number, not nan; try mae=0.5"),
    ],
)
def test_a_target_that_its_metric_never_has_is_refused(target, said) -> None:
    for ask in (lambda: Until(target=target), lambda: check_target(*target)):
        with pytest.raises(SettingsError) as caught:
            ask()
        assert str(caught.value) == said


@pytest.mark.parametrize("metric", sorted(HIGHER | LOWER))
def test_a_target_at_the_end_of_its_range_may_be_asked_for(metric) -> None:
    for end in range_of(metric):
        if math.isfinite(end):
            check_target(metric, end)
    check_target(metric, 0.5)


def test_a_metric_that_nobody_measures_is_named() -> None:
    with pytest.raises(TrainingError, match="accuracy is watched, but the validation returns mae"):
        Until(metric="accuracy").judge({"mae": 1.0}, Progress())


def test_every_metric_has_one_direction() -> None:
    assert not HIGHER & LOWER
    assert (sign_of("r2"), sign_of("emd")) == (1, -1)
