"""Steps 3 and 5: how far off a network is on a batch, and what a validation finds."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from impasto.data.augmentation import Augmentation, for_task
from impasto.data.balance import class_weights
from impasto.data.examples import Examples
from impasto.errors import SettingsError, printable
from impasto.learning.build import inputs_of, kind_of, kind_of_inputs
from impasto.learning.run import Run
from impasto.learning.settings import TrainSettings, target_of
from impasto.losses.catalog import Loss, loss, losses_for
from impasto.metrics import classification, distributions, regression
from impasto.training.batches import Batches
from impasto.training.loop import Losses

AT_ONCE = 256 * 96 * 96
"""Pixels, or points, judged at a time: 256 pictures of the usual size."""

Metric = Callable[[Any, Any], float]


def _of_choices(metric: Metric) -> Metric:
    return lambda shares, targets: metric(shares.argmax(1), targets)


METRICS: dict[str, dict[str, Metric]] = {
    "classify": {
        "accuracy": _of_choices(classification.accuracy),
        "balanced_accuracy": _of_choices(classification.balanced_accuracy),
        "macro_f1": _of_choices(lambda said, targets: classification.macro(said, targets)["f1"]),
    },
    "regress": {
        "mae": regression.mae,
        "rmse": regression.rmse,
        "r2": regression.r2,
        "spearman": regression.spearman,
    },
    "distribution": {"emd": distributions.emd},
}
"""What a validation can measure for each task, the usual one first; and the loss."""


def watched(settings: TrainSettings) -> tuple[str, ...]:
    """Name the metrics that a validation measures: the usual one, and the one to stop by.

    Raises:
        SettingsError: If a training of this task can't be stopped by that metric.
    """
    known = [*METRICS[settings.task], "loss"]
    target = target_of(settings.until)
    if target is not None and target[0] not in known:
        raise SettingsError(
            f"a training to {settings.task} can stop by {', '.join(known)}, not by "
            f"{printable(target[0])}; see --until"
        )
    return tuple(dict.fromkeys([known[0], *([target[0]] if target else [])]))


class Lesson:
    """The loss of one step: which works it sees, and how far off the network is on them.

    Args:
        run: What is learned, and how.
        works: To learn from.
        deal: Which of them each step sees.

    Raises:
        SettingsError: If the loss is unknown, or for another task.
        DataError: If classes shall be balanced, and one has no works.
    """

    def __init__(self, run: Run, works: Examples, deal: Batches) -> None:
        self.works, self.deal = works, deal
        self.targets = run.scaled(works.targets)
        self.loss = loss_of(run.settings)
        self.weights = self._weights(run.settings)
        self.changed = self._changed(run)

    def __call__(self, network: nn.Module, step: int, generator: torch.Generator) -> Losses:
        """Weigh one batch."""
        chosen = self.deal(step)
        inputs = inputs_of(self.works, chosen)
        if self.changed is not None:
            inputs = (self.changed(inputs[0], generator), *inputs[1:])
        made, targets = _outputs(network(*inputs)), self.targets[chosen]
        if self.weights is not None:
            return {"loss": self.loss.function(made, targets, weights=self.weights)}
        return {"loss": self.loss.function(made, targets)}

    def _weights(self, settings: TrainSettings) -> Tensor | None:
        if not settings.balance:
            return None
        if self.loss.name != "cross-entropy":
            raise SettingsError("balance goes with the loss cross-entropy; leave one of them out")
        return class_weights(self.works.targets, len(self.works.classes))

    def _changed(self, run: Run) -> Augmentation | None:
        asked = run.settings.augment
        wanted = kind_of(run.network).augment if asked is None else asked
        if not wanted or kind_of_inputs(self.works) != "pictures":
            return None
        writing = run.source == "mnist"
        return for_task(label=run.settings.label or "", writing=writing, pixels=min(run.shape[-2:]))


def loss_of(settings: TrainSettings) -> Loss:
    """Find the loss that is asked for, or the usual one of the task.

    Raises:
        SettingsError: If there is none of that name, or it is for another task.
    """
    usual = losses_for(settings.task)
    found = loss(settings.loss or usual[0].name)
    if settings.task not in found.tasks:
        known = ", ".join(row.name for row in usual)
        raise SettingsError(f"the loss {found.name} is for other tasks; choose {known}")
    return found


class Judge:
    """What a validation finds: the metric to stop by, and the loss as it is without weights.

    Args:
        run: What is learned, and how.
        works: To validate with.
    """

    def __init__(self, run: Run, works: Examples) -> None:
        self.run, self.works = run, works
        self.loss = loss_of(run.settings)
        self.names = watched(run.settings)

    def __call__(self, network: nn.Module) -> Mapping[str, float]:
        """Judge the network."""
        made, targets = raw(network, self.works), self.works.targets
        lost = self.loss.function(_outputs(made), self.run.scaled(targets))
        known = METRICS[self.run.settings.task]
        said = predicted(self.run, made)
        found = {name: known[name](said, targets) for name in self.names if name in known}
        return found | {"loss": float(lost)}


@torch.no_grad()
def raw(network: nn.Module, works: Examples) -> Float[Tensor, "n k"]:
    """What a network returns for works, as it is: logits, or numbers in its own scale."""
    network.eval()
    many = max(1, AT_ONCE // works.inputs[:1, :1].numel())
    parts = torch.split(torch.arange(len(works)), min(many, 1024))
    return torch.cat([network(*inputs_of(works, part)).float() for part in parts])


def predicted(run: Run, made: Float[Tensor, "n k"]) -> np.ndarray:
    """Turn what a network returns into probabilities or shares ``(n, k)``, or numbers ``(n,)``."""
    if run.classes:
        return np.asarray((made / run.temperature).softmax(1))
    return run.unscaled(made[:, 0])


def _outputs(made: Float[Tensor, "n k"]) -> Float[Tensor, "n ..."]:
    """Take numbers out of their column."""
    return made[:, 0] if made.shape[1] == 1 else made
