"""Unequal classes: weights by hand, and draws that even them out."""

import numpy as np
import pytest
import torch

from impasto.data.balance import balance_line, balanced_order, class_weights
from impasto.errors import DataError


def test_weights_by_hand():
    weights = class_weights(torch.tensor([0, 0, 0, 1]), 2)
    torch.testing.assert_close(weights, torch.tensor([4 / 6, 2.0]))


def test_weights_are_those_of_scikit_learn(generator):
    from sklearn.utils.class_weight import compute_class_weight

    targets = torch.randint(7, (200,), generator=generator)
    expected = compute_class_weight("balanced", classes=np.arange(7), y=targets.numpy())
    torch.testing.assert_close(class_weights(targets, 7).double(), torch.tensor(expected))
    assert class_weights(targets, 7)[targets].mean().item() == pytest.approx(1)


@pytest.mark.parametrize("classes", [3, 1])
def test_empty_classes_are_refused(classes):
    with pytest.raises(DataError, match=f"all the {classes} classes"):
        class_weights(torch.tensor([0, 0, 1]), classes)


def test_a_balanced_epoch_draws_classes_alike(generator):
    targets = torch.tensor([0] * 900 + [1] * 90 + [2] * 10)
    order = balanced_order(targets, generator)
    assert order.shape == (1000,)
    counts = torch.bincount(targets[order])
    assert (counts - 1000 / 3).abs().max() < 60
    assert len(order[targets[order] == 2].unique()) == 10


def test_the_same_state_draws_the_same():
    targets = torch.tensor([0, 1, 1, 1])
    draws = [balanced_order(targets, torch.Generator().manual_seed(2)) for _ in "ab"]
    assert torch.equal(*draws)


def test_the_line_names_the_smallest_and_the_largest():
    line = balance_line(torch.tensor([0, 0, 0, 2]), ["a", "b", "c"])
    assert (
        line == "3 classes of 0 (b) to 3 (a) works, one of them empty; the largest is 75 % of all"
    )
