"""Checkpoints: everything a training needs to go on as if it had never stopped."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class State:
    """What a training changes.

    Attributes:
        model: The network as it learns.
        average: The same network with averaged weights, which are the ones to use.
        optimizer: With its momenta.
    """

    model: nn.Module
    average: nn.Module
    optimizer: torch.optim.Optimizer


def save(path: Path, state: State, *, step: int) -> None:
    """Write a checkpoint aside and rename it, so that a power cut leaves the old one whole."""
    tensors: dict[str, Tensor] = {"step": torch.tensor(step)}
    tensors |= {f"model.{k}": v for k, v in state.model.state_dict().items()}
    tensors |= {f"average.{k}": v for k, v in state.average.state_dict().items()}
    for index, momenta in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{k}": v for k, v in momenta.items()}
    aside = path.with_suffix(".partial")
    save_file({k: v.contiguous() for k, v in tensors.items()}, aside)
    aside.replace(path)


def restore(path: Path, state: State) -> int:
    """Put everything back where `save` took it from; returns the number of steps done."""
    tensors = load_file(path)
    state.model.load_state_dict(_under("model.", tensors))
    state.average.load_state_dict(_under("average.", tensors))
    momenta: dict[int, dict[str, Any]] = {}
    for key, value in _under("optimizer.", tensors).items():
        index, name = key.split(".", 1)
        momenta.setdefault(int(index), {})[name] = value
    groups = state.optimizer.state_dict()["param_groups"]
    state.optimizer.load_state_dict({"state": momenta, "param_groups": groups})
    return int(tensors["step"])


def averaged(path: Path) -> dict[str, Tensor]:
    """Read only the averaged weights, which are the ones to use."""
    return _under("average.", load_file(path))


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
