"""When a training has had enough, and the sentence that says why."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from impasto.errors import SettingsError, TrainingError, printable
from impasto.training.plan import Plan

HIGHER = {
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "macro_precision",
    "macro_recall",
    "macro_f1",
    "top_3",
    "top_5",
    "r2",
    "spearman",
    "silhouette",
    "ari",
    "nmi",
}
"""Metrics of which more is better,"""

LOWER = {"loss", "cross_entropy", "mae", "mse", "rmse", "huber", "focal", "ordinal", "emd", "ece"}
"""and of which less is."""

CORRELATIONS = {"spearman", "silhouette", "ari"}
"""Metrics from -1 to 1; the others of which more is better lie between 0 and 1."""


def sign_of(metric: str) -> int:
    """Say which way is better: 1 for more, -1 for less.

    Raises:
        SettingsError: If there is no such metric.
    """
    if metric in HIGHER or metric in LOWER:
        return 1 if metric in HIGHER else -1
    known = ", ".join(sorted(HIGHER | LOWER))
    raise SettingsError(f"no metric is named {printable(metric)}; choose of {known}")


def range_of(metric: str) -> tuple[float, float]:
    """Between which values a metric lies.

    Raises:
        SettingsError: If there is no such metric.
    """
    if sign_of(metric) > 0:
        return (-math.inf if metric == "r2" else -1.0 if metric in CORRELATIONS else 0.0), 1.0
    return 0.0, 1.0 if metric == "ece" else math.inf


def check_target(metric: str, value: float) -> None:
    """Refuse a target that no training reaches, and one that every training has reached before.

    Raises:
        SettingsError: If there is no such metric, or it never has that value.

    Examples:
        >>> check_target("accuracy", 60)
        Traceback (most recent call last):
        impasto.errors.SettingsError: accuracy lies between 0 and 1, not at 60; did you mean 0.6?
    """
    low, high = range_of(metric)
    if not math.isfinite(value):
        raise SettingsError(f"a target is a number, not {value}; try {metric}=0.5")
    if low <= value <= high:
        return
    bounds = [f"is {low:g} or more", f"is {high:g} or less", f"lies between {low:g} and {high:g}"]
    said = bounds[0 if high == math.inf else 1 if low == -math.inf else 2]
    meant = f"did you mean {value / 100:g}?" if 1 < high * value <= 100 else "choose another target"
    raise SettingsError(f"{metric} {said}, not at {value:g}; {meant}")


@dataclass
class Progress:
    """How far a training has come: all of it that is no tensor, and all that `Until` judges by.

    Attributes:
        step: Steps done.
        seconds: Time spent, stops left out.
        best: Best value so far of the metric that is watched.
        best_step: When that was.
        since: Validations since then.
        sums: Losses added up since the last validation,
        heard: and of how many steps.
        history: What each validation found, a row of numbers each.
    """

    step: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_step: int = 0
    since: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    heard: int = 0
    history: list[dict[str, float]] = field(default_factory=list)

    def hear(self, losses: Mapping[str, float], *, seconds: float) -> None:
        """Count a step that is done, so many seconds after the training began."""
        self.step += 1
        self.heard += 1
        self.seconds = seconds
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + value

    def conclude(self, found: Mapping[str, float], *, epoch: int, rate: float) -> dict[str, float]:
        """Add a row: the mean losses since the last one, and what a validation found."""
        row = {"step": self.step, "epoch": epoch, "seconds": round(self.seconds, 3), "rate": rate}
        row |= {k: v / self.heard for k, v in self.sums.items() if self.heard}
        row |= {f"validation_{k}": v for k, v in found.items()}
        self.sums, self.heard = {}, 0
        self.history.append(row)
        return row


@dataclass(frozen=True)
class Until:
    """Train until one of these comes true, whichever is first.

    Attributes:
        epochs: So many times was every example seen.
        iterations: So many steps are done.
        target: A metric of the validation and the value it shall reach, such as
            ``("accuracy", 0.6)``.
        patience: So many validations in a row found nothing better.
        minutes: So much time is over.
        metric: What the patience and the best checkpoint look at; by default that of the target,
            or else the first that the validation returns.

    Raises:
        SettingsError: If a number is none, a metric is unknown, or never has the target's value.
    """

    epochs: int | None = None
    iterations: int | None = None
    target: tuple[str, float] | None = None
    patience: int | None = None
    minutes: float | None = None
    metric: str | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "iterations", "patience", "minutes"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise SettingsError(f"{name} is above 0, not {value}; leave it out for no limit")
        if self.metric is not None:
            sign_of(self.metric)
        if self.target is not None:
            check_target(*self.target)

    def steps(self, epoch: int, *, otherwise: int = 100) -> int:
        """Count the steps there can be at most: what a plan is made for.

        Args:
            epoch: Steps in an epoch.
            otherwise: How many epochs where neither epochs nor iterations are limited.
        """
        limits = [self.iterations, None if self.epochs is None else self.epochs * epoch]
        return min([n for n in limits if n is not None], default=otherwise * epoch)

    def judge(self, found: Mapping[str, float], progress: Progress) -> bool:
        """Look at what a validation found; returns whether it is the best so far.

        Raises:
            TrainingError: If the metric to look at is missing.
        """
        metric = self.watched(found)
        value = found[metric]
        known = progress.best
        better = math.isfinite(value) and (
            known is None or sign_of(metric) * value > sign_of(metric) * known
        )
        if better:
            progress.best, progress.best_step, progress.since = value, progress.step, 0
        else:
            progress.since += 1
        return better

    def watched(self, found: Mapping[str, float]) -> str:
        """Name the metric that decides what is best."""
        metric = self.metric or (self.target[0] if self.target else next(iter(found), ""))
        if metric not in found:
            there = ", ".join(found) or "nothing"
            raise TrainingError(f"{metric} is watched, but the validation returns {there}")
        return metric

    def reason(self, progress: Progress, plan: Plan) -> str:
        """Say why it ends here, in a sentence, or nothing if it goes on."""
        rules = (self._reached, self._tired, self._through, self._late)
        return next((said for rule in rules if (said := rule(progress, plan))), "")

    def _reached(self, progress: Progress, plan: Plan) -> str:
        if self.target is None or not progress.history:
            return ""
        metric, wanted = self.target
        value = progress.history[-1].get(f"validation_{metric}", math.nan)
        if not sign_of(metric) * value >= sign_of(metric) * wanted:
            return ""
        return (
            f"stopped: {metric} reached {value:.4g} (target {wanted:.4g}) {_when(progress, plan)}"
        )

    def _tired(self, progress: Progress, plan: Plan) -> str:
        if self.patience is None or progress.since < self.patience:
            return ""
        best = "no value" if progress.best is None else f"{progress.best:.4g}"
        metric = self.metric or (self.target[0] if self.target else "the metric")
        return (
            f"stopped: {metric} has found nothing better than {best} for {progress.since} "
            f"validations {_when(progress, plan)}"
        )

    def _through(self, progress: Progress, plan: Plan) -> str:
        done = progress.step
        if self.epochs is not None and plan.epoch and done >= self.epochs * plan.epoch:
            return f"stopped: all {self.epochs} epochs are done"
        if done >= min(plan.steps, self.iterations or plan.steps):
            return f"stopped: all {done} iterations are done"
        return ""

    def _late(self, progress: Progress, plan: Plan) -> str:
        if self.minutes is None or progress.seconds < 60 * self.minutes:
            return ""
        return f"stopped: the {self.minutes:g} minutes are over {_when(progress, plan)}"


def _when(progress: Progress, plan: Plan) -> str:
    if plan.epoch:
        return f"in epoch {plan.epoch_of(progress.step)}"
    return f"at iteration {progress.step}"
