"""The one event by which long work reports, whoever is listening."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """How far a piece of work has come.

    Attributes:
        done: Units finished, counting from one.
        total: Units in all.
        values: What is known by now, such as losses by name.
        label: What the unit was, such as a file's name.
    """

    done: int
    total: int
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""


OnStep = Callable[[Step], bool | None]
"""Called after each unit; returning True stops the work and keeps what is done."""


class Watch:
    """Hands steps on, and remembers whether somebody stopped the work before its end.

    Args:
        on_step: Whoever listens, if anybody does.
    """

    def __init__(self, on_step: OnStep | None) -> None:
        self.on_step = on_step
        self.stopped = False

    def __call__(self, step: Step) -> bool:
        """Hand one on."""
        told = self.on_step(step) if self.on_step else None
        if told is True and step.done < step.total:
            self.stopped = True
        return self.stopped
