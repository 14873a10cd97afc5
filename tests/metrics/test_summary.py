"""Summaries, baselines, and works that look mislabeled."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from impasto.data.examples import Examples
from impasto.data.leaks import leaks
from impasto.data.splits import Split
from impasto.errors import DataError, SettingsError
from impasto.metrics import baselines
from impasto.metrics.calibration import ece
from impasto.metrics.intervals import Estimate
from impasto.metrics.mislabeled import mislabeled
from impasto.metrics.summary import by_class, calibration_error, summary


def sane(figures: dict[str, Estimate], *names: str) -> None:
    assert set(figures) == set(names)
    for figure in figures.values():
        assert figure.low <= figure.value <= figure.high
        assert figure.low < figure.high


def test_every_task_has_its_figures() -> None:
    g = np.random.default_rng(0)
    truth = g.integers(0, 6, 120)
    shares = g.dirichlet(np.ones(6) / 2, 120)
    probabilities = 0.7 * shares + 0.3 * np.eye(6)[truth]
    groups = [str(i) for i in g.integers(0, 20, 120)]
    named = ("accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "ece")
    for by in (None, groups):
        asked = {"groups": by, "draws": 300}
        sane(summary("classify", probabilities, truth, **asked), *named, "top_3")
        few = probabilities[:, :5] / probabilities[:, :5].sum(1, keepdims=True)
        sane(summary("classify", few, truth % 5, **asked), *named)
        numbers = truth + g.normal(size=120)
        sane(summary("regress", numbers, truth, **asked), "mae", "rmse", "r2", "spearman")
        sane(summary("distribution", probabilities, shares, **asked), "emd")
        places = np.eye(6)[truth] + g.normal(size=(120, 6)) / 4
        found = summary("cluster", shares.argmax(1), truth, features=places, **asked)
        sane(found, "silhouette", "ari", "nmi")
        each = by_class(shares.argmax(1), truth, classes="abcdef", **asked)
        assert list(each) == list("abcdef")
        sane(each["a"], "precision", "recall", "f1")


def test_ten_thousand_works_take_seconds() -> None:
    g = np.random.default_rng(0)
    truth = g.integers(0, 10, 10_000)
    logits = 3 * np.eye(10)[truth] + g.normal(size=(10_000, 10))
    found = summary(
        "classify", np.exp(logits) / np.exp(logits).sum(1, keepdims=True), truth, draws=500
    )
    assert found["accuracy"].high - found["accuracy"].low < 0.02
    assert found["macro_f1"].high - found["macro_f1"].low < 0.02


def test_summary_refuses() -> None:
    with pytest.raises(SettingsError, match="a task of classify"):
        summary("paint", np.zeros(3), np.zeros(3))
    with pytest.raises(DataError, match="expected targets"):
        summary("regress", np.zeros(3), None)


def colored(count: int, seed: int) -> Examples:
    """Red and blue pictures, with some noise."""
    g = torch.Generator().manual_seed(seed)
    targets = torch.randint(2, (count,), generator=g)
    pictures = torch.randint(0, 120, (count, 3, 8, 8), generator=g)
    pictures[:, 0] += 120 * (1 - targets)[:, None, None]
    pictures[:, 2] += 120 * targets[:, None, None]
    names = tuple(str(i) for i in range(count))
    groups = tuple(f"artist {i % 12}" for i in range(count))
    return Examples(names, pictures.to(torch.uint8), targets, ("red", "blue"), groups)


def test_colors_are_found_by_colors_and_not_by_chance() -> None:
    found = baselines.rows("classify", colored(60, 0), colored(48, 1), draws=200)
    assert list(found) == ["chance", "constant", "shallow"]
    assert found["shallow"]["accuracy"].value > 0.95
    even = 1 / 2
    assert found["chance"]["accuracy"] == Estimate(even, even, even)
    assert found["chance"]["macro_f1"].low < found["chance"]["macro_f1"].high
    assert 0.2 < found["constant"]["accuracy"].value < 0.8


def test_baselines_of_numbers_and_votes() -> None:
    train, test = colored(60, 0), colored(30, 1)
    numbers = [Examples(e.names, e.inputs, e.targets.float() * 100 + 1800) for e in (train, test)]
    found = baselines.rows("regress", *numbers, draws=200)
    assert found["shallow"]["mae"].value < 25 < found["constant"]["mae"].value
    votes = [
        Examples(e.names, e.inputs, torch.eye(2)[e.targets] * 0.8 + 0.1, ("no", "yes"))
        for e in (train, test)
    ]
    found = baselines.rows("distribution", *votes, draws=200)
    assert found["shallow"]["emd"].value < found["constant"]["emd"].value


def test_the_constant_is_the_commonest() -> None:
    train = colored(9, 0)
    train = Examples(train.names, train.inputs, torch.tensor([1] * 5 + [0] * 4), train.classes)
    found = baselines.constant("classify", train, colored(3, 1))
    assert found.argmax(1).tolist() == [1, 1, 1]
    assert found[0].tolist() == pytest.approx([4 / 9, 5 / 9])


def test_a_histogram_by_hand() -> None:
    picture = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    picture[0, :, 0, 0] = torch.tensor([255, 0, 64])
    found = baselines.color_histogram(picture, levels=2).square()
    assert found.tolist() == [[0.75, 0, 0, 0, 0.25, 0, 0, 0]]
    gray = torch.full((1, 1, 2, 2), 200, dtype=torch.uint8)
    assert baselines.color_histogram(gray, levels=4).tolist() == [[0, 0, 0, 1]]


def test_strokes_by_hand() -> None:
    drawing = torch.tensor([[[3.0, 4, 0], [0, 2, 1], [9, 0, 0], [1, 0, 1], [7, 7, 1]]])
    found = baselines.stroke_numbers(drawing, torch.tensor([4]))
    assert found.tolist() == [[2, 4, 17, 8, 10, 2]]


def test_drawings_and_features_have_baselines() -> None:
    g = torch.Generator().manual_seed(0)
    targets = torch.arange(40) % 2
    lengths = 3 + 5 * targets
    works = Examples(
        tuple("a" * 40), torch.randn(40, 8, 3, generator=g), targets, ("a", "b"), (), lengths
    )
    assert (baselines.shallow("classify", works, works).argmax(1) == targets.numpy()).all()
    features = Examples(works.names, torch.eye(2)[targets], targets, ("a", "b"))
    assert (baselines.shallow("classify", features, features).argmax(1) == targets.numpy()).all()


def test_a_class_that_training_lacks_gets_no_probability() -> None:
    train = colored(20, 0)
    three = Examples(train.names, train.inputs, train.targets * 2, ("red", "green", "blue"))
    assert (baselines.shallow("classify", three, three)[:, 1] == 0).all()


def test_baselines_refuse() -> None:
    train = colored(6, 0)
    one = Examples(train.names, train.inputs, torch.zeros(6, dtype=torch.long), train.classes)
    with pytest.raises(DataError, match="two classes"):
        baselines.shallow("classify", one, one)
    with pytest.raises(SettingsError, match="clusters have no baseline"):
        baselines.constant("cluster", one, one)
    odd = Examples(train.names, torch.zeros(6), train.targets, train.classes)
    with pytest.raises(DataError, match="pictures, drawings or features"):
        baselines.shallow("classify", odd, odd)


def test_flipped_labels_come_first() -> None:
    g = np.random.default_rng(0)
    truth = g.integers(0, 3, 300)
    logits = 4 * np.eye(3)[truth] + g.normal(size=(300, 3))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    flipped = set(range(0, 300, 20))
    labels = np.array([(t + 1) % 3 if i in flipped else t for i, t in enumerate(truth)])
    found = mislabeled(probabilities, labels)
    assert {s.index for s in found[:10]} <= flipped
    assert len(flipped & {s.index for s in found}) > 11
    assert len(found) < 25
    assert all(s.likely == truth[s.index] for s in found[:10])
    confidences = [s.confidence for s in found]
    assert confidences == sorted(confidences)


def test_confident_learning_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.85, 0.15]])
    # means of self-confidence: 0.8 of class 0, (0.8 + 0.15) / 2 of class 1
    (found,) = mislabeled(probabilities, np.array([0, 0, 1, 1]))
    assert (found.index, found.given, found.likely) == (3, 1, 0)
    assert found.confidence == pytest.approx(0.15)


def test_a_look_up_of_the_group_is_that_of_the_leak_report() -> None:
    g = torch.Generator().manual_seed(3)
    groups = tuple(f"a{int(i)}" if i else "" for i in torch.randint(9, (80,), generator=g))
    works = Examples(
        tuple(str(i) for i in range(80)),
        torch.zeros(80, 1),
        torch.randint(4, (80,), generator=g),
        tuple("abcd"),
        groups,
    )
    train, held, test = torch.split(torch.randperm(80, generator=g), [40, 10, 30])
    said = baselines.lookup(works.take(train), works.take(test))
    share = (said == works.targets[test].numpy()).mean()
    report = leaks(
        Split(train, held, test), names=works.names, groups=groups, targets=works.targets
    )
    assert share == pytest.approx(report.lookup)
    strangers = replace(works.take(test), groups=("nobody",) * 30)
    commonest = works.targets[train].bincount().argmax().item()
    assert set(baselines.lookup(works.take(train), strangers)) == {commonest}
    with pytest.raises(DataError, match="expected works to learn from"):
        baselines.lookup(works.take([]), works)


def test_answers_that_are_given_are_measured_and_not_sought_again() -> None:
    train, test = colored(60, 0), colored(48, 1)
    given = baselines.answers("classify", train, test)
    assert list(given) == ["chance", "constant", "shallow"]
    same = baselines.rows("classify", train, test, given=given, draws=200)
    assert same == baselines.rows("classify", train, test, draws=200)
    turned = given | {"shallow": 1 - given["shallow"]}
    found = baselines.rows("classify", train, test, given=turned, draws=200)
    assert found["shallow"]["accuracy"].value < 0.05


def test_a_calibration_error_has_its_interval() -> None:
    g = np.random.default_rng(0)
    truth = g.integers(0, 3, 300)
    said = 0.5 * g.dirichlet(np.ones(3), 300) + 0.5 * np.eye(3)[truth]
    groups = [f"a{i % 30}" for i in range(300)]
    found = calibration_error(said, truth, groups=groups)
    assert found.value == pytest.approx(ece(said, truth))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found == summary("classify", said, truth, groups=groups)["ece"]
