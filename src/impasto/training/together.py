"""Several processes that train one network: which is which, and what they agree upon."""

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel


def several() -> bool:
    """Tell whether `torch.distributed` was started."""
    return dist.is_available() and dist.is_initialized()


def rank() -> int:
    """Which of the processes this is, counted from zero; zero where there is only one."""
    return dist.get_rank() if several() else 0


def sharing(model: nn.Module) -> nn.Module:
    """Let the processes share their gradients; one alone has nobody to share with."""
    return DistributedDataParallel(model) if several() else model


def agreed(value: float, device: torch.device) -> float:
    """Take the number of the first process, so that all decide alike."""
    if not several():
        return value
    told = torch.tensor(value, dtype=torch.float32, device=device)
    dist.broadcast(told, 0)
    return told.item()


def wait() -> None:
    """Wait for the others."""
    if several():
        dist.barrier()
