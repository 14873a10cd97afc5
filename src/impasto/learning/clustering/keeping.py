"""Groups on disk: what is needed to say of any picture which of them it belongs to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from torch import Tensor

from impasto.errors import TrainingError, printable
from impasto.learning.clustering.choosing import Choice, as_choice
from impasto.learning.clustering.features import encoder_for
from impasto.learning.clustering.groups import Groups, Space
from impasto.learning.run import Run, made_in
from impasto.metrics.clustering import NONE
from impasto.picture.files import replace_atomically

FILE = "groups.safetensors"
"""The groups of a run; its head says how they were chosen."""

CHOICE = "impasto-groups"
"""Where in the head of the file it stands how they were chosen."""

OUTSIDE = "none"
"""What is said of a work that is in no group."""

Name = Callable[[Tensor], list[str]]
"""Says of pictures ``(m, c, h, w)`` of bytes which group they belong to."""


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups, where they lie, and why they are so many.

    Attributes:
        space: Where features are placed.
        groups: The works in it.
        choice: How they were chosen.
    """

    space: Space
    groups: Groups
    choice: Choice


def group_name(number: int) -> str:
    """Name a group; the largest is the first."""
    return OUTSIDE if number == NONE else f"group {number + 1}"


def save_groups(folder: Path, grouping: Grouping) -> None:
    """Write groups into a run's folder, whole or not at all; raises `OutputError`."""
    found = grouping.groups
    tensors = {
        "middle": grouping.space.middle,
        "axes": grouping.space.axes,
        "share": np.array([grouping.space.share]),
        "places": found.places,
        "numbers": found.numbers,
        "centers": found.centers,
        "reach": found.reach,
    }
    plain = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    facts = {CHOICE: json.dumps(grouping.choice.as_dict())}  # one alone: several come in any order
    with replace_atomically(folder / FILE, force=True) as aside:
        aside.write_bytes(save(plain, facts))


def load_groups(folder: Path) -> Grouping:
    """Read the groups of a run.

    Raises:
        TrainingError: If it has found none yet, or the file is damaged.
    """
    path = made_in(folder, FILE, lacks="found no groups")
    try:
        with safe_open(path, "numpy") as file:
            facts = file.metadata() or {}
            kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no dict
        choice = as_choice(json.loads(facts[CHOICE]))
        groups = Groups(kept["places"], kept["numbers"], kept["centers"], kept["reach"])
        space = Space(kept["middle"], kept["axes"], kept["share"].item())
        _check(space, groups)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise TrainingError(
            f"{printable(path)} is damaged ({printable(error)}); impasto resume finds the groups "
            "again"
        ) from error
    return Grouping(space, groups, choice)


def _check(space: Space, groups: Groups) -> None:
    """Refuse numbers that don't fit each other; raises ValueError."""
    along, many = len(space.axes), len(groups.centers)
    shapes = {
        "axes": space.axes.shape == (along, len(space.middle)),
        "places": groups.places.shape == (len(groups.numbers), along),
        "centers": groups.centers.shape == (many, along),
        "reach": groups.reach.shape == (many,),
        "numbers": set(np.unique(groups.numbers).tolist()) <= set(range(NONE, many)),
    }
    if wrong := [name for name, fits in shapes.items() if not fits]:
        raise ValueError(f"{wrong[0]} don't fit")


def namer(run: Run, folder: Path) -> Name:
    """Make what says of pictures which group of a run they belong to.

    By k-means that is the nearest group, however far; by HDBSCAN "none" is said of what lies
    farther from all groups than their works from each other.

    Raises:
        TrainingError: If the run found no groups yet, or a file is damaged.
        WeightsError: If the encoder can't be loaded.
    """
    grouping, encode = load_groups(folder), encoder_for(run, folder)

    def name(pictures: Tensor) -> list[str]:
        numbers: Int[np.ndarray, " m"] = grouping.groups.of(grouping.space.of(encode(pictures)))
        return [group_name(number) for number in numbers.tolist()]

    return name
