"""Figures: each is scikit-learn's or scipy's within 1e-6, and refuses what it can't measure."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr, wasserstein_distance
from sklearn import metrics

from impasto.errors import DataError, SettingsError
from impasto.metrics import (
    calibration,
    classification,
    clustering,
    distributions,
    regression,
    weighted,
)

CLOSE = 1e-6
seeds = st.integers(0, 10_000)


def labels(seed: int, classes: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and targets; often one class or another is missing from either."""
    g = np.random.default_rng(seed)
    count = int(g.integers(2, 40))
    truth = g.integers(0, int(g.integers(1, classes + 1)), count)
    wrong = g.integers(0, classes, count)
    return np.where(g.random(count) < 0.6, truth, wrong), truth


def probabilities(seed: int, count: int, classes: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), count)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_classes_against_scikit_learn(seed: int) -> None:
    predicted, truth = labels(seed)
    assert classification.accuracy(predicted, truth) == metrics.accuracy_score(truth, predicted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        balanced = metrics.balanced_accuracy_score(truth, predicted)
    assert classification.balanced_accuracy(predicted, truth) == pytest.approx(balanced, abs=CLOSE)
    for kind, of in (
        ("precision", metrics.precision_score),
        ("recall", metrics.recall_score),
        ("f1", metrics.f1_score),
    ):
        wanted = of(truth, predicted, average="macro", zero_division=0)
        assert classification.macro(predicted, truth)[kind] == pytest.approx(wanted, abs=CLOSE)
        each = of(truth, predicted, average=None, zero_division=0, labels=range(5))
        found = classification.per_class(predicted, truth, classes="abcde")
        assert [getattr(f, kind) for f in found.values()] == pytest.approx(each, abs=CLOSE)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_scores_against_scikit_learn(seed: int) -> None:
    _, truth = labels(seed)
    scores = probabilities(seed, len(truth))
    known = range(5)
    for k in (1, 2, 4):
        wanted = metrics.top_k_accuracy_score(truth, scores, k=k, labels=known)
        assert classification.top_k(scores, truth, k=k) == pytest.approx(wanted, abs=CLOSE)
    wanted = metrics.log_loss(truth, scores, labels=known)
    assert calibration.nll(scores, truth) == pytest.approx(wanted, abs=CLOSE)
    wanted = metrics.brier_score_loss(truth, scores, labels=list(known), scale_by_half=False)
    assert calibration.brier(scores, truth) == pytest.approx(wanted, abs=CLOSE)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_numbers_against_scikit_learn_and_scipy(seed: int) -> None:
    g = np.random.default_rng(seed)
    truth = np.round(g.normal(1850, 50, int(g.integers(3, 40))))
    truth[0] += 1000  # never all the same
    predicted = np.round(truth + g.normal(0, 40, len(truth)), -1)
    for found, wanted in (
        (regression.mae, metrics.mean_absolute_error),
        (regression.rmse, metrics.root_mean_squared_error),
        (regression.r2, metrics.r2_score),
    ):
        assert found(predicted, truth) == pytest.approx(wanted(truth, predicted), abs=CLOSE)
    wanted = spearmanr(predicted, truth).statistic
    assert regression.spearman(predicted, truth) == pytest.approx(wanted, abs=CLOSE)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_clusters_and_shares_against_scikit_learn_and_scipy(seed: int) -> None:
    found, known = labels(seed)
    wanted = metrics.adjusted_rand_score(known, found)
    assert clustering.ari(found, known) == pytest.approx(wanted, abs=CLOSE)
    wanted = metrics.normalized_mutual_info_score(known, found)
    assert clustering.nmi(found, known) == pytest.approx(wanted, abs=CLOSE)
    a, b = probabilities(seed, 7), probabilities(seed + 1, 7)
    wanted = [wasserstein_distance(range(5), range(5), p, q) for p, q in zip(a, b, strict=True)]
    assert distributions.emds(a, b) == pytest.approx(wanted, abs=CLOSE)


def test_silhouette_against_scikit_learn() -> None:
    g = np.random.default_rng(0)
    clusters = np.repeat([0, 1, 2], 10)
    places = g.normal(0, 1, (30, 4)) + clusters[:, None]
    wanted = metrics.silhouette_score(places, clusters)
    assert clustering.silhouette(places, clusters) == pytest.approx(wanted, abs=CLOSE)
    assert np.isnan(clustering.silhouette(places, np.zeros(30, int)))


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_weights_are_works_that_count_more_than_once(seed: int) -> None:
    g = np.random.default_rng(seed)
    predicted, truth = labels(seed)
    count = len(truth)
    weights = np.stack([np.ones(count, int), g.integers(0, 4, count)])
    weights[1, 0] += 1
    scores = probabilities(seed, count)
    confidence, right = calibration.choices(scores, truth)
    x, y = g.integers(0, 9, (2, count)).astype(float)
    found = weighted.named(predicted, truth, 5)(weights.astype(float))
    found |= weighted.miscalibrated(confidence, right.astype(float))(weights.astype(float))
    found |= weighted.numbers(x, y)(weights.astype(float))
    found |= weighted.agreement(predicted, truth)(weights.astype(float))
    found |= weighted.by_class(predicted, truth, "abcde")(weights.astype(float))
    for row, w in enumerate(weights):
        at = np.repeat(np.arange(count), w)
        p, t = predicted[at], truth[at]
        macro = classification.macro(p, t)
        one = classification.per_class(p, t, classes="abcde")["b"]
        wanted = {
            "accuracy": classification.accuracy(p, t),
            "balanced_accuracy": classification.balanced_accuracy(p, t),
            **{f"macro_{k}": v for k, v in macro.items()},
            "ece": calibration.ece(scores[at], t),
            "mae": regression.mae(x[at], y[at]),
            "rmse": regression.rmse(x[at], y[at]),
            "spearman": regression.spearman(x[at], y[at]),
            "ari": clustering.ari(p, t),
            "nmi": clustering.nmi(p, t),
            "recall of b": one.recall,
            "precision of b": one.precision,
            "f1 of b": one.f1,
        }
        if np.ptp(y[at]):
            wanted["r2"] = regression.r2(x[at], y[at])
        got = {name: found[name][row] for name in wanted}
        assert got == pytest.approx(wanted, abs=CLOSE, nan_ok=True)


def test_by_hand() -> None:
    truth, predicted = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    assert classification.accuracy(predicted, truth) == 0.5
    assert classification.balanced_accuracy(predicted, truth) == 0.5
    wanted = [[1, 1, 0], [0, 1, 0], [0, 1, 0]]
    assert classification.confusion(predicted, truth, count=3).tolist() == wanted
    ends = np.eye(5)[[0]], np.eye(5)[[4]]
    assert distributions.emd(*ends) == 4
    assert regression.rmse(np.array([1.0, 5.0]), np.array([4.0, 1.0])) == pytest.approx(12.5**0.5)


def test_perfection() -> None:
    truth = np.array([0, 1, 2, 1])
    sure = np.eye(3)[truth]
    assert classification.macro(truth, truth) == {"precision": 1, "recall": 1, "f1": 1}
    assert clustering.ari(truth, truth) == clustering.nmi(2 - truth, truth) == 1
    assert calibration.ece(sure, truth) == calibration.brier(sure, truth) == 0
    assert distributions.emd(sure, sure) == regression.mae(truth, truth) == 0
    assert regression.spearman(truth, truth) == pytest.approx(1)


def test_torch_and_numpy_say_the_same() -> None:
    predicted, truth = labels(3)
    pair = torch.from_numpy(predicted), torch.from_numpy(truth)
    assert classification.macro(*pair) == classification.macro(predicted, truth)
    scores = torch.randn(6, 3, dtype=torch.bfloat16, requires_grad=True).softmax(1)
    assert 0 <= calibration.brier(scores, torch.tensor([0, 1, 2, 0, 1, 2])) <= 2


def test_what_is_not_defined_is_no_number() -> None:
    same = np.zeros(4)
    assert np.isnan(regression.spearman(same, np.arange(4.0)))
    assert np.isnan(regression.r2(same[:1], same[:1]))


def test_ece_by_hand_and_both_kinds_of_bins() -> None:
    scores = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.35, 0.65]])
    truth = np.array([0, 1, 1, 1])
    # bins of ten: .9 right, .8 wrong, .6 right, .65 right
    wanted = (0.1 + 0.8 + 0.4 + 0.35) / 4
    assert calibration.ece(scores, truth, bins=10) == pytest.approx(wanted)
    table = calibration.reliability(scores, truth, bins=2, mass=True)
    assert table.count.tolist() == [2, 2]
    assert table.confidence.tolist() == pytest.approx([0.625, 0.85])
    assert table.accuracy.tolist() == [1, 0.5]


