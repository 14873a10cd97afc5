"""Checkpoints: everything a training needs to go on as if it had never stopped."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from impasto.errors import TrainingError, printable
from impasto.picture.files import reporting
from impasto.training.stopping import Progress

LAST, BEST = "last.safetensors", "best.safetensors"
"""The files of a run: to go on from, and to use."""

Facts = dict[str, Any]
"""What is no tensor: the progress, and what the optimizer and the plan were."""


@dataclass(frozen=True, eq=False)
class State:
    """What a training changes.

    Attributes:
        model: The network as it learns.
        average: The same network with averaged weights, which are then the ones to use.
        optimizer: With its momenta.
        progress: How far it is, and what was found on the way.
    """

    model: nn.Module
    average: nn.Module | None
    optimizer: torch.optim.Optimizer
    progress: Progress = field(default_factory=Progress)

    @property
    def shown(self) -> nn.Module:
        """The network to use: the averaged one if there is one."""
        return self.model if self.average is None else self.average


def save(path: Path, state: State, *, facts: Facts | None = None) -> None:
    """Write a checkpoint aside and rename it, so that a power cut leaves the old one whole.

    What is no tensor lies as JSON in the head of the same file, so that the two never disagree.

    Args:
        path: Where it shall lie; what is there is replaced.
        state: What to keep.
        facts: What else to remember, such as the plan; JSON takes it.

    Raises:
        OutputError: If the disk is full, or the folder may not be written.
    """
    tensors: dict[str, Tensor] = {"step": torch.tensor(state.progress.step)}
    tensors |= _named("model.", state.model.state_dict())
    if state.average is not None:
        tensors |= _named("average.", state.average.state_dict())
    for index, momenta in state.optimizer.state_dict()["state"].items():
        tensors |= _named(f"optimizer.{index}.", momenta)
    known = {"optimizer": _kind(state.optimizer), "progress": asdict(state.progress)}
    _write(path, tensors, (facts or {}) | known)


def save_weights(path: Path, state: State, *, facts: Facts | None = None) -> None:
    """Write only the weights to use, as `save` writes everything."""
    progress = {"progress": asdict(state.progress)}
    _write(path, _named("model.", state.shown.state_dict()), (facts or {}) | progress)


def restore(path: Path, state: State) -> int:
    """Put everything back where `save` took it from; returns the number of steps done.

    Raises:
        TrainingError: If the file is damaged, or of another network or optimizer.
    """
    tensors, facts = _read(path)
    _check_optimizer(path, state, facts)
    momenta = _momenta(path, state, tensors)
    try:
        state.model.load_state_dict(_under("model.", tensors))
        if state.average is not None:
            kept = _under("average.", tensors) or _under("model.", tensors)
            state.average.load_state_dict(kept)
    except RuntimeError as error:
        raise _foreign(path, "another network") from error
    groups = state.optimizer.state_dict()["param_groups"]
    state.optimizer.load_state_dict({"state": momenta, "param_groups": groups})
    known = vars(state.progress)
    known |= {k: v for k, v in facts.get("progress", {}).items() if k in known}
    state.progress.step = int(tensors["step"])
    return state.progress.step


def averaged(path: Path) -> dict[str, Tensor]:
    """Read only the weights to use: the averaged ones if there are any.

    Raises:
        TrainingError: If the file is damaged, or no checkpoint.
    """
    tensors, _ = _read(path)
    found = _under("average.", tensors) or _under("model.", tensors)
    if not found:
        raise _foreign(path, "no training")
    return found


def facts_of(path: Path) -> Facts:
    """Read what is no tensor, such as the progress; quick, whatever the size of the network.

    Raises:
        TrainingError: If the file is damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {}).get("training", "{}"))
    except (OSError, SafetensorError, ValueError) as error:
        raise _damaged(path, error) from error
    return facts if isinstance(facts, dict) else {}


def _read(path: Path) -> tuple[dict[str, Tensor], Facts]:
    try:
        return load_file(path), facts_of(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise _damaged(path, error) from error


def _write(path: Path, tensors: dict[str, Tensor], facts: Facts) -> None:
    """Write a file beside the target, to the disk's very surface, and rename it."""
    plain = {k: v.detach().cpu().contiguous() for k, v in tensors.items()}
    aside = path.with_suffix(".partial")
    try:
        with reporting(path), aside.open("wb") as file:
            file.write(to_bytes(plain, {"training": json.dumps(facts)}))
            file.flush()
            os.fsync(file.fileno())
        with reporting(path):
            aside.replace(path)
    finally:
        with suppress(OSError):
            aside.unlink()


def _momenta(path: Path, state: State, tensors: dict[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """Sort the optimizer's tensors by weight, laid out in memory as the weights are.

    A fused step walks through the memory of both: with another layout it takes the momentum of
    one weight for that of another.
    """
    weights = [p for group in state.optimizer.param_groups for p in group["params"]]
    momenta: dict[int, dict[str, Tensor]] = {}
    for key, value in _under("optimizer.", tensors).items():
        index, name = key.split(".", 1)
        weight = weights[int(index)] if int(index) < len(weights) else None
        if weight is None or (value.ndim and value.shape != weight.shape):
            raise _foreign(path, "another network")
        laid = torch.empty_like(weight, dtype=value.dtype).copy_(value) if value.ndim else value
        momenta.setdefault(int(index), {})[name] = laid
    return momenta


def _check_optimizer(path: Path, state: State, facts: Facts) -> None:
    kind = facts.get("optimizer", _kind(state.optimizer))
    if kind != _kind(state.optimizer):
        raise _foreign(path, f"the optimizer {printable(kind)}")


def _kind(optimizer: torch.optim.Optimizer) -> str:
    momentum = " with momentum" if optimizer.defaults.get("momentum") else ""
    return type(optimizer).__name__ + momentum


def _named(prefix: str, values: dict[str, Any]) -> dict[str, Tensor]:
    return {prefix + k: v for k, v in values.items() if isinstance(v, Tensor)}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _damaged(path: Path, error: Exception) -> TrainingError:
    return TrainingError(
        f"the checkpoint {printable(path)} can't be read ({printable(error)}); delete it to begin "
        "anew, or choose another folder"
    )


def _foreign(path: Path, owner: str) -> TrainingError:
    return TrainingError(
        f"the checkpoint {printable(path)} belongs to {owner}; go on with what it was made with, "
        "or choose another folder"
    )
