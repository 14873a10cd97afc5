"""What more works bring: what was measured with fewer, the law laid through it, and its words."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from impasto.learning.curve.power_law import PowerLaw
from impasto.metrics.intervals import Estimate

LITTLE = 0.01
"""Less than this, a point of accuracy or a hundredth of an error, is no gain worth naming."""


@dataclass(frozen=True)
class Point:
    """What was measured with some of the works.

    Attributes:
        share: Of the works to learn from that was asked for.
        works: How many that was, on average; whole groups and small classes make it differ.
        figure: The metric, on average over the repetitions, with its interval.
        each: The metric of each repetition.
    """

    share: float
    works: float
    figure: Estimate
    each: tuple[float, ...]

    @property
    def spread(self) -> float:
        """Standard deviation over the repetitions; NaN of one."""
        return float(np.std(self.each, ddof=1)) if len(self.each) > 1 else math.nan


@dataclass(frozen=True)
class Curve:
    """What works bring.

    Attributes:
        metric: accuracy, mae or emd.
        points: Measured, with fewer works and with all.
        law: Laid through the errors: 1 - accuracy, or the metric itself.
        gain: By how much twice the works would make the metric better, with its interval.
        poor: Whether the law misses the points by more than chance does.
        grouped: The column whose groups stay together, such as artist, or nothing.
        notes: What to be wary of.
    """

    metric: str
    points: tuple[Point, ...]
    law: PowerLaw
    gain: Estimate
    poor: bool
    grouped: str
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say whether more works would help."""
        change = f"{self._said(self.gain.value)} {self._unit} [{self._interval}]"
        if self.poor:
            return (
                "it cannot be said whether more works would help: no power law runs through what "
                f"was measured (the nearest would promise {change} for twice the works)"
            )
        if self.gain.high < self._little:
            return f"no gain is to be expected of twice the works: {change}"
        if self.gain.low > 0:
            return f"doubling the works would bring about {change}"
        return f"it cannot be said whether more works would help: twice the works mean {change}"

    @property
    def _points(self) -> float:
        return 100.0 if self.metric == "accuracy" else 1.0

    @property
    def _unit(self) -> str:
        return "points of accuracy" if self.metric == "accuracy" else f"less {self.metric}"

    @property
    def _little(self) -> float:
        last = self.points[-1].figure.value
        return LITTLE if self.metric == "accuracy" else LITTLE * abs(last)

    @property
    def _interval(self) -> str:
        return ", ".join(self._said(end) for end in (self.gain.low, self.gain.high))

    def _said(self, value: float) -> str:
        shown = self._points * value
        said = f"{shown:+.1f}" if self.metric == "accuracy" else f"{shown:+.3g}"
        return said if float(said) else said.lstrip("+-")

    def at(self, works: float) -> float:
        """The metric that the law expects of so many works."""
        error = self.law.of(works)
        return 1 - error if self.metric == "accuracy" else error

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {
            "metric": self.metric,
            "points": [
                {
                    "share": p.share,
                    "works": p.works,
                    **p.figure.as_dict(),
                    "each": list(p.each),
                    "spread": p.spread if math.isfinite(p.spread) else None,
                }
                for p in self.points
            ],
            "law": vars(self.law),
            "poor_fit": self.poor,
            "gain_of_doubling": self.gain.as_dict(),
            "said": self.sentence,
            "notes": list(self.notes),
        }