def test_temperature_finds_how_much_too_sure_a_network_was() -> None:
    g = np.random.default_rng(0)
    logits = g.normal(0, 2, (20_000, 4))
    honest = calibration.calibrated(logits, temperature=1)
    truth = (honest.cumsum(1) > g.random((20_000, 1))).argmax(1)
    found = calibration.fit_temperature(3 * logits, truth)
    assert found == pytest.approx(3, rel=0.05)
    before = calibration.ece(calibration.calibrated(3 * logits, temperature=1), truth)
    after = calibration.ece(calibration.calibrated(3 * logits, temperature=found), truth)
    assert before > 0.1 > 0.02 > after


def test_a_prior_holds_the_temperature_of_few_works() -> None:
    few = 4 * np.eye(3)[[0, 1, 2, 0, 1]]
    right, wrong = np.array([0, 1, 2, 0, 1]), np.array([1, 2, 0, 1, 2])
    assert calibration.fit_temperature(few, right) < 0.1
    assert calibration.fit_temperature(few, wrong) > 10
    assert 0.8 < calibration.fit_temperature(few, right, prior=10) < 1
    assert 1 < calibration.fit_temperature(few, wrong, prior=10) < 5
    many, truth = np.repeat(few, 200, 0), np.repeat([0, 1, 2, 0, 2], 200)
    alone = calibration.fit_temperature(many, truth)
    assert calibration.fit_temperature(many, truth, prior=10) == pytest.approx(alone, rel=0.05)


