"""Every example once an epoch, in an order that follows from the step alone."""

import pytest
import torch

from impasto.errors import SettingsError
from impasto.training.batches import Batches


@pytest.mark.parametrize(("count", "size"), [(10, 3), (7, 7), (33, 32), (5, 99), (64, 1)])
def test_an_epoch_sees_every_example_once(count, size) -> None:
    deal = Batches(count, size)
    for epoch in (0, 1):
        seen = [deal(epoch * deal.per_epoch + place) for place in range(deal.per_epoch)]
        assert torch.cat(seen).sort().values.tolist() == list(range(count))
        sizes = {len(batch) for batch in seen}
        assert max(sizes) <= size
        assert max(sizes) - min(sizes) <= 1


def test_epochs_differ_and_steps_repeat() -> None:
    deal, other = Batches(100, 10, seed=3), Batches(100, 10, seed=4)
    assert not torch.equal(deal.order(0), deal.order(1))
    assert not torch.equal(deal.order(0), other.order(0))
    assert torch.equal(Batches(100, 10, seed=3)(27), deal(27))


def test_processes_share_a_batch() -> None:
    whole = Batches(20, 8)(1)
    parts = [Batches(20, 8, rank=rank, ranks=2)(1) for rank in (0, 1)]
    assert sorted(torch.cat(parts).tolist()) == sorted(whole.tolist())


@pytest.mark.parametrize(("count", "size"), [(0, 3), (3, 0)])
def test_nothing_to_deal_is_refused(count, size) -> None:
    with pytest.raises(SettingsError, match="1 example or more"):
        Batches(count, size)
