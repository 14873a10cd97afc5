"""A network set beside something simpler: the paired interval, and what it says in words."""

import math

import numpy as np
import pytest

from impasto.errors import DataError, SettingsError
from impasto.metrics.advantage import Advantage, advantages
from impasto.metrics.intervals import Estimate, direction, mean, paired


def shares(right: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Probabilities of two classes whose likeliest is right where asked."""
    said = np.where(right, targets, 1 - targets)
    return np.asarray(0.2 + 0.6 * np.eye(2)[said])


def test_it_is_paired_and_over_groups() -> None:
    g = np.random.default_rng(0)
    targets, groups = g.integers(0, 2, 200), [f"a{i % 25}" for i in range(200)]
    hard = g.random(200) < 0.3
    ours, theirs = ~hard, ~hard & (g.random(200) < 0.85)  # nobody is right on the hard ones
    found = advantages(
        "classify",
        shares(ours, targets),
        {"colors": shares(theirs, targets)},
        targets,
        groups=groups,
    )["colors"]
    expected = paired(ours.astype(float), theirs.astype(float), groups=groups)
    assert found.gain == expected
    assert found.gain.value == pytest.approx(ours.mean() - theirs.mean())
    alone = [mean(x, groups=groups) for x in (ours, theirs)]
    assert expected.high - expected.low < sum(e.high - e.low for e in alone)
    assert found.metric == "accuracy"


def test_less_of_an_error_is_a_gain() -> None:
    targets = np.arange(40.0)
    found = advantages("regress", targets + 1, {"mean": targets + np.arange(40) / 10}, targets)
    assert found["mean"].gain.value == pytest.approx(0.95)
    votes = np.eye(4)[np.arange(40) % 4]
    found = advantages("distribution", votes, {"even": np.full((40, 4), 0.25)}, votes)
    assert (found["even"].metric, found["even"].gain.value) == ("emd", pytest.approx(1.25))


@pytest.mark.parametrize(
    ("metric", "gain", "said"),
    [
        ("accuracy", (0.12, 0.05, 0.19), "better than x by 12 points [5, 19]"),
        ("accuracy", (-0.1234, -0.2, -0.051), "worse than x by 12.3 points [5.1, 20]"),
        ("accuracy", (0.03, -0.041, 0.1), "not shown to be better than x (3 points [-4.1, 10])"),
        ("accuracy", (0.0, 0.0, 0.0), "not shown to be better than x (0 points [0, 0])"),
        ("mae", (5.25, 1.0, 9.5), "better than x by 5.25 [1, 9.5] in mae"),
        ("emd", (-0.2, -0.3, -0.1), "worse than x by 0.2 [0.1, 0.3] in emd"),
    ],
)
def test_words(metric: str, gain: tuple[float, float, float], said: str) -> None:
    assert Advantage(metric, Estimate(*gain)).line("x") == said


def test_few_groups_show_nothing() -> None:
    right = np.ones(30, bool)
    targets = np.arange(30) % 2
    for many, note in ((3, "only 3 groups"), (1, "only one group")):
        groups = [f"a{i % many}" for i in range(30)]
        wrong = {"colors": shares(np.arange(30) % 5 == 0, targets)}
        found = advantages("classify", shares(right, targets), wrong, targets, groups=groups)
        line = found["colors"].line("colors")
        assert line.startswith("not shown to be better than colors (80 points")
        assert note in line
        assert "nan" not in line
    assert found["colors"].as_dict()["interval"] == [None, None]


def test_direction() -> None:
    assert direction(Estimate(1, 0.5, 2)) == 1
    assert direction(Estimate(-1, -2, -0.5)) == -1
    assert direction(Estimate(1, 0, 2)) == 0
    assert direction(Estimate(1, 0.5, 2, "only 4 works")) == 0
    assert direction(Estimate(1, 1, 1)) == 0
    assert direction(Estimate(1, math.nan, math.nan)) == 0


def test_what_cannot_be_compared() -> None:
    with pytest.raises(SettingsError, match="expected a task of classify, regress, distribution"):
        advantages("paint", np.zeros(3), {}, np.zeros(3))
    with pytest.raises(DataError, match="as many predictions as targets, got 3 and 2"):
        advantages("regress", np.zeros(2), {"mean": np.zeros(3)}, np.zeros(2))
