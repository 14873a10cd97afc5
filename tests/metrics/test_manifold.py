"""Precision and recall: by hand, by another's words, and for the cases that they are made for."""

import numpy as np
import pytest

from impasto.errors import DataError
from impasto.metrics.manifold import manifold


def plainly(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """Eq. 1 and 2 of Kynkäänniemi et al. 2019, point by point: the share of y within x's balls."""
    reach = [sorted(np.linalg.norm(x - a, axis=1))[k] for a in x]
    hits = [any(np.linalg.norm(b - a) <= r for a, r in zip(x, reach, strict=True)) for b in y]
    return float(np.mean(hits))


def test_by_hand() -> None:
    real = np.array([[0.0], [1.0], [2.0], [10.0]])
    made = np.array([[0.5], [3.5], [30.0], [-1.5]])
    found = manifold(real, made, neighbors=1)
    # reaches of the works: 1, 1, 1, 8: 0.5 and 3.5 lie within, 30 and -1.5 don't
    assert found.precision.value == 0.5
    # reaches of the pictures: 2, 3, 26.5, 2: all works lie within the third's or nearer ones
    assert found.recall.value == 1.0


@pytest.mark.parametrize("k", [1, 3])
def test_it_is_what_the_paper_says(k: int) -> None:
    source = np.random.default_rng(k)
    x, y = source.normal(size=(40, 4)), source.normal(0.7, 0.8, size=(30, 4))
    found = manifold(x, y, neighbors=k)
    assert found.precision.value == pytest.approx(plainly(x, y, k))
    assert found.recall.value == pytest.approx(plainly(y, x, k))


def test_collapse_has_precision_and_no_recall() -> None:
    source = np.random.default_rng(0)
    works = source.normal(size=(200, 3))
    collapsed = works[:1] + 1e-3 * source.normal(size=(200, 3))
    found = manifold(works, collapsed)
    assert found.precision.value == 1
    assert found.recall.high < 0.05
    scattered = manifold(works, 10 * source.normal(size=(200, 3)))
    assert scattered.precision.value < 0.2
    assert manifold(works, works).recall.value == 1


def test_the_intervals_and_the_warning() -> None:
    source = np.random.default_rng(4)
    found = manifold(source.normal(size=(50, 2)), source.normal(size=(120, 2)))
    assert found.precision.low < found.precision.value < found.precision.high
    assert "measured with 50" in found.precision.note
    many = manifold(source.normal(size=(120, 2)), source.normal(size=(120, 2)))
    assert many.precision.note == ""


def test_too_few_or_no_numbers() -> None:
    with pytest.raises(DataError, match="more than 3 pictures, got 3"):
        manifold(np.zeros((9, 2)), np.zeros((3, 2)))
    with pytest.raises(DataError, match="finite"):
        manifold(np.full((9, 2), np.inf), np.zeros((9, 2)))