def test_the_constant_distribution_is_the_mean() -> None:
    shares = np.array([[1.0, 0.0], [0.5, 0.5]])
    assert distributions.constant(shares, count=2).tolist() == [[0.75, 0.25], [0.75, 0.25]]


PAIRS = [
    classification.accuracy,
    classification.balanced_accuracy,
    classification.macro,
    regression.mae,
    regression.rmse,
    regression.r2,
    regression.spearman,
    clustering.ari,
    clustering.nmi,
]


@pytest.mark.parametrize("figure", PAIRS)
def test_nothing_and_unequal_lengths_are_refused(figure: Callable[..., object]) -> None:
    some = np.array([0, 1, 1])
    with pytest.raises(DataError, match="at least one work"):
        figure(some[:0], some[:0])
    with pytest.raises(DataError, match="as many predictions as targets, got 2 and 3"):
        figure(some[:2], some)


def test_other_refusals() -> None:
    scores, truth = np.full((2, 3), 1 / 3), np.array([0, 3])
    with pytest.raises(DataError, match="classes from 0 to 2, got 0 to 3"):
        calibration.nll(scores, truth)
    with pytest.raises(DataError, match="finite"):
        regression.mae(np.array([np.nan]), np.array([1.0]))
    with pytest.raises(DataError, match="sum to 1"):
        distributions.emd(2 * scores, scores)
    with pytest.raises(DataError, match="shares of 2 classes"):
        distributions.emd(scores, np.full((2, 2), 0.5))
    with pytest.raises(SettingsError, match="k of at least 1"):
        classification.top_k(scores, truth - 1 + 1 * (truth == 0), k=0)
    with pytest.raises(SettingsError, match="at least 1 bin"):
        calibration.ece(scores, np.array([0, 1]), bins=0)
