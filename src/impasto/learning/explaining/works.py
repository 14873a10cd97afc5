"""What the works behind a network say of a picture: the nearest of them, and the classes left."""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import DataError
from impasto.learning.explaining.explanation import Neighbor
from impasto.learning.lesson import predicted, raw
from impasto.learning.run import Run
from impasto.learning.sets import fitted, may_be
from impasto.metrics.conformal import threshold
from impasto.progress import OnStep, Step, Watch

AT_ONCE = 64
"""Works that are looked at together."""

SHOWN = 5
"""Works that are named."""


def features(
    network: nn.Module, works: Examples, *, on_step: OnStep | None = None
) -> Float[Tensor, "n d"]:
    """See works as the network does before it decides: what its last linear layer is given.

    Args:
        network: Any; one without a linear layer is taken by what it returns.
        works: Pictures.
        on_step: Told of each batch, named by its first work.

    Raises:
        DataError: If somebody stopped it.
    """
    heard: list[Tensor] = []
    last: dict[str, Tensor] = {}

    def before(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        del layer
        last["seen"] = inputs[0]

    def after(layer: nn.Module, inputs: object, output: Tensor) -> None:
        del layer, inputs
        heard.append(last.pop("seen", output).float())

    linear = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    hooks = [layer.register_forward_pre_hook(before) for layer in linear]
    hooks.append(network.register_forward_hook(after))
    try:
        _ask(network, works, on_step)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(heard)


def _ask(network: nn.Module, works: Examples, on_step: OnStep | None) -> None:
    watch, total = Watch(on_step), len(works)
    for begin in range(0, total, AT_ONCE):
        raw(network, works.take(range(begin, min(begin + AT_ONCE, total))))
        if watch(Step(min(begin + AT_ONCE, total), total, label=works.names[begin])):
            raise DataError("stopped before all works were looked at")


def nearest(
    network: nn.Module, picture: Examples, works: Examples, *, on_step: OnStep | None = None
) -> tuple[Neighbor, ...]:
    """Find the works that look most like a picture to a network, other than the picture itself.

    Args:
        network: By whose features, compared by their cosine.
        picture: One.
        works: Those that the network learned from.
        on_step: Told of each batch.

    Raises:
        DataError: If somebody stopped it.
    """
    seen = F.normalize(features(network, works, on_step=on_step))
    likeness = seen @ F.normalize(features(network, picture))[0]
    own = same(picture, works)
    likeness[own] = -torch.inf
    best = likeness.topk(min(SHOWN, len(works) - len(own)))
    return tuple(
        Neighbor(works.names[i], works.classes[int(works.targets[i])], value, works.inputs[i])
        for value, i in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    )


def same(picture: Examples, works: Examples) -> Int64[Tensor, " _m"]:
    """Number the works that are, as the network sees them, this very picture."""
    parts = torch.split(works.inputs, AT_ONCE)
    alike = [(part == picture.inputs).flatten(1).all(1) for part in parts]
    return torch.cat(alike).nonzero().flatten()


def labels_of(
    run: Run, network: nn.Module, picture: Examples, validation: Examples | None = None
) -> tuple[str, ...] | None:
    """Name the classes of which nine times of ten one is the true one.

    Args:
        run: Whose network it is.
        network: As it learned.
        picture: One.
        validation: Works that it did not learn from; by these the size of sets is chosen where
            the run, being of an older version, keeps nothing to choose it by.

    Returns:
        None where there is nothing to choose it by.
    """
    strange = run.strange
    if not strange and validation is not None:
        strange = fitted(predicted(run, raw(network, validation)), validation)
    if not strange:
        return None
    return may_be(run, predicted(run, raw(network, picture)), threshold(strange))[0]
