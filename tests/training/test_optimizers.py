"""Each optimizer takes the step that its paper says."""

import pytest
import torch
from torch import nn

from impasto.errors import SettingsError
from impasto.training.optimizers import OPTIMIZERS, Optimizer


def steps(optimizer: Optimizer, gradients: list[float]) -> float:
    """Begin at 1 and take a step of rate 0.1 for each gradient."""
    weight = nn.Parameter(torch.tensor([1.0]))
    descent = optimizer.build([weight], rate=0.1)
    for gradient in gradients:
        weight.grad = torch.tensor([gradient])
        descent.step()
    return weight.item()


def test_gradient_descent_by_hand() -> None:
    assert steps(Optimizer("sgd"), [2.0, 1.0]) == pytest.approx(1 - 0.2 - 0.1)


def test_momentum_by_hand() -> None:
    assert steps(Optimizer("momentum"), [2.0, 1.0]) == pytest.approx(1 - 0.2 - 0.1 * (1.8 + 1))


def test_adam_by_hand() -> None:
    """The first step is the rate, whatever the gradient; epsilon makes it smaller."""
    assert steps(Optimizer("adam"), [0.5]) == pytest.approx(0.9)
    assert steps(Optimizer("adam", epsilon=0.5), [0.5]) == pytest.approx(0.95)


def test_only_adamw_shrinks_a_weight_beside_the_gradient() -> None:
    assert steps(Optimizer("adamw", decay=0.5), [0.0]) == pytest.approx(1 - 0.1 * 0.5)
    assert steps(Optimizer("sgd", decay=0.5), [0.0]) == pytest.approx(1 - 0.1 * 0.5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_whole_step_is_one_call(name) -> None:
    descent = Optimizer(name).build(nn.Linear(2, 2).parameters(), rate=0.1)
    assert descent.defaults["fused"]


def test_an_unknown_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="choose of sgd, momentum, adam, adamw"):
        Optimizer("adagrad")
