"""The copy rate: copies are found however they are disguised, and new pictures are not accused."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from impasto.errors import DataError
from impasto.metrics.copying import (
    SHARE,
    CopyTest,
    Nearest,
    Seen,
    all_apart,
    correlation,
    details,
    nearest,
)


def drawn(count: int, seed: int, size: int = 64) -> torch.Tensor:
    """Soft shades with strokes on them, every one different."""
    source = torch.Generator().manual_seed(seed)
    soft = F.interpolate(torch.rand(count, 3, 4, 4, generator=source), (size, size), mode="bicubic")
    marks = F.interpolate(torch.rand(count, 1, 12, 12, generator=source), (size, size))
    return ((soft + (marks > 0.7) * 0.4).clamp(0, 1) * 255).byte()


def seen(pixels: torch.Tensor) -> Seen:
    """An eye that sees the mean colors of nine places, for tests."""

    def look(x: torch.Tensor) -> torch.Tensor:
        return F.normalize(F.adaptive_avg_pool2d(x.float() / 255 - 0.5, 3).flatten(1))

    return Seen(torch.stack([look(pixels), look(pixels.flip(3))], 1), pixels)


WORKS = drawn(120, seed=1)
FOLD = torch.arange(120) % 5


def the_test() -> CopyTest:
    whole = seen(WORKS)
    return CopyTest(nearest(whole, whole, apart=all_apart(FOLD, FOLD)))


def test_by_hand() -> None:
    """Twenty works, of which the nearest is a twentieth: nearer than that counts."""
    far = np.arange(1, 21) / 100
    known = Nearest(far, np.zeros(20, int), far + 1, np.zeros(20, int))
    judge = CopyTest(known)
    assert (judge.limit, judge.near) == (0, 1)
    asked = Nearest(
        np.array([0.005, 0.015, 0.025, 0.5, 0.5]),
        np.array([7, 7, 7, 7, 7]),
        np.array([1.5, 1.5, 1.5, 1.5, 0.3]),
        np.array([3, 3, 3, 3, 3]),
    )
    found = judge(asked)
    assert found.copied.tolist() == [True, False, False, False, True]
    assert found.nearness.tolist() == [0, 1 / 20, 2 / 20, 1.0, 0]
    assert found.work.tolist() == [7, 7, 7, 7, 3]
    odds = (2 / 3) * (20 / 1) * (1 / 19)  # of a copy, of a real work, of one in twenty
    assert found.rate.value == pytest.approx(odds / (1 + odds))
    assert found.rate.low < found.rate.value < found.rate.high
    assert "only 20 works" in found.rate.note


def together(count: int, source: np.random.Generator) -> np.ndarray:
    """Distances by two measures that agree in part."""
    return source.multivariate_normal((0, 0), ((1, 0.5), (0.5, 1)), count)


def of(far: np.ndarray) -> Nearest:
    where = np.zeros(len(far), int)
    return Nearest(far[:, 0], where, far[:, 1], where)


@pytest.mark.parametrize("works", [10, 20, 40, 200])
def test_pictures_as_near_as_real_works_are_seldom_called_copies(works: int) -> None:
    source = np.random.default_rng(works)
    rates = [
        CopyTest(of(together(works, source)))(of(together(128, source))).rate for _ in range(200)
    ]
    assert np.mean([r.low > SHARE for r in rates]) <= 0.07
    assert np.mean([r.high < SHARE for r in rates]) <= 0.07
    assert 0.03 < np.mean([r.value for r in rates]) < 0.08


@pytest.mark.parametrize("works", [10, 20, 40, 200])
def test_copies_are_called_copies_by_few_works_too(works: int) -> None:
    judge = CopyTest(of(together(works, np.random.default_rng(0))))
    far = together(128, np.random.default_rng(1))
    far[:64] = -9
    assert judge(of(far)).rate.low > SHARE
    assert judge(of(np.full((128, 2), -9.0))).rate.low > 0.8
    assert judge(of(np.full((128, 2), 9.0))).rate.low == 0


def test_real_works_are_no_copies_of_each_other() -> None:
    judge, learned = the_test(), torch.nonzero(FOLD != 0)[:, 0]
    own = nearest(seen(WORKS), seen(WORKS), apart=all_apart(FOLD, FOLD))
    assert judge(own).rate.value <= 0.05
    fresh = judge(nearest(seen(drawn(200, seed=2)), seen(WORKS).take(learned)))
    assert fresh.rate.low <= 0.05


@pytest.mark.parametrize(
    "disguise",
    [
        lambda x: x,
        lambda x: x.flip(3),
        lambda x: x.roll((4, -3), (2, 3)),
        lambda x: (x.float() * 0.7 + 20).byte(),
        lambda x: F.avg_pool2d(x.float(), 3, 1, 1).byte(),
    ],
    ids=["as it is", "mirrored", "shifted", "paler", "softer"],
)
def test_copies_are_found_in_disguise(disguise) -> None:
    learned = seen(WORKS).take(torch.nonzero(FOLD != 0)[:, 0])
    found = the_test()(nearest(seen(disguise(learned.pixels[:40])), learned))
    assert found.rate.value == 1
    assert (found.work == np.arange(40)).mean() > 0.9


def test_soft_pictures_are_not_accused() -> None:
    """Pixel by pixel a mean picture is nearer to everything than works are: details decide."""
    learned = seen(WORKS).take(torch.nonzero(FOLD != 0)[:, 0])
    source = torch.Generator().manual_seed(3)
    soft = F.interpolate(torch.rand(60, 3, 3, 3, generator=source), (64, 64), mode="bicubic")
    pixels = (soft.clamp(0, 1) * 255).byte()
    known = nearest(seen(WORKS), seen(WORKS), apart=all_apart(FOLD, FOLD))
    alike = 1 - correlation(pixels, learned.pixels).amax(1).numpy()
    assert np.mean(alike <= np.quantile(known.pixels, 0.05)) < 0.05


def test_correlation_is_one_for_the_same_and_below_for_others() -> None:
    found = correlation(WORKS[:5], WORKS[:5])
    assert torch.allclose(found.diagonal(), torch.ones(5), atol=1e-5)
    assert found.fill_diagonal_(0).max() < 0.9
    assert torch.allclose(correlation(WORKS[:2].flip(3), WORKS[:2]).diagonal(), torch.ones(2))
    flat = torch.full((1, 3, 64, 64), 90, dtype=torch.uint8)
    assert correlation(flat, WORKS[:3]).abs().max() < 1e-4
    assert details(flat).abs().max() == 0


def test_many_pictures_are_compared_in_parts() -> None:
    whole = correlation(WORKS[:70], WORKS[:9])
    parts = torch.cat([correlation(WORKS[i : i + 1], WORKS[:9]) for i in range(70)])
    assert torch.allclose(whole, parts, atol=1e-5)


def test_works_of_the_same_fold_are_passed_over() -> None:
    whole = seen(WORKS[:10])
    fold = torch.tensor([0] * 5 + [1] * 5)
    found = nearest(whole, whole, apart=all_apart(fold, fold))
    assert (found.eye_work[:5] >= 5).all()
    assert (found.pixels_work[5:] < 5).all()
    assert found.pixels.min() > 0.05


def test_without_works() -> None:
    with pytest.raises(DataError, match="expected works"):
        nearest(seen(WORKS[:2]), seen(WORKS[:0]))
    empty = np.zeros(0)
    with pytest.raises(DataError, match="real works"):
        CopyTest(Nearest(empty, empty.astype(int), empty, empty.astype(int)))
