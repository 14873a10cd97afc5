"""Optimizers: how the gradient becomes a step."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import nn

from impasto.errors import SettingsError, printable

OPTIMIZERS = ("sgd", "momentum", "adam", "adamw")
"""Every optimizer by its name."""

FUSED = {"cpu", "cuda", "mps", "xpu"}
"""Devices on which PyTorch takes the whole step in one call, which is the fastest."""


@dataclass(frozen=True)
class Optimizer:
    """Which optimizer, and its numbers; each takes those it knows.

    Attributes:
        name: ``sgd`` for plain gradient descent, ``momentum``, ``adam``, or ``adamw``.
        momentum: Share of the last step that the next one keeps, 0..1.
        betas: The same for Adam's mean and its mean square of the gradient, 0..1.
        epsilon: Keeps Adam from dividing by zero: 1e-8 in the paper, 1e-7 in Keras.
        decay: How strongly weights are drawn to zero, at least 0.

    Raises:
        SettingsError: If no optimizer has this name.

    Notes:
        θ ← θ - η·∇L is gradient descent; η is the rate. Momentum: Polyak 1964. Adam: Kingma, Ba
        2014, algorithm 1, arXiv:1412.6980. AdamW: Loshchilov, Hutter 2017, arXiv:1711.05101.
    """

    name: str = "adamw"
    momentum: float = 0.9
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    decay: float = 0.0

    def __post_init__(self) -> None:
        if self.name not in OPTIMIZERS:
            known = ", ".join(OPTIMIZERS)
            raise SettingsError(f"no optimizer is named {printable(self.name)}; choose of {known}")

    def build(self, parameters: Iterable[nn.Parameter], *, rate: float) -> torch.optim.Optimizer:
        """Make PyTorch's optimizer for a network's weights.

        Args:
            parameters: All weights, resting ones too, always in the same order.
            rate: Learning rate to begin with, above 0.
        """
        weights = list(parameters)
        fused = all(w.device.type in FUSED and w.is_floating_point() for w in weights)
        if self.name in {"sgd", "momentum"}:
            momentum = self.momentum if self.name == "momentum" else 0.0
            return torch.optim.SGD(weights, rate, momentum, weight_decay=self.decay, fused=fused)
        kind = torch.optim.Adam if self.name == "adam" else torch.optim.AdamW
        return kind(weights, rate, self.betas, self.epsilon, weight_decay=self.decay, fused=fused)
