"""The training loop: read it from top to bottom."""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from impasto.errors import TrainingError
from impasto.progress import OnStep, Step
from impasto.training import checkpoint

Losses = dict[str, Tensor]
Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True)
class Plan:
    """How a network is trained, whatever it learns.

    Attributes:
        steps: Optimizer steps in all.
        rate: Highest learning rate of AdamW.
        warmup: Steps over which the rate rises from zero.
        decay: Share of the steps, the last ones, over which it falls back to zero.
        average: Decay of the averaged weights, which are the ones to keep.
        clip: Largest norm of a gradient.
        seed: Source of every random choice.
        every: Seconds between two checkpoints.
    """

    steps: int
    rate: float = 1e-3
    warmup: int = 100
    decay: float = 0.3
    average: float = 0.999
    clip: float = 1.0
    seed: int = 0
    every: float = 120.0

    def rate_at(self, step: int) -> float:
        """The learning rate of one step: up, level, and down along a straight line."""
        rise = min(1.0, (step + 1) / self.warmup)
        fall = min(1.0, (self.steps - step) / max(1.0, self.decay * self.steps))
        return self.rate * rise * fall


def train(
    model: Network,
    losses_at: Callable[[Network, int, torch.Generator], Losses],
    plan: Plan,
    folder: Path,
    *,
    on_step: OnStep | None = None,
) -> Network:
    """Train a network and return its averaged weights; goes on where the folder's run stopped.

    Each step's generator is seeded by the plan's seed and the step's number alone, so that a run
    that was stopped and resumed sees the very batches of one that never was.

    Args:
        model: Trained in place.
        losses_at: Draws a batch from the generator and returns named losses; their sum is
            descended.
        plan: Steps, rate, averaging and so on.
        folder: Where ``last.safetensors`` is kept.
        on_step: Told of each step; returning True ends the training with what is learned kept.

    Raises:
        TrainingError: If the loss is no number any more; the last good checkpoint stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    average = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(
        model.parameters(), plan.rate, betas=(0.9, 0.99), weight_decay=1e-4, fused=True
    )
    state = checkpoint.State(model, average, optimizer)
    last = folder / "last.safetensors"
    done = checkpoint.restore(last, state) if last.exists() else 0
    saved = time.monotonic()
    for step in range(done, plan.steps):
        generator = torch.Generator().manual_seed(plan.seed * 1_000_003 + step)
        losses = losses_at(model, step, generator)
        total = torch.stack(list(losses.values())).sum()
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
        if not math.isfinite(total.item() + norm.item()):
            raise TrainingError(
                f"the loss is {total.item()}, its gradient {norm.item()} at step {step + 1}; the "
                f"last checkpoint in {folder} is good: go on from it with a lower learning rate"
            )
        for group in optimizer.param_groups:
            group["lr"] = plan.rate_at(step)
        optimizer.step()
        follow(average, model, min(plan.average, (step + 1) / (step + 10)))
        values = {k: v.item() for k, v in losses.items()} | {"gradient": norm.item()}
        report = Step(step + 1, plan.steps, values)
        stop = on_step is not None and on_step(report) is True
        if stop or time.monotonic() - saved > plan.every or step + 1 == plan.steps:
            checkpoint.save(last, state, step=step + 1)
            saved = time.monotonic()
        if stop:
            break
    return average.eval()


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, decay: float) -> None:
    """Move the averaged weights a little towards the present ones, and to those that rest."""
    for kept, now in zip(average.parameters(), model.parameters(), strict=True):
        kept.lerp_(now, 1 - decay if now.requires_grad else 1)
    for held, known in zip(average.buffers(), model.buffers(), strict=True):
        held.copy_(known)
