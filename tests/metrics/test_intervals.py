"""Intervals: sane at the edges, of groups where there are any, and the same for the same seed."""

import numpy as np
import pytest
from scipy.stats import binomtest

from impasto.errors import DataError
from impasto.metrics import regression
from impasto.metrics.intervals import Estimate, bootstrap, mcnemar, mean, means, paired


def test_a_report_gets_value_and_interval() -> None:
    assert Estimate(0.5, 0.4, 0.6).as_dict() == {"value": 0.5, "interval": [0.4, 0.6]}
    unknown = Estimate(0.5, float("nan"), float("nan"), "why").as_dict()
    assert unknown == {"value": 0.5, "interval": [None, None], "note": "why"}
    assert str(Estimate(0.5, 0.4, 0.6)) == "0.500 [0.400, 0.600]"


def test_yes_and_no_is_wilson() -> None:
    right = np.arange(10_000) < 9_900
    found = mean(right)
    wanted = binomtest(9_900, 10_000).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))
    assert found.value == 0.99


@pytest.mark.parametrize("groups", [None, [f"artist {i % 20}" for i in range(200)]])
@pytest.mark.parametrize("right", [0, 1])
def test_all_or_nothing_is_not_certainty(groups: list[str] | None, right: int) -> None:
    found = mean(np.full(200, right), groups=groups)
    assert found.value == right
    assert 0.01 < found.high - found.low < 0.2
    assert 0 <= found.low <= found.high <= 1


def test_few_works_by_few_artists_stay_inside() -> None:
    g = np.random.default_rng(0)
    for _ in range(20):
        groups = [str(i) for i in g.integers(0, 4, 12)]
        found = mean(g.random(12) < 0.9, groups=groups, draws=200)
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert "groups" in found.note


def test_bootstrap_and_means_agree_for_the_same_seed() -> None:
    g = np.random.default_rng(0)
    given, wanted = g.normal(size=(2, 60))
    groups = [str(i) for i in g.integers(0, 15, 60)]
    fast = means({"mae": np.abs(given - wanted)}, groups=groups, draws=300)["mae"]
    slow = bootstrap(regression.mae, given, wanted, groups=groups, draws=300)
    assert (slow.value, slow.low, slow.high) == pytest.approx((fast.value, fast.low, fast.high))
    assert slow == bootstrap(regression.mae, given, wanted, groups=groups, draws=300)
    assert slow != bootstrap(regression.mae, given, wanted, groups=groups, draws=300, seed=1)


def test_groups_widen_what_they_share() -> None:
    g = np.random.default_rng(0)
    groups = np.repeat(np.arange(30), 20)
    scores = g.normal(size=30)[groups] + 0.1 * g.normal(size=600)
    alone, together = mean(scores), mean(scores, groups=[str(i) for i in groups])
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_pairs_are_narrower_than_two_alone() -> None:
    g = np.random.default_rng(0)
    hard = g.normal(size=300)
    a, b = hard + 0.1 * g.normal(size=300), hard + 0.05 + 0.1 * g.normal(size=300)
    found = paired(b, a)
    assert found.low > 0
    assert found.high < mean(a).high - mean(a).low
    opposite = paired(a, b)
    assert (opposite.low, opposite.high) == pytest.approx((-found.high, -found.low))


def test_the_same_twice_says_so() -> None:
    found = paired(np.arange(5.0), np.arange(5.0))
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert "says nothing" in found.note


def test_one_artist_says_nothing_of_others() -> None:
    found = mean(np.array([0.1, 0.7]), groups=["Monet", "Monet"])
    assert np.isnan(found.low)
    assert "only one group" in found.note


def test_few_groups_are_warned_of_and_many_are_not() -> None:
    scores = np.arange(40) % 7 / 7
    assert "only 8 groups" in mean(scores, groups=[str(i % 8) for i in range(40)]).note
    assert mean(scores, groups=[str(i % 10) for i in range(40)]).note == ""
    assert "only 9 works" in mean(scores[:9]).note
    assert mean(scores[:10]).note == ""


def test_all_there_is_to_be_wary_of_is_said() -> None:
    found = paired(np.ones(4), np.zeros(4), groups=list("aabc"))
    assert found.note.startswith("only 3 groups")
    assert found.note.endswith("; the same in every draw, so that the interval says nothing")


def test_mcnemar_by_hand() -> None:
    a = np.array([1, 1, 1, 1, 1, 0, 1]).astype(bool)
    b = np.array([0, 0, 0, 0, 0, 0, 1]).astype(bool)
    assert mcnemar(a, b) == pytest.approx(2 * 0.5**5)
    assert mcnemar(a, a) == 1


def test_refusals() -> None:
    with pytest.raises(DataError, match="at least one work"):
        mean(np.zeros(0))
    with pytest.raises(DataError, match="the group of 3 works, got 2"):
        mean(np.zeros(3), groups=["a", "b"])
    with pytest.raises(DataError, match="got 2 and 3"):
        paired(np.zeros(2), np.zeros(3))
