"""How a pen is taught, chosen by what there is to learn from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from impasto.creation.pen.settings import PenSettings
from impasto.creation.pen.teaching import Lesson
from impasto.data.strokes import Drawing, tidied
from impasto.networks.pen import TOLERANCE
from impasto.training.plan import Plan
from impasto.training.stopping import Progress, Until

BATCHES = 8, 128
"""Drawings of a step, at least and at the most."""

STEPS = 3_000, 12_000
"""Steps, at least and at the most; in between, each drawing is seen `SIGHTS` times."""

SIGHTS = 75

LOOKS = 24
"""How often the pen is looked at, if nothing ends its training earlier."""

FEWEST = 25
"""Steps between two looks, at least."""

POINTS = 50, 200
"""Points after which drawings are cut off, at least and at the most."""

NEARLY_ALL = 95
"""Percent of the drawings that are to be whole."""

EARLY = 0.25
"""Share of the steps, the first ones, after which nothing is the best yet."""

_SEEN = 2_000  # drawings by whose length that is chosen
_COST = 12_800  # points of a step


def longest(drawings: Sequence[Drawing]) -> int:
    """Choose after how many points drawings are cut off, so that nearly all of them are whole."""
    shown = drawings[:: 1 + len(drawings) // _SEEN]
    lengths = [len(tidied(drawing, tolerance=TOLERANCE)) for drawing in shown]
    return int(np.clip(math.ceil(np.percentile(lengths, NEARLY_ALL)), *POINTS))


def completed(settings: PenSettings, *, drawings: int, most: int) -> PenSettings:
    """Fill in what was left open.

    Args:
        settings: As they were asked for.
        drawings: How many there are to learn from; a batch has no more.
        most: Points after which each is cut off.
    """
    usual = np.clip(drawings // 8, BATCHES[0], min(BATCHES[1], _COST // most))
    batch = min(settings.batch or int(usual), drawings)
    steps = settings.steps or int(np.clip(SIGHTS * drawings // batch, *STEPS))
    look = settings.look or max(min(FEWEST, steps), steps // LOOKS)
    return settings.model_copy(update={"batch": batch, "steps": steps, "look": look})


def lesson_from(settings: PenSettings, most: int) -> Lesson:
    """Make a lesson of settings that were completed.

    A short training warms up, averages, and learns to pay for ideas in a shorter time.
    """
    assert settings.steps is not None, "settings are completed first"
    assert settings.batch is not None, "settings are completed first"
    assert settings.look is not None, "settings are completed first"
    plan = Plan(
        steps=settings.steps,
        rate=1e-3,
        warmup=min(100, settings.steps // 20),
        decay=0.6,
        average=float(np.clip(1 - 12 / settings.steps, 0.9, 0.999)),
        clip=1.0,
        seed=settings.seed,
        validate=settings.look,
    )
    fade = min(0.9995, math.exp(-6 / settings.steps))
    return Lesson(plan=plan, batch=settings.batch, alike=8 * settings.batch, most=most, fade=fade)


@dataclass(frozen=True)
class Enough(Until):
    """Ends a training of a pen, and tells which of its looks is the best.

    While ideas cost little they say much, and a pen that has learned nothing has the least loss.

    Attributes:
        first: Steps before which no look counts.
    """

    first: int = 0

    def judge(self, found: Mapping[str, float], progress: Progress) -> bool:
        """Look at what a validation found; returns whether it is the best so far."""
        return progress.step >= self.first and super().judge(found, progress)


def enough(settings: PenSettings) -> Enough:
    """Say what ends the training of settings that were completed."""
    first = int(EARLY * (settings.steps or 0))
    return Enough(patience=settings.patience, minutes=settings.minutes, metric="loss", first=first)
