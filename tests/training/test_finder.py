"""The finder, where the right answer is known."""

import pytest
import torch
from torch import Tensor, nn

from impasto.errors import TrainingError
from impasto.training.finder import find_rate
from impasto.training.optimizers import Optimizer


class Bowl(nn.Module):
    """A quadratic, x²/2 times a steepness: gradient descent diverges from a rate of 2/steepness."""

    def __init__(self, steepness: float) -> None:
        super().__init__()
        self.x, self.steepness = nn.Parameter(torch.tensor([4.0])), steepness

    def forward(self) -> Tensor:
        return (0.5 * self.steepness * self.x**2).sum()


def losses(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
    return {"bowl": model()}


@pytest.mark.parametrize("steepness", [0.5, 5.0, 50.0])
def test_it_finds_the_slope_of_a_quadratic(steepness) -> None:
    bowl = Bowl(steepness)
    found = find_rate(bowl, losses, optimizer=Optimizer("sgd"), highest=100.0, steps=200)
    assert 0.005 / steepness < found.suggested < 2 / steepness
    assert list(found.rates) == sorted(found.rates)
    assert len(found.rates) == len(found.losses) < 200  # it ended where the loss exploded
    assert bowl.x.item() == 4


def test_the_same_seed_finds_the_same() -> None:
    assert find_rate(Bowl(1.0), losses) == find_rate(Bowl(1.0), losses)


def test_a_loss_that_never_falls_is_told() -> None:
    def flat(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        return {"flat": model() * 0 + 1}

    with pytest.raises(TrainingError, match="no learning rate makes"):
        find_rate(Bowl(1.0), flat)
    with pytest.raises(TrainingError, match="low enough"):
        find_rate(Bowl(float("inf")), losses)
