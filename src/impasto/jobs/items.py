"""A piece of a folder's work, and one that failed."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Item:
    """One picture and the file it becomes."""

    input: Path
    output: Path


@dataclass(frozen=True)
class Failure:
    """A picture that was not made, and why."""

    path: Path
    reason: str
