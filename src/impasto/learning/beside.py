"""What a random split would have said: the figure that a split by group saves one from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from impasto.data.examples import Examples
from impasto.data.splits import Split, split
from impasto.errors import DataError
from impasto.learning.sources import Prepared, shuffled
from impasto.metrics.baselines import lookup, shallow
from impasto.metrics.intervals import Estimate, mean
from impasto.metrics.summary import summary


@dataclass(frozen=True)
class Beside:
    """The colors alone, and the group alone, on works split by group and split at random.

    Attributes:
        metric: What is measured, such as accuracy.
        colors: What a look at the colors alone reaches, split by group,
        colors_random: and on works of groups that were learned from, too.
        group: Share of the test works that a look-up of their group gets right, with its interval;
            None for what is no class,
        group_random: and so at random.
    """

    metric: str
    colors: Estimate
    colors_random: Estimate
    group: Estimate | None
    group_random: Estimate | None

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {
            "metric": self.metric,
            "shallow": {
                "by_group": self.colors.as_dict(),
                "at_random": self.colors_random.as_dict(),
            },
            "lookup": {
                "by_group": self.group and self.group.as_dict(),
                "at_random": self.group_random and self.group_random.as_dict(),
            },
        }

    def lines(self, group: str) -> list[str]:
        """Say it in plain words; the group is a column's name, such as artist."""
        colors = (
            f"colors alone, without a network: {self.metric} {self.colors} with works split by "
            f"{group}, {self.colors_random} with the same works split at random"
        )
        if self.group is None or self.group_random is None:
            return [colors]
        looked = (
            f"a look-up of the {group} alone, without looking at a picture: right on "
            f"{_percent(self.group)} split by {group}, on {_percent(self.group_random)} split at "
            f"random: so much a random split gives away to whoever knows the {group}"
        )
        return [colors, looked]


def beside(task: str, works: Prepared, *, seed: int) -> Beside | None:
    """Split works at random for comparison; None where that can't be done.

    Args:
        task: "classify", "regress" or "distribution".
        works: Split by group.
        seed: Source of the other split.
    """
    whole = together(list(works.parts().values()))
    sizes = [len(part) for part in works.parts().values()]
    ranges = torch.split(torch.arange(len(whole)), sizes)
    if len(ranges) < 3:
        return None
    mine = Split(*ranges)
    try:
        other = split(
            whole.names,
            how=shuffled(whole),
            targets=whole.targets,
            classes=whole.classes,
            seed=seed,
        )
    except DataError:  # too few works of a class: nothing to compare with, and no harm
        return None
    metric, colors = _colors(task, whole, mine, grouped=True, seed=seed)
    _, colors_random = _colors(task, whole, other, grouped=False, seed=seed)
    looked = _lookup(whole, mine, grouped=True, seed=seed)
    looked_random = _lookup(whole, other, grouped=False, seed=seed)
    return Beside(metric, colors, colors_random, looked, looked_random)


def together(parts: Sequence[Examples]) -> Examples:
    """Put pictures that were divided together again."""
    return replace(
        parts[0],
        names=tuple(name for part in parts for name in part.names),
        inputs=torch.cat([part.inputs for part in parts]),
        targets=torch.cat([part.targets for part in parts]),
        groups=tuple(group for part in parts for group in part.groups),
    )


def _colors(
    task: str, works: Examples, parts: Split, *, grouped: bool, seed: int
) -> tuple[str, Estimate]:
    """Measure a look at the colors alone; who splits at random doesn't know of groups."""
    known = works if grouped else replace(works, groups=())
    train, test = known.take(parts.train), known.take(parts.test)
    said: np.ndarray = shallow(task, train, test, seed=seed)
    figures = summary(task, said, test.targets, groups=test.groups or None, seed=seed)
    return next(iter(figures.items()))


def _lookup(works: Examples, parts: Split, *, grouped: bool, seed: int) -> Estimate | None:
    """Measure a look-up of the group alone; the interval knows of groups if the split does."""
    if works.targets.dtype != torch.long:
        return None
    train, test = works.take(parts.train), works.take(parts.test)
    right = lookup(train, test) == test.targets.numpy()
    return mean(right, groups=test.groups if grouped else None, seed=seed)


def _percent(share: Estimate) -> str:
    low, high = 100 * share.low, 100 * share.high
    known = f" [{low:.1f}, {high:.1f}]" if math.isfinite(low) else ""
    return f"{100 * share.value:.1f} %{known}"
