"""The bar of intervals: of 1,000 test sets, 93 to 97 in a hundred cover the truth."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import ndtr

from impasto.metrics.intervals import Estimate, mean, paired

Case = Callable[[np.random.Generator, int], tuple[Estimate, float]]


def artists(g: np.random.Generator, count: int = 30) -> np.ndarray:
    """Works of many artists: some have one, some forty; at least 200 in all."""
    while True:
        sizes = g.geometric(1 / 8, count)
        if sizes.sum() >= 200:
            return np.repeat(np.arange(count), sizes)


def names(groups: np.ndarray) -> list[str]:
    return [f"artist {i}" for i in groups]


def accuracy(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    return mean(g.random(200) < 0.7, seed=seed), 0.7


def high_accuracy(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    return mean(g.random(300) < 0.95, seed=seed), 0.95


def grouped_accuracy(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    groups = artists(g)
    each = g.beta(2.8, 1.2, 30)  # correlation 0.2 within an artist
    return mean(g.random(len(groups)) < each[groups], groups=names(groups), seed=seed), 0.7


def grouped_high_accuracy(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    groups = artists(g, 40)
    each = g.beta(7.65, 1.35, 40)
    return mean(g.random(len(groups)) < each[groups], groups=names(groups), seed=seed), 0.85


def error(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    return mean(np.abs(g.normal(0, 1, 200)), seed=seed), float(np.sqrt(2 / np.pi))


def grouped_error(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    groups = artists(g)
    scale = np.exp(g.normal(0, 0.4, 30) - 0.08)
    errors = np.abs(g.normal(0, 1, len(groups))) * scale[groups]
    return mean(errors, groups=names(groups), seed=seed), float(np.sqrt(2 / np.pi))


def difference(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    hard = g.random(200)
    noise = g.normal(0, 0.1, (2, 200))
    found = paired(hard + noise[0] < 0.7, hard + noise[1] < 0.65, seed=seed)
    return found, 0.05


def grouped_difference(g: np.random.Generator, seed: int) -> tuple[Estimate, float]:
    groups = artists(g)
    kind, other = g.normal(0, 0.7, 30), g.normal(0, 0.35, 30)
    a = g.random(len(groups)) < ndtr(0.6 + kind)[groups]
    b = g.random(len(groups)) < ndtr(0.4 + kind + other)[groups]
    truth = ndtr(0.6 / np.sqrt(1 + 0.49)) - ndtr(0.4 / np.sqrt(1 + 0.49 * 1.25))
    return paired(a, b, groups=names(groups), seed=seed), float(truth)


CASES = [
    accuracy,
    high_accuracy,
    grouped_accuracy,
    grouped_high_accuracy,
    error,
    grouped_error,
    difference,
    grouped_difference,
]


def covered(case: Case, runs: int, seed: int = 0) -> float:
    generator = np.random.default_rng(seed)
    hits = 0
    for run in range(runs):
        found, truth = case(generator, run)
        hits += found.low <= truth <= found.high
    return hits / runs


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_interval_keeps_its_word(case: Case) -> None:
    assert 0.93 <= covered(case, 1000) <= 0.97


@pytest.mark.parametrize("case", [accuracy, grouped_accuracy, grouped_error, grouped_difference])
def test_the_interval_nearly_keeps_its_word_in_fewer_runs(case: Case) -> None:
    assert 0.85 <= covered(case, 60) <= 1
