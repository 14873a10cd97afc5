"""Why a training went wrong: the likely cause, named."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle


def likely_cause(
    model: nn.Module,
    losses: Mapping[str, float],
    again: Callable[[], object],
    *,
    rate: float,
) -> str:
    """Find out why a loss or a gradient is no finite number; ends with what to do.

    Args:
        model: The network, its weights as they were before the step.
        losses: The losses of the step by name, and the norm of its gradient.
        again: Does the step's forward pass once more, on the very same batch.
        rate: The learning rate of the step.
    """
    what = next(f"{k} is {v}" for k, v in losses.items() if not math.isfinite(v))
    if not all_finite(model.parameters()):
        return (
            f"{what}, and so are weights since an earlier step: a learning rate of {rate:.3g} is "
            "too high; lower it, or clip the gradient"
        )
    if not _inputs_are_finite(model, again):
        return f"{what}, because the network was given inputs that are not finite; clean the data"
    if what.startswith("gradient"):
        return (
            f"{what} in {_where(model)}, while the losses are finite: the gradient of a root or a "
            "logarithm at zero, or one that exploded; clip it, or choose another loss"
        )
    return (
        f"{what}, while weights and inputs are finite: outputs grew too large at a learning rate "
        f"of {rate:.3g}, or the loss divides by zero; lower the rate, or choose another loss"
    )


def all_finite(tensors: Iterable[Tensor]) -> bool:
    """Tell whether there is neither an infinity nor a NaN anywhere."""
    return all(bool(torch.isfinite(t).all()) for t in tensors)


def _inputs_are_finite(model: nn.Module, again: Callable[[], object]) -> bool:
    seen: list[bool] = []
    with _watching(model, seen), torch.no_grad():
        again()
    return all(seen)


@contextmanager
def _watching(model: nn.Module, seen: list[bool]) -> Iterator[None]:
    """Note of every tensor that is handed to the network whether it is finite."""

    def look(_: nn.Module, given: tuple[object, ...]) -> None:
        seen.extend(bool(torch.isfinite(t).all()) for t in given if isinstance(t, Tensor))

    handle: RemovableHandle = model.register_forward_pre_hook(look)
    try:
        yield
    finally:
        handle.remove()


def _where(model: nn.Module) -> str:
    """Name the first weight whose gradient is not finite."""
    bad = (
        name
        for name, weight in model.named_parameters()
        if weight.grad is not None and not torch.isfinite(weight.grad).all()
    )
    return next(bad, "the sum of all weights")
