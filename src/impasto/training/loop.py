"""The training loop: read it from top to bottom."""

import copy
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from impasto.progress import OnStep, Step
from impasto.training import together
from impasto.training.causes import likely_cause
from impasto.training.checkpoint import Facts, State
from impasto.training.claim import Claim, claimed
from impasto.training.keeper import Keeper
from impasto.training.plan import Plan
from impasto.training.stopping import Progress, Until

__all__ = ["Losses", "Plan", "Trained", "Until", "fit", "follow", "train"]

OTHER, DROPOUT = 15_485_863, 2_038_074_743
"""Primes that keep apart the random choices of processes, and those that take no generator."""

Losses = dict[str, Tensor]
Network = TypeVar("Network", bound=nn.Module)

LossesAt = Callable[[Any, int, torch.Generator], Losses]
"""Called with the network, the step counted from zero, and the step's generator."""

Validate = Callable[[Any], Mapping[str, float]]
"""Called with the network to use, set for use; returns metrics by name."""


@dataclass(frozen=True, eq=False)
class Trained(Generic[Network]):
    """A training that came to its end.

    Attributes:
        network: With the weights of the end, averaged if the plan says so; set for use.
        reason: A sentence that says why it ended.
        progress: How far it came, and what every validation found.
        best: Weights of the best validation, or of the end if there was none;
            `impasto.training.checkpoint.averaged` reads them.
    """

    network: Network
    reason: str
    progress: Progress
    best: Path


def fit(
    model: Network,
    losses_at: LossesAt,
    plan: Plan,
    folder: Path,
    *,
    until: Until | None = None,
    validate: Validate | None = None,
    facts: Facts | None = None,
    on_step: OnStep | None = None,
    claim: Claim | None = None,
) -> Trained[Network]:
    """Teach a network until it has learned enough; goes on where the folder's run stopped.

    Every random choice of a step, dropout's too, follows from the plan's seed and the step's
    number alone, so that a run that was stopped, however hard, and resumed ends with the very
    weights of one that never was.

    Args:
        model: Trained in place.
        losses_at: Draws a batch and returns named losses, whose sum is descended.
        plan: Steps, rate, optimizer, averaging and so on.
        folder: Where ``last.safetensors``, ``best.safetensors`` and ``log.csv`` are kept.
        until: What ends it before the plan's steps are done.
        validate: Judges the network now and then, as the plan says.
        facts: What else the checkpoints shall remember, such as the recipe; JSON takes it.
        on_step: Told of each step; returning True ends the training with what is learned kept.
        claim: What `impasto.training.claim.alone_in` gave for the folder, if the caller holds it.

    Raises:
        TrainingError: If a loss or a gradient is no number any more, and the last good checkpoint
            stays; or if the folder's checkpoint is damaged, or of another network or optimizer.
        OutputError: If another training writes there, or the disk is full.
    """
    until, asked = until or Until(), ""
    device = next(model.parameters()).device
    average = None if plan.average is None else copy.deepcopy(model)
    shown = model if average is None else average
    state = State(model, average, plan.optimizer.build(model.parameters(), rate=plan.rate))
    progress, known = state.progress, (facts or {}) | {"plan": asdict(plan)}
    with ExitStack() as held:
        if together.rank() == 0:
            held.enter_context(claimed(folder, claim))
        keeper = held.enter_context(closing(Keeper(folder, state, plan, known)))
        held.enter_context(_own_randomness(device))
        network, begun = together.sharing(model), time.monotonic() - progress.seconds
        while not (reason := asked or until.reason(progress, plan)):
            values = _descend(network, losses_at, plan, state, keeper)
            progress.hear(values, seconds=together.agreed(time.monotonic() - begun, device))
            if validate is not None and plan.validates(progress.step):
                found = _validated(shown, validate)
                if until.judge(found, progress):
                    keeper.save_best()
                keeper.conclude(found)
                values |= {f"validation_{k}": v for k, v in found.items()}
            said = on_step is not None and on_step(Step(progress.step, plan.steps, values)) is True
            if together.agreed(float(said), device):
                asked = f"stopped: asked to at iteration {progress.step}"
            keeper.save_if_due()
        keeper.save()
    return Trained(shown.eval(), reason, progress, keeper.best)


