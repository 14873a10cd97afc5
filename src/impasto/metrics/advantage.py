"""Whether a network is better than something simpler, on the very same works, in words."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from impasto.errors import SettingsError
from impasto.metrics.checks import Array, aligned
from impasto.metrics.distributions import emds
from impasto.metrics.intervals import Estimate, direction, paired

Scores = Float[np.ndarray, " n"]


@dataclass(frozen=True)
class Advantage:
    """By how much a network is better than something simpler on the same works.

    Attributes:
        metric: What is compared: accuracy, mae or emd.
        gain: By how much the network is better, with the interval of the paired difference; below
            0 where it is worse.
    """

    metric: str
    gain: Estimate

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {"metric": self.metric, **self.gain.as_dict()}

    def line(self, over: str) -> str:
        """Say it in words; `over` names what is simpler, such as colors alone."""
        sign, gain = direction(self.gain), self.gain
        if sign > 0:
            return f"better than {over} by {self._amount(gain.value, gain.low, gain.high)}"
        if sign < 0:
            return f"worse than {over} by {self._amount(-gain.value, -gain.high, -gain.low)}"
        note = f"; {gain.note}" if gain.note else ""
        said = self._amount(gain.value, gain.low, gain.high)
        return f"not shown to be better than {over} ({said}{note})"

    def _amount(self, value: float, low: float, high: float) -> str:
        share = self.metric == "accuracy"
        shown = [_points(x) if share else f"{x:.3g}" for x in (value, low, high)]
        known = f" [{shown[1]}, {shown[2]}]" if math.isfinite(low) else ""
        return f"{shown[0]} points{known}" if share else f"{shown[0]}{known} in {self.metric}"


def advantages(
    task: str,
    predictions: Shaped[Array, "_n ..."],
    simpler: Mapping[str, Shaped[Array, "_n ..."]],
    targets: Shaped[Array, "_n ..."],
    *,
    groups: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> dict[str, Advantage]:
    """Set a network beside what is simpler, work by work.

    Args:
        task: "classify", "regress" or "distribution".
        predictions: Of the network, as `impasto.metrics.summary.summary` takes them.
        simpler: The same of others, by name, such as those of `impasto.metrics.baselines`.
        targets: As the works are.
        groups: What works have in common, such as their artist, where the split was made by it.
        draws: How many test sets are drawn for the intervals.
        seed: Source of every random choice.

    Raises:
        DataError: If there are no works, or not as many predictions as targets or groups.
        SettingsError: If there is no such task.
    """
    if task not in _SCORES:
        raise SettingsError(f"expected a task of {', '.join(_SCORES)}, got {task!r}")
    metric, score = _SCORES[task]
    ours = score(predictions, targets)
    return {
        name: Advantage(
            metric, paired(ours, score(said, targets), groups=groups, draws=draws, seed=seed)
        )
        for name, said in simpler.items()
    }


def _right(predictions: Array, targets: Array) -> Scores:
    given, truth = aligned(predictions, targets)
    return np.asarray(given.argmax(1) == truth, np.float64)


def _near(predictions: Array, targets: Array) -> Scores:
    given, truth = aligned(predictions, targets)
    return np.asarray(-np.abs(given - truth), np.float64)


def _alike(predictions: Array, targets: Array) -> Scores:
    return -emds(predictions, targets)


_SCORES: dict[str, tuple[str, Callable[[Array, Array], Scores]]] = {
    "classify": ("accuracy", _right),
    "regress": ("mae", _near),
    "distribution": ("emd", _alike),
}
"""What works are scored by, the more the better; its mean is the metric, or minus it."""


def _points(share: float) -> str:
    """Write a difference of shares in points, to a tenth.

    Examples:
        >>> [_points(share) for share in (0.12, -0.0541, -0.0001)]
        ['12', '-5.4', '0']
    """
    return f"{round(100 * share, 1) + 0.0:g}"
