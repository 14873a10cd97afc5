"""The learning-rate finder: a few steps that say how large the steps may be."""

import copy
import math
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import nn

from impasto.errors import TrainingError
from impasto.training.loop import LossesAt
from impasto.training.optimizers import Optimizer

SMOOTH = 0.9
"""How much of the smoothed loss each step keeps."""

WORSE = 4.0
"""The sweep ends where the smoothed loss is so many times its best."""


@dataclass(frozen=True)
class Sweep:
    """What a sweep over learning rates found.

    Attributes:
        rates: Learning rates, rising.
        losses: The smoothed loss after a step at each.
        suggested: The rate at which the loss falls fastest.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggested: float


def find_rate(
    model: nn.Module,
    losses_at: LossesAt,
    *,
    optimizer: Optimizer | None = None,
    lowest: float = 1e-6,
    highest: float = 10.0,
    steps: int = 100,
    seed: int = 0,
) -> Sweep:
    """Try every learning rate for a step each, from tiny to far too large, on a copy.

    Args:
        model: The network; it stays as it is.
        losses_at: As for `impasto.training.loop.fit`.
        optimizer: How the gradient becomes a step.
        lowest: First rate, above 0.
        highest: Last rate, unless the loss explodes before.
        steps: How many rates to try, evenly on a logarithmic scale.
        seed: Source of the random choices.

    Raises:
        TrainingError: If no rate made the loss smaller.

    Notes:
        Smith 2015, arXiv:1506.01186, section 3.3. Differs: rates rise exponentially, and the loss
        is smoothed, as fastai does.
    """
    copied = copy.deepcopy(model)
    descent = (optimizer or Optimizer()).build(copied.parameters(), rate=lowest)
    rates: list[float] = []
    losses: list[float] = []
    heard = 0.0
    with torch.random.fork_rng([]):
        for step in range(steps):
            rate = lowest * (highest / lowest) ** (step / max(1, steps - 1))
            heard = SMOOTH * heard + (1 - SMOOTH) * _descend(
                copied, losses_at, descent, step, seed, rate
            )
            smooth = heard / (1 - SMOOTH ** (step + 1))
            if not math.isfinite(smooth) or (losses and smooth > WORSE * min(losses)):
                break
            rates.append(rate)
            losses.append(smooth)
    return Sweep(tuple(rates), tuple(losses), _steepest(rates, losses))


def _descend(
    model: nn.Module,
    losses_at: LossesAt,
    descent: torch.optim.Optimizer,
    step: int,
    seed: int,
    rate: float,
) -> float:
    """Take one step at a rate; returns the loss before it."""
    torch.default_generator.manual_seed(seed + step)
    losses: dict[str, Any] = losses_at(
        model, step, torch.Generator().manual_seed(seed * 1_000_003 + step)
    )
    total = reduce(torch.add, losses.values())
    descent.zero_grad()
    total.backward()
    for group in descent.param_groups:
        group["lr"] = rate
    descent.step()
    return float(total.detach())


def _steepest(rates: list[float], losses: list[float]) -> float:
    """Find the rate where the loss falls fastest over the logarithm of the rate."""
    if len(rates) < 3:
        raise TrainingError("no learning rate is low enough; check the inputs and the loss")
    slopes = torch.gradient(
        torch.tensor(losses), spacing=(torch.tensor(rates, dtype=torch.float64).log().float(),)
    )[0]
    lowest = int(torch.tensor(losses).argmin())
    best = int(slopes[: lowest + 1].argmin())
    if slopes[best] >= 0:
        raise TrainingError("no learning rate makes the loss smaller; check the labels")
    return rates[best]