def _descend(
    network: nn.Module, losses_at: LossesAt, plan: Plan, state: State, keeper: Keeper
) -> dict[str, float]:
    """Do one step: see a batch, find the way down, make sure of it, and go.

    Returns:
        The losses, and the norm of the gradient if the plan clips it.

    Raises:
        TrainingError: If one of them is no number; the weights are as they were.
    """
    model, optimizer, step = state.model, state.optimizer, state.progress.step
    rate = plan.rate_at(step)
    forward = partial(_losses, losses_at, network, step, plan)
    losses = forward()
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(reduce(torch.add, losses.values()))
    norm = None if plan.clip is None else _gradient_norm(model)
    values = _read(losses, norm)
    if not math.isfinite(sum(values.values())):
        raise keeper.spoiled(likely_cause(model, values, forward, rate=rate))
    if plan.clip is not None and norm is not None:
        clip_grads_with_norm_(model.parameters(), plan.clip, norm)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    if state.average is not None and plan.average is not None:
        follow(state.average, model, min(plan.average, (step + 1) / (step + 10)))
    return values


def train(
    model: Network,
    losses_at: LossesAt,
    plan: Plan,
    folder: Path,
    *,
    on_step: OnStep | None = None,
) -> Network:
    """Teach a network for all the plan's steps and return the one to use; see `fit`.

    Raises:
        TrainingError: As `fit` does.
        OutputError: As `fit` does.
    """
    return fit(model, losses_at, plan, folder, on_step=on_step).network


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, decay: float) -> None:
    """Move the averaged weights a little towards the present ones, and to those that rest."""
    pairs = list(zip(average.parameters(), model.parameters(), strict=True))
    rest = [(kept, now) for kept, now in pairs if not now.requires_grad]
    kept: list[Tensor] = [kept for kept, now in pairs if now.requires_grad]
    goals: list[Tensor] = [now for _, now in pairs if now.requires_grad]
    if kept:  # all of them in one call
        torch._foreach_lerp_(kept, goals, 1 - decay)
    for held, known in [*rest, *zip(average.buffers(), model.buffers(), strict=True)]:
        held.copy_(known)


def _losses(losses_at: LossesAt, network: nn.Module, step: int, plan: Plan) -> Losses:
    """Draw the step's batch and weigh it; called twice, it does the same twice."""
    device = next(network.parameters()).device
    seed = plan.seed * 1_000_003 + step + together.rank() * OTHER
    torch.default_generator.manual_seed(seed + DROPOUT)
    if device.type == "cuda":
        torch.cuda.manual_seed(seed + DROPOUT)
    with plan.casting(device):
        return losses_at(network, step, torch.Generator().manual_seed(seed))


def _gradient_norm(model: nn.Module) -> Tensor:
    return get_total_norm([w.grad for w in model.parameters() if w.grad is not None])


def _read(losses: Losses, norm: Tensor | None) -> dict[str, float]:
    """Read all numbers of a step at once: each time a GPU is asked, it stands still."""
    told = losses if norm is None else losses | {"gradient": norm}
    numbers: list[float] = torch.stack([t.detach().float() for t in told.values()]).tolist()
    return dict(zip(told, numbers, strict=True))


def _validated(network: nn.Module, validate: Validate) -> dict[str, float]:
    """Judge a network while it is set for use, and set every part of it back."""
    modes = [(part, part.training) for part in network.modules()]
    network.eval()
    try:
        with torch.no_grad():
            return dict(validate(network))
    finally:
        for part, training in modes:
            part.training = training


@contextmanager
def _own_randomness(device: torch.device) -> Iterator[None]:
    """Leave PyTorch's own random state as it was found."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        yield
