"""The kernel distance: by hand, by another's words, and how often its interval holds."""

import math
from itertools import permutations, product

import numpy as np
import pytest
import torch

from impasto.errors import DataError
from impasto.metrics.kid import kernel, kid, warning


def plainly(x: np.ndarray, y: np.ndarray) -> float:
    """Eq. 4 of Bińkowski et al. 2018, written out pair by pair."""

    def k(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / len(a) + 1) ** 3)

    m, n = len(x), len(y)
    within_x = sum(k(x[i], x[j]) for i, j in permutations(range(m), 2)) / (m * (m - 1))
    within_y = sum(k(y[i], y[j]) for i, j in permutations(range(n), 2)) / (n * (n - 1))
    return within_x + within_y - 2 * sum(k(a, b) for a, b in product(x, y)) / (m * n)


def test_by_hand() -> None:
    zeros, ones = np.zeros((3, 1)), np.ones((3, 1))
    assert kid(zeros, ones).value == pytest.approx(1 + 8 - 2 * 1)
    same = kid(ones, ones)
    assert (same.value, same.low, same.high) == (0, 0, 0)


@pytest.mark.parametrize(("m", "n"), [(3, 3), (7, 4), (12, 30)])
def test_it_is_what_the_paper_says(m: int, n: int) -> None:
    source = np.random.default_rng(m)
    x, y = source.normal(size=(m, 5)), source.normal(0.3, 1.2, size=(n, 5))
    assert kid(x, y).value == pytest.approx(plainly(x, y))
    assert kid(torch.from_numpy(x), torch.from_numpy(y)).value == pytest.approx(plainly(x, y))


def test_the_interval_is_the_jackknife() -> None:
    source = np.random.default_rng(1)
    x, y = source.normal(size=(8, 4)), source.normal(0.5, 1, size=(11, 4))
    spread = 0.0
    for one, other in ((x, y), (y, x)):
        n = len(one)
        without = [kid(np.delete(one, i, 0), other).value for i in range(n)]
        spread += (n - 1) ** 2 / n * float(np.var(without, ddof=1))
    found = kid(x, y)
    half = (found.high - found.low) / 2
    assert 1.96 < half / math.sqrt(spread) < 2.3  # Student's quantile for 7 to 17 degrees
    assert found.low < found.value < found.high


def test_it_does_not_matter_which_comes_first() -> None:
    source = np.random.default_rng(2)
    x, y = source.normal(size=(9, 3)), source.normal(1, 1, size=(6, 3))
    assert kid(x, y).value == pytest.approx(kid(y, x).value)


def pool(center: float, seed: int) -> np.ndarray:
    """Directions about one that all share, as long as the kernel wants them."""
    source = np.random.default_rng(seed)
    found = source.normal(size=(150, 16)) + center * np.eye(16)[seed]
    return 4 * found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("count", [12, 46])
def test_it_is_unbiased_and_the_interval_holds(count: int) -> None:
    """Of 300 draws from two sets about 95 % hold what is true of the sets."""
    source, works, pictures = np.random.default_rng(3), pool(2, 0), pool(3, 1)
    known = kernel(works, works), kernel(pictures, pictures), kernel(works, pictures)
    truth = known[0].mean() + known[1].mean() - 2 * known[2].mean()  # drawn with replacement

    def draw(of: np.ndarray, many: int) -> np.ndarray:
        return of[source.integers(len(of), size=many)]

    found = [kid(draw(works, count), draw(pictures, 60)) for _ in range(300)]
    error = np.std([f.value for f in found]) / 300**0.5
    assert np.mean([f.value for f in found]) == pytest.approx(truth, abs=3 * error)
    assert 0.92 <= np.mean([f.low <= truth <= f.high for f in found]) <= 0.99


def test_few_works_are_called_few() -> None:
    assert "only 20 works" in kid(np.eye(20), np.eye(20)[:5]).note
    assert warning(50) == ""


@pytest.mark.parametrize("bad", [np.zeros((2, 3)), np.full((5, 3), np.nan)])
def test_what_cannot_be_judged(bad: np.ndarray) -> None:
    with pytest.raises(DataError, match="at least three pictures made"):
        kid(np.zeros((5, 3)), bad)
    with pytest.raises(DataError, match="real works"):
        kid(bad, np.zeros((5, 3)))
