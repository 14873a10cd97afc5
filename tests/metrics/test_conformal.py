"""Sets of classes keep their word: by hand, by brute force, and over two hundred splits."""

import json
import math

import numpy as np
import pytest
import torch

from impasto.errors import DataError, SettingsError
from impasto.metrics.conformal import (
    FREE,
    PENALTY,
    SCORES,
    Threshold,
    by_group,
    cannot_say,
    fit,
    measured,
    needed,
    sets,
    strangeness,
    threshold,
)

NINE = np.array([0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.3])
"""What nine works give to their true class, the first of two."""


def world(count: int, *, seed: int, classes: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Works whose classes are drawn from other probabilities than the network says."""
    g = np.random.default_rng(seed)
    truth = g.dirichlet(np.full(classes, 0.5), count)
    said = truth**2 + 0.02  # too sure, but for a floor
    said /= said.sum(1, keepdims=True)
    drawn = (g.random((count, 1)) > truth.cumsum(1)).sum(1).clip(max=classes - 1)
    return said, drawn


def pairs(first: np.ndarray) -> np.ndarray:
    return np.stack([first, 1 - first], 1)


def test_the_quantile_by_hand() -> None:
    zeros = np.zeros(9, int)
    assert fit(pairs(NINE), zeros).value == pytest.approx(0.7)  # rank 9 of 9: the strangest
    half = fit(pairs(NINE), zeros, coverage=0.5)  # rank 5 of 9
    assert half.value == pytest.approx(0.25)
    assert half == Threshold(half.value, 0.5, "lac", 9)
    found = sets(pairs(np.array([0.8, 0.5, 0.1])), half)
    assert found.tolist() == [[True, False], [False, False], [False, True]]


def test_too_few_works_leave_every_class_possible() -> None:
    few = fit(pairs(NINE[:8]), np.zeros(8, int))
    assert math.isinf(few.value)
    assert sets(pairs(np.array([0.999])), few).all()
    assert json.loads(json.dumps(few.as_dict()))["value"] is None


def adaptive(row: np.ndarray, label: int, score: str) -> float:
    """What a class costs, as the papers write it, without a lot."""
    order = sorted(range(len(row)), key=lambda k: -row[k])
    place = order.index(label)
    total = float(sum(row[k] for k in order[: place + 1]))
    return total + (PENALTY * max(0, place + 1 - FREE) if score == "raps" else 0.0)


@pytest.mark.parametrize("score", SCORES)
def test_against_brute_force(score: str) -> None:
    """A class is in the set if, put among the known works, it is not among their strangest."""
    known, targets = world(59, seed=1)
    asked, _ = world(30, seed=2)
    found = sets(asked, fit(known, targets, score=score))

    def strange(row: np.ndarray, label: int) -> float:
        return float(1 - row[label]) if score == "lac" else adaptive(row, label, score)

    own = [strange(row, int(t)) for row, t in zip(known, targets, strict=True)]
    for row, chosen in zip(asked, found, strict=True):
        for label in range(5):
            asking = strange(row, label)
            p_value = (1 + sum(s >= asking - 1e-12 for s in own)) / 60
            assert chosen[label] == (p_value > 0.1 + 1e-12)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("lot", [False, True])
def test_the_promise_holds_over_two_hundred_splits(score: str, lot: bool) -> None:
    said, truth = world(600, seed=3)
    covered = []
    for seed in range(200):
        g = np.random.default_rng(seed)
        order = g.permutation(600)
        known, new = order[:300], order[300:]
        drawing = g if lot else None
        threshold = fit(said[known], truth[known], score=score, generator=drawing)
        found = sets(said[new], threshold, generator=drawing)
        covered.append(found[np.arange(300), truth[new]].mean())
    assert 0.88 <= np.mean(covered) <= 0.92


def test_ties_are_broken_by_lot() -> None:
    """A network that says one of three things: exact by lot, and too often right without."""
    g = np.random.default_rng(0)
    exact, careful = [], []
    for _ in range(300):
        first = g.choice([0.2, 0.5, 0.8], (2, 99))
        truth = (g.random((2, 99)) > first).astype(int)
        for generator, kept in ((g, exact), (None, careful)):
            known = fit(pairs(first[0]), truth[0], coverage=0.7, generator=generator)
            found = sets(pairs(first[1]), known, generator=generator)
            kept.append(found[np.arange(99), truth[1]].mean())
    assert np.mean(exact) == pytest.approx(0.7, abs=0.015)
    assert np.mean(careful) > 0.75


def test_a_lot_needs_a_generator_and_repeats_with_its_seed() -> None:
    said, truth = world(100, seed=4)
    known = fit(said, truth, score="aps", generator=np.random.default_rng(0))
    with pytest.raises(SettingsError, match="give sets a generator"):
        sets(said, known)
    one, two = (sets(said, known, generator=np.random.default_rng(5)) for _ in range(2))
    assert (one == two).all()


def test_more_coverage_never_makes_a_set_smaller() -> None:
    said, truth = world(200, seed=5)
    for score in SCORES:
        small, large = (sets(said, fit(said, truth, coverage=c, score=score)) for c in (0.6, 0.95))
        assert (large | ~small).all()


def test_tensors_say_the_same_as_arrays() -> None:
    said, truth = world(80, seed=6)
    known = fit(said, truth)
    again = fit(torch.from_numpy(said), torch.from_numpy(truth))
    assert known == again
    assert (sets(said, known) == sets(torch.from_numpy(said), known)).all()


def test_what_is_no_answer() -> None:
    rows = np.array([[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]], bool)
    assert cannot_say(rows).tolist() == [True, False, False, True]
    assert cannot_say(rows, most=0.25).tolist() == [True, False, True, True]


def test_measured_by_hand() -> None:
    rows = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 1, 1]], bool)
    found = measured(rows, np.array([0, 2, 1, 2]))
    values = {name: each.value for name, each in found.items()}
    assert values == {"coverage": 0.5, "size": 1.5, "empty": 0.25, "cannot_say": 0.75}
    assert found["coverage"].low < 0.5 < found["coverage"].high


def test_groups_widen_the_interval_and_each_is_measured() -> None:
    held = np.repeat([1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1], 10).astype(bool)
    rows, truth = np.stack([held, ~held], 1), np.zeros(120, int)
    artists = [f"artist {i:02}" for i in np.repeat(np.arange(12), 10)]
    alone = measured(rows, truth)["coverage"]
    together = measured(rows, truth, groups=artists)["coverage"]
    assert together.high - together.low > 2 * (alone.high - alone.low)
    each = by_group(rows, truth, artists)
    assert list(each)[:2] == ["artist 03", "artist 06"]
    assert [e.value for e in each.values()] == [0.0] * 2 + [1.0] * 10


@pytest.mark.parametrize("coverage", [0.0, 1.0, math.nan, 90.0])
def test_a_coverage_out_of_range(coverage: float) -> None:
    with pytest.raises(SettingsError, match="between 0 and 1, such as"):
        fit(pairs(NINE), np.zeros(9, int), coverage=coverage)


def test_what_can_not_be_used() -> None:
    zeros = np.zeros(9, int)
    with pytest.raises(DataError, match="at least one work"):
        fit(np.zeros((0, 2)), np.zeros(0, int))
    with pytest.raises(DataError, match="as many"):
        fit(pairs(NINE), zeros[:5])
    with pytest.raises(DataError, match="classes from 0 to 1"):
        fit(pairs(NINE), zeros + 2)
    with pytest.raises(DataError, match="classes from 0 to 1"):
        measured(pairs(NINE) > 0.5, zeros - 1)
    with pytest.raises(DataError, match="finite"):
        sets(pairs(NINE) * np.nan, fit(pairs(NINE), zeros))


def test_an_unknown_score() -> None:
    with pytest.raises(SettingsError, match="a score of lac, aps, raps; got softmax"):
        fit(pairs(NINE), np.zeros(9, int), score="softmax")


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("coverage", [0.01, 0.5, 0.9, 0.99, 0.999])
def test_what_is_kept_in_the_place_of_the_works_says_the_same(score: str, coverage: float) -> None:
    said, truth = world(120, seed=3)
    strange = strangeness(said, truth, score=score)
    assert (np.diff(strange) >= 0).all()
    direct = fit(said, truth, coverage=coverage, score=score)
    assert threshold(strange, coverage=coverage, score=score) == direct
    assert threshold(strange.tolist(), coverage=coverage, score=score) == direct


@pytest.mark.parametrize("coverage", [0.001, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_how_many_works_a_coverage_needs(coverage: float) -> None:
    least = needed(coverage)
    assert math.isfinite(threshold([0.5] * least, coverage=coverage).value)
    assert least == 1 or math.isinf(threshold([0.5] * (least - 1), coverage=coverage).value)


def test_without_works_every_set_holds_all() -> None:
    assert math.isinf(threshold([]).value)


@pytest.mark.parametrize("coverage", [0, 1, 90, math.nan])
def test_a_coverage_that_is_none(coverage: float) -> None:
    for ask in (threshold, lambda strange, coverage: needed(coverage)):
        with pytest.raises(SettingsError, match="expected a coverage between 0 and 1"):
            ask([0.5], coverage=coverage)
