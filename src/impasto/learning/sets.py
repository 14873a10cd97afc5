"""Answers with doubt: the classes that a work may be, as the run's own validation teaches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from impasto.data.examples import Examples
from impasto.errors import SettingsError, TrainingError, printable
from impasto.learning.run import Run
from impasto.metrics.conformal import (
    MOST,
    Threshold,
    by_group,
    measured,
    needed,
    sets,
    strangeness,
    threshold,
)
from impasto.metrics.intervals import Estimate

USUAL = 0.9
"""How often sets shall hold the truth unless somebody asks for more or less."""

DECIMALS = 6
"""Of how strange a work looks; they are rounded up, so that no promise gets smaller."""


def fitted(said: Float[np.ndarray, "n k"], works: Examples) -> tuple[float, ...]:
    """Say how strange the true classes of works look: what a run keeps to make its sets by.

    Args:
        said: Calibrated probabilities of works that the network did not learn from.
        works: Those works.

    Returns:
        Values in 0..1, the least strange first; see `impasto.metrics.conformal.strangeness`.
    """
    steps = 10**DECIMALS
    strange = np.ceil(strangeness(said, works.targets) * steps) / steps
    return tuple(strange.clip(0, 1).tolist())


def threshold_of(run: Run, confidence: float | None = None) -> Threshold | None:
    """Say how strange a class may look to a run and still be in a set.

    Args:
        run: What was trained.
        confidence: How often the sets shall hold the truth; 0.9 unless given.

    Returns:
        None where the run can't say, and nobody asked for a confidence.

    Raises:
        SettingsError: If the confidence is not between 0 and 1.
        TrainingError: If sets were asked for, and the run can't say.
    """
    if confidence is not None and not 0 < confidence < 1:
        raise SettingsError(
            f"expected a confidence between 0 and 1, such as 0.9; got {confidence:g}"
        )
    if run.strange:
        return threshold(run.strange, coverage=confidence or USUAL)
    if confidence is None:
        return None
    raise TrainingError(f"no sets at {percent(confidence)}: {_lacking(run)}")


def _lacking(run: Run) -> str:
    """Say why a run makes no sets."""
    if run.settings.task != "classify":
        return f"sets are of classes, and this run learned to {run.settings.task}"
    if run.unfinished:
        return f"the run is {run.unfinished}"
    return (
        "the training held back no works to fit them by, or is of an older version; train anew, "
        "mnist with --patience"
    )


def may_be(run: Run, said: Float[np.ndarray, "n k"], known: Threshold) -> list[tuple[str, ...]]:
    """Name the classes that each work may be, the likeliest first.

    Args:
        run: Names the classes.
        said: Calibrated probabilities.
        known: What `threshold_of` said.
    """
    held, order = sets(said, known), np.argsort(-said, axis=1, kind="stable")
    rows = zip(held.tolist(), order.tolist(), strict=True)
    return [tuple(run.classes[i] for i in best if row[i]) for row, best in rows]


def silent(labels: Sequence[str], classes: int) -> bool:
    """Tell whether a set is no answer: it holds no class, or more than half of them."""
    return not labels or len(labels) > MOST * classes


def in_words(labels: Sequence[str], classes: int, known: Threshold) -> str:
    """Say a set in plain words, with its confidence.

    Examples:
        >>> in_words(("Cubism", "Futurism"), 16, Threshold(0.8, 0.9, "lac", 200))
        'at 90 % one of: Cubism, Futurism'
        >>> in_words((), 16, Threshold(0.8, 0.9, "lac", 200))
        'cannot say at 90 %: it looks like none of the classes'
    """
    sure = f"at {percent(known.coverage)}"
    if known.works < needed(known.coverage):
        return f"cannot say {sure}: {_too_few(known)}"
    if not labels:
        return f"cannot say {sure}: it looks like none of the classes"
    if silent(labels, classes):
        return f"cannot say {sure}: it may be any of {len(labels)} classes of {classes}"
    names = ", ".join(printable(name) for name in labels)
    return f"{sure} one of: {names}" if len(labels) > 1 else f"{sure} only {names}"


def percent(share: float) -> str:
    """Write a share as it is spoken.

    Examples:
        >>> percent(0.9), percent(0.995)
        ('90 %', '99.5 %')
    """
    return f"{100 * share:.6g} %"


def _too_few(known: Threshold) -> str:
    least = needed(known.coverage)
    return f"that takes {least} works held back by the training, and there were {known.works}"


@dataclass(frozen=True, eq=False)
class Sets:
    """What a run's sets of classes are worth, on works that it never saw.

    Attributes:
        known: How strange a class may look and still be in the set, and from how many works that
            was learned.
        classes: How many classes there are.
        figures: Share of the sets that hold the truth (coverage), classes in a set (size), shares
            of the sets that are empty, and that are no answer (cannot_say), each with its interval.
        group: Column by which works were split, such as artist; empty where they were not.
        groups: Coverage for each artist of the test, the worst served first.
        divided: Whether the works were divided here, at random or by group; sets that come
            divided, such as MNIST, were not.
    """

    known: Threshold
    classes: int
    figures: dict[str, Estimate]
    group: str = ""
    groups: dict[str, Estimate] | None = None
    divided: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {
            "threshold": self.known.as_dict(),
            **{name: figure.as_dict() for name, figure in self.figures.items()},
            "guaranteed": self.guaranteed,
            "groups": {name: e.as_dict() for name, e in (self.groups or {}).items()},
            "said": self.lines(),
        }

    @property
    def guaranteed(self) -> bool:
        """Whether the works to fit sets by and those of the test were drawn alike, by lot."""
        return self.divided and not self.group

    def lines(self) -> list[str]:
        """Say it in plain words: what was measured, and what is promised."""
        covered, size, silent = (self.figures[n] for n in ("coverage", "size", "cannot_say"))
        sure = percent(self.known.coverage)
        found = (
            f"sets at {sure}: {_share(covered)} hold the truth, with {_count(size)} classes of "
            f"{self.classes} on average; {_share(silent)} are no answer (cannot say)"
        )
        few = self.known.works < needed(self.known.coverage)
        vast = [f"every set holds all classes: {_too_few(self.known)}"] if few else []
        return [found, *vast, self.promise()]

    def promise(self) -> str:
        """Say for which works the confidence is promised, and for which it was only measured."""
        sure, by = percent(self.known.coverage), printable(self.group)
        if self.group:
            return (
                f"measured, not guaranteed: works are split by {by}, and those of the test are "
                "new to the network and to its sets; nothing is promised for such, so count on "
                f"what was measured, not on {sure}"
            )
        if not self.divided:
            return (
                f"measured, not guaranteed: {sure} holds for new works that are like those held "
                "back, and these came divided"
            )
        return (
            f"guaranteed for new works like these, which were split at random: {sure}, or a "
            "little less because the works that sets were fitted to chose the weights, too; for "
            "artists that are not in the collection nothing is promised: --split-by measures that"
        )


def _share(figure: Estimate) -> str:
    """Write a share and its interval in percent.

    Examples:
        >>> _share(Estimate(0.912, 0.871, 0.945)), _share(Estimate(0.5, float("nan"), float("nan")))
        ('91.2 % [87.1, 94.5]', '50.0 % [not known]')
    """
    return f"{100 * figure.value:.1f} %{_interval(100 * figure.low, 100 * figure.high, '.1f')}"


def _count(figure: Estimate) -> str:
    return f"{figure.value:.2f}{_interval(figure.low, figure.high, '.2f')}"


def _interval(low: float, high: float, form: str) -> str:
    return f" [{low:{form}}, {high:{form}}]" if np.isfinite(low) else " [not known]"


def judged(
    run: Run,
    said: Float[np.ndarray, "n k"],
    works: Examples,
    *,
    held: Float[np.ndarray, "m k"] | None = None,
    validation: Examples | None = None,
) -> Sets | None:
    """Measure the sets of a run on works that it never saw.

    Args:
        run: What was trained; one that keeps nothing to make sets by is fitted to what was held
            back.
        said: Calibrated probabilities of the works of the test.
        works: Those works; their groups count if the run was split by group.
        held: Probabilities of the works that were held back.
        validation: Those works.

    Returns:
        None where no works were held back.
    """
    strange = run.strange
    if not strange and held is not None and validation is not None:
        strange = fitted(held, validation)
    if not strange:
        return None
    known, group = threshold(strange, coverage=USUAL), run.settings.split_by or ""
    chosen: Bool[np.ndarray, "n k"] = sets(said, known)
    names = works.groups if group and works.groups else None
    return Sets(
        known,
        len(run.classes),
        measured(chosen, works.targets, groups=names),
        group=group if names else "",
        groups=by_group(chosen, works.targets, names) if names else None,
        divided=bool(run.split),
    )
