"""The verb `create_inspect`: how good a generator is, how varied, and how much it copies."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import UInt8
from torch import Tensor

from impasto.creation.collection.generator import Generator, opened
from impasto.creation.collection.judging import LONG, Examiner
from impasto.creation.collection.run import CACHE, Run, check_eye, load, weights_in
from impasto.creation.collection.words import copying_words, quality_words, variety_words
from impasto.creation.collection.works import Works, gather
from impasto.errors import DataError, SettingsError, printable
from impasto.jobs.runs import OnLine
from impasto.metrics.copying import Copying
from impasto.metrics.intervals import Estimate
from impasto.metrics.kid import kid
from impasto.metrics.manifold import Manifold, manifold
from impasto.progress import OnStep, Step, Watch
from impasto.training.checkpoint import LAST, facts_of

LEAST, MOST = 16, 10_000
"""Pictures to judge by."""

FIRST = 1_000_000
"""Seed of the first of them: none that the training looked at, and few that people choose."""


@dataclass(frozen=True, eq=False)
class Inspection:
    """What is to be said of a generator.

    Attributes:
        run: What it learned.
        kid: Distance of its pictures to the works held out; less is better.
        floor: Distance of the works learned from to those held out, which is as good as it gets.
        manifold: Precision and recall among all works.
        copying: Which pictures are copies.
        spread: How much pictures differ from each other, as a share of how much works do.
        pictures: What was looked at.
        seeds: Of each.
        works: What it learned from.
        history: What the looks of its training found, a row each.
        best_step: When it was best; the weights are of then. 0 if no look was good.
        steps: Steps done.
    """

    run: Run
    kid: Estimate
    floor: Estimate
    manifold: Manifold
    copying: Copying
    spread: float
    pictures: UInt8[Tensor, "n 3 s s"]
    seeds: range
    works: Works
    history: tuple[Mapping[str, float], ...]
    best_step: int
    steps: int

    def lines(self) -> list[str]:
        """Say it in words, warnings last."""
        shares = self.manifold
        said = [
            quality_words(self.kid, self.floor, shares.precision),
            variety_words(self.spread, shares.recall),
            copying_words(self.copying.rate),
            self._when(),
        ]
        notes = [self.kid.note, shares.precision.note, self.copying.rate.note]
        return [*said, *dict.fromkeys(filter(None, notes))]

    def nearest(self, picture: int) -> tuple[str, UInt8[Tensor, "3 s s"]]:
        """The work that a picture is nearest to, by whichever measure is more suspicious."""
        number = int(self.works.learned[int(self.copying.work[picture])])
        return self.works.names[number], self.works.pixels[number]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures for a report."""
        return {
            "kid": self.kid.as_dict(),
            "kid_of_works": self.floor.as_dict(),
            "precision": self.manifold.precision.as_dict(),
            "recall": self.manifold.recall.as_dict(),
            "copy_rate": self.copying.rate.as_dict(),
            "variety": self.spread,
            "best_step": self.best_step,
            "steps": self.steps,
        }

    def _when(self) -> str:
        ended = self.run.reason or "not finished: impasto create train --resume goes on"
        if not self.best_step:
            return f"no look was worth keeping, so it is as of step {self.steps:,}; {ended}"
        return f"it was best at step {self.best_step:,} of {self.steps:,}; {ended}"


def create_inspect(
    run: str | Path,
    *,
    count: int = 256,
    source: str | Path | None = None,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> Inspection:
    """Judge a trained generator by pictures that its training never looked at.

    The works held out are those by which the checkpoint was chosen among the looks.

    Args:
        run: The folder that `create_train` filled.
        count: Pictures to judge by, 16 to 10,000; more make it surer.
        source: Where its works lie now, if they were moved.
        on_line: Told each sentence.
        on_step: Told of each picture.

    Returns:
        Figures with their intervals; `Inspection.lines` says them in words, and
        `impasto.creation.collection.page.write_page` shows them.

    Raises:
        TrainingError: If the folder is no run, or has learned nothing yet.
        DataError: If the works have changed, or it was stopped.
        SettingsError: If the count is out of its range.
    """
    if not LEAST <= count <= MOST:
        raise SettingsError(f"expected a count from {LEAST} to {MOST:,}, got {count}")
    folder = Path(run)
    known = load(folder)
    check_eye(known, folder)
    generator = opened(folder)
    works = gather(known.reached(source, how="with --source"), known.settings, cache=folder / CACHE)
    if works.sum != known.sum:
        raise DataError(
            f"the works of {printable(folder)} have changed since; bring back what was there"
        )
    seeds = range(FIRST, FIRST + count)
    found = _judged(known, folder, works, _painted(generator, seeds, on_step), seeds)
    for line in found.lines():
        if on_line is not None:
            on_line(line)
    return found


def _painted(
    generator: Generator, seeds: range, on_step: OnStep | None
) -> UInt8[Tensor, "n 3 s s"]:
    watch, made = Watch(on_step), []
    for done, picture in enumerate(generator.pictures(seeds), 1):
        made.append((picture.pixels * 255).round().byte())
        if watch(Step(done, len(seeds), label="painting")):
            raise DataError("stopped before it was judged")
    return torch.cat(made)


def _judged(
    run: Run, folder: Path, works: Works, pictures: UInt8[Tensor, "n 3 s s"], seeds: range
) -> Inspection:
    examiner = Examiner(works)
    found = examiner(pictures)
    progress = _progress(folder)
    return Inspection(
        run=run,
        kid=found.kid,
        floor=kid(LONG * examiner.held, LONG * examiner.learned.eyes[:, 0]),
        manifold=manifold(examiner.all, found.eyes),
        copying=found.copying,
        spread=found.spread,
        pictures=pictures,
        seeds=seeds,
        works=works,
        history=tuple(progress.get("history", [])),
        best_step=int(facts_of(weights_in(folder))["progress"].get("best_step", 0)),
        steps=int(progress.get("step", 0)),
    )


def _progress(folder: Path) -> dict[str, Any]:
    """What the training's last checkpoint knows of it, or the best where that is gone."""
    last = folder / LAST
    known: dict[str, Any] = facts_of(last if last.is_file() else weights_in(folder))["progress"]
    return known
