"""The plan of a training: its rate, its optimizer, and how much it remembers."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch

from impasto.errors import SettingsError, printable
from impasto.training.optimizers import Optimizer
from impasto.training.schedules import SCHEDULES


@dataclass(frozen=True)
class Plan:
    """How a network is trained, whatever it learns.

    Attributes:
        steps: Optimizer steps in all, to which the schedule is stretched.
        rate: Highest learning rate.
        warmup: Steps over which the rate rises from zero, if the schedule has a warmup.
        decay: Share of the steps, the last ones, over which the linear schedule falls to zero.
        average: Decay of the averaged weights, which are then the ones to keep; None: no averaging.
        clip: Largest norm of a gradient; None: as it comes.
        seed: Source of every random choice.
        every: Seconds between two checkpoints.
        optimizer: How the gradient becomes a step.
        schedule: How the rate changes on the way: ``constant``, ``linear``, ``cosine``, or
            ``one-cycle``.
        epoch: Steps in which every example is seen once; 0 where nothing is counted so.
        validate: Steps between two validations; 0: at the end of each epoch, or else of the
            training.
        precision: Numbers to compute with, ``float32`` or ``bfloat16``; weights are float32 in any
            case.

    Raises:
        SettingsError: If a number is out of its range, or a name is unknown.
    """

    steps: int
    rate: float = 1e-3
    warmup: int = 100
    decay: float = 0.3
    average: float | None = 0.999
    clip: float | None = 1.0
    seed: int = 0
    every: float = 120.0
    optimizer: Optimizer = field(
        default_factory=lambda: Optimizer("adamw", betas=(0.9, 0.99), decay=1e-4)
    )
    schedule: str = "linear"
    epoch: int = 0
    validate: int = 0
    precision: str = "float32"

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            shown, known = printable(self.schedule), ", ".join(SCHEDULES)
            raise SettingsError(f"no schedule is named {shown}; choose of {known}")
        if self.precision not in {"float32", "bfloat16"}:
            shown = printable(self.precision)
            raise SettingsError(f"no precision is named {shown}; choose float32 or bfloat16")
        if not self.rate > 0:
            raise SettingsError(f"the learning rate is above 0, not {self.rate}; try 0.001")
        if self.steps < 1:
            raise SettingsError(f"a training has 1 step or more, not {self.steps}")

    def rate_at(self, step: int) -> float:
        """The learning rate of one step, counted from zero."""
        return SCHEDULES[self.schedule](self.rate, step, self.steps, self.warmup, self.decay)

    def casting(self, device: torch.device) -> AbstractContextManager[Any]:
        """Compute the block in the plan's precision; what needs more of it keeps float32."""
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(device.type, torch.bfloat16)

    def epoch_of(self, done: int) -> int:
        """Which epoch it is after so many steps, counting from one; 0 without epochs."""
        return -(-done // self.epoch) if self.epoch else 0

    def validates(self, done: int) -> bool:
        """Tell whether the network is to be tested after so many steps."""
        pause = self.validate or self.epoch or self.steps
        return done % pause == 0 or done == self.steps
