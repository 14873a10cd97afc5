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
