"""What a random split would have said: the figure that a split by group saves one from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from impasto.data.examples import Examples
from impasto.data.leaks import leaks
from impasto.data.splits import Split, split
from impasto.errors import DataError
from impasto.learning.sources import Prepared, shuffled
from impasto.metrics.baselines import shallow
from impasto.metrics.intervals import Estimate
from impasto.metrics.summary import summary


@dataclass(frozen=True)
class Beside:
    """The colors alone, and the group alone, on works split by group and split at random.

    Attributes:
        metric: What is measured, such as accuracy.
        colors: What a look at the colors alone reaches, split by group,
        colors_random: and on works of groups that were learned from, too.
        group: Share of the test works that a look-up of their group gets right; None for what is
            no class,
        group_random: and so at random.
    """

    metric: str
    colors: Estimate
    colors_random: Estimate
    group: float | None
    group_random: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {
            "metric": self.metric,
            "shallow": {
                "by_group": self.colors.as_dict(),
                "at_random": self.colors_random.as_dict(),
            },
            "lookup": {"by_group": self.group, "at_random": self.group_random},
        }

    def lines(self, group: str) -> list[str]:
        """Say it in plain words; the group is a column's name, such as artist."""
        colors = (
            f"colors alone, without a network: {self.metric} {self.colors} with works split by "
            f"{group}, {self.colors_random} with the same works split at random"
        )
        if self.group is None or self.group_random is None:
            return [colors]
        lookup = (
            f"a look-up of the {group} alone, without looking at a picture: right on "
            f"{100 * self.group:.1f} % split by {group}, on {100 * self.group_random:.1f} % "
            f"split at random: so much a random split gives away to whoever knows the {group}"
        )
        return [colors, lookup]


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
    return Beside(metric, colors, colors_random, _lookup(whole, mine), _lookup(whole, other))


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


def _lookup(works: Examples, parts: Split) -> float | None:
    return leaks(parts, names=works.names, groups=works.groups, targets=works.targets).lookup
