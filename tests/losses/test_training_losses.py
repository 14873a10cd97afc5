"""Losses of step 3: values worked by hand, least at perfection, gradients, error texts."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch.autograd import gradcheck

from impasto.errors import DataError, SettingsError
from impasto.losses.catalog import LOSSES, loss, losses_for
from impasto.losses.classify import cross_entropy, focal
from impasto.losses.graded import earth_movers, ordinal
from impasto.losses.numbers import huber, mean_squared_error

QUARTERS = torch.tensor([[0.25, 0.25, 0.5]]).log()


def test_cross_entropy_by_hand() -> None:
    one = torch.tensor([2])
    assert cross_entropy(QUARTERS, one) == pytest.approx(math.log(2))
    smooth = 0.7 * math.log(2) + 0.3 * (math.log(4) * 2 + math.log(2)) / 3
    assert cross_entropy(QUARTERS, one, smoothing=0.3) == pytest.approx(smooth)
    two = torch.cat([QUARTERS, QUARTERS])
    weights = torch.tensor([3.0, 1.0, 1.0])
    wanted = (3 * math.log(4) + math.log(2)) / 4
    assert cross_entropy(two, torch.tensor([0, 2]), weights=weights) == pytest.approx(wanted)


def test_focal_by_hand_and_as_cross_entropy(generator: torch.Generator) -> None:
    assert focal(QUARTERS, torch.tensor([0])) == pytest.approx(0.75**2 * math.log(4))
    logits, targets = torch.randn(9, 4, generator=generator), torch.arange(9) % 4
    weights = torch.tensor([1.0, 2.0, 0.5, 1.0])
    same = cross_entropy(logits, targets, weights=weights).item()
    assert focal(logits, targets, gamma=0, weights=weights) == pytest.approx(same, rel=1e-5)


def test_numbers_by_hand() -> None:
    given, wanted = torch.tensor([1.0, 5.0]), torch.tensor([1.5, 2.0])
    assert mean_squared_error(given, wanted) == (0.25 + 9) / 2
    assert huber(given, wanted) == (0.125 + 2.5) / 2
    assert huber(given, wanted, delta=2) == (0.125 + 2 * 2) / 2


def test_ordinal_by_hand_and_far_misses_cost_more() -> None:
    wanted = -math.log(0.75) - math.log(0.5)
    assert ordinal(QUARTERS, torch.tensor([2])) == pytest.approx(wanted)
    assert ordinal(QUARTERS, torch.tensor([1])) == pytest.approx(-math.log(0.75) - math.log(0.5))
    sure = torch.tensor([[9.0, 0, 0, 0]])
    costs = [ordinal(sure, torch.tensor([i])).item() for i in range(4)]
    assert costs == sorted(costs)
    assert ordinal(QUARTERS[:, :2], torch.tensor([0])) == pytest.approx(math.log(2))


def test_ordinal_is_a_proper_score(generator: torch.Generator) -> None:
    """On average it is least where the network says what is so."""
    truth = torch.tensor([0.1, 0.5, 0.2, 0.2])

    def expected(logits: torch.Tensor) -> torch.Tensor:
        return sum(ordinal(logits[None], torch.tensor([i])) * truth[i] for i in range(4))

    honest = truth.log().requires_grad_()
    expected(honest).backward()
    assert torch.allclose(honest.grad, torch.zeros(4), atol=1e-6)
    for _ in range(20):
        other = honest.detach() + 0.3 * torch.randn(4, generator=generator)
        assert expected(other) > expected(honest)


def test_ordinal_stands_extreme_logits() -> None:
    logits = torch.tensor([[1000.0, 0, -1000.0]], requires_grad=True)
    value = ordinal(logits, torch.tensor([2]))
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(logits.grad).all()


def test_earth_movers_by_hand() -> None:
    shares = torch.tensor([[0.5, 0.25, 0.25]])
    assert earth_movers(QUARTERS, shares) == pytest.approx(0.25**2 + 0.25**2)
    ends = torch.tensor([[80.0, 0, 0]]), torch.tensor([[0.0, 0, 1]])
    assert earth_movers(*ends) == pytest.approx(2)


def test_nothing_is_lost_at_perfection() -> None:
    targets = torch.tensor([0, 2, 1])
    sure = 80 * F.one_hot(targets, 3).float()
    for found in (cross_entropy, focal, ordinal):
        assert found(sure, targets) == pytest.approx(0, abs=1e-6)
    numbers = torch.tensor([1.0, -3.0])
    assert mean_squared_error(numbers, numbers) == huber(numbers, numbers) == 0
    assert earth_movers(QUARTERS, QUARTERS.exp()) == pytest.approx(0, abs=1e-12)


def test_gradients(generator: torch.Generator) -> None:
    logits = torch.randn(5, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([0, 3, 1, 2, 0])
    weights = torch.tensor([1.0, 2, 3, 4], dtype=torch.float64)
    assert gradcheck(lambda x: cross_entropy(x, targets, smoothing=0.1, weights=weights), logits)
    assert gradcheck(lambda x: focal(x, targets, weights=weights), logits)
    assert gradcheck(lambda x: focal(x, targets, gamma=0.5), logits)
    assert gradcheck(lambda x: ordinal(x, targets), logits)
    shares = torch.rand(5, 4, generator=generator, dtype=torch.float64)
    assert gradcheck(lambda x: earth_movers(x, shares / shares.sum(1, keepdim=True)), logits)
    row, wanted = logits[0], torch.tensor([0.3, -4, 1, 2], dtype=torch.float64)
    assert gradcheck(lambda x: mean_squared_error(x, wanted), row)
    assert gradcheck(lambda x: huber(x, wanted), row)


def test_focal_has_a_gradient_where_all_is_well() -> None:
    logits = torch.tensor([[200.0, 0]], requires_grad=True)
    focal(logits, torch.tensor([0]), gamma=0.5).backward()
    assert torch.isfinite(logits.grad).all()


def test_refusals() -> None:
    logits, targets = torch.zeros(2, 3), torch.tensor([0, 1])
    for found in (cross_entropy, focal, ordinal):
        with pytest.raises(DataError, match="logits of 2 works, got 1"):
            found(logits[:1], targets)
    with pytest.raises(DataError, match="weights of 3 classes, got 2"):
        cross_entropy(logits, targets, weights=torch.ones(2))
    with pytest.raises(SettingsError, match="smoothing from 0 to below 1, got 1"):
        cross_entropy(logits, targets, smoothing=1)
    with pytest.raises(SettingsError, match="gamma of at least 0"):
        focal(logits, targets, gamma=-1)
    for number in (mean_squared_error, huber):
        with pytest.raises(DataError, match=r"numbers of shape \(3,\), got \(2,\)"):
            number(torch.zeros(2), torch.zeros(3))
    with pytest.raises(SettingsError, match="delta above 0"):
        huber(torch.zeros(2), torch.zeros(2), delta=0)
    with pytest.raises(DataError, match=r"logits of shape \(2, 4\), got \(2, 3\)"):
        earth_movers(logits, torch.zeros(2, 4))


@pytest.mark.parametrize("row", LOSSES, ids=lambda row: row.name)
def test_every_row_of_the_catalog_runs(row: object) -> None:
    inputs = {
        "classify": (torch.zeros(2, 3), torch.tensor([0, 2])),
        "regress": (torch.zeros(2), torch.ones(2)),
        "distribution": (torch.zeros(2, 3), torch.full((2, 3), 1 / 3)),
    }
    for task in row.tasks:
        assert row in losses_for(task)
        value = row.function(*inputs[task])
        assert value.shape == ()
        assert torch.isfinite(value)
    assert loss(row.name) is row
    assert row.formula
    assert row.use
    assert row.paper


def test_the_usual_choice_comes_first_and_strangers_are_refused() -> None:
    assert [losses_for(t)[0].name for t in ("classify", "regress", "distribution")] == [
        "cross-entropy",
        "mse",
        "emd",
    ]
    with pytest.raises(SettingsError, match="no loss is called 'hinge'; there are cross-entropy"):
        loss("hinge")
