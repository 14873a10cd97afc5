"""Would more works help? The same training with fewer of them shows which way it goes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from jaxtyping import Float

from impasto.data.examples import Examples
from impasto.errors import SettingsError, TrainingError, printable
from impasto.jobs.runs import OnLine
from impasto.learning.curve.drawing import Repetition, curve_of
from impasto.learning.curve.record import Curve
from impasto.learning.curve.shares import choose_share
from impasto.learning.lesson import Judge, Lesson, predicted, raw
from impasto.learning.run import CACHE, Run, load, made_in
from impasto.learning.settings import TrainSettings
from impasto.learning.sources import Prepared, check_same, prepare, scale_of
from impasto.learning.train import looked_at, plan_for, until
from impasto.metrics.distributions import emds
from impasto.networks.head import Head
from impasto.progress import OnStep, Step, Watch
from impasto.training.batches import Batches
from impasto.training.checkpoint import LAST, averaged, facts_of
from impasto.training.loop import Until, fit

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Of the works to learn from."""

METRICS = {"classify": "accuracy", "regress": "mae", "distribution": "emd"}
"""What is measured of each task."""


def forecast(run: Run, *, shares: Sequence[float] = SHARES, repeats: int = 3) -> float:
    """Say how many seconds the trainings of a curve take, by what the run itself took."""
    return run.seconds * repeats * len(shares)


def learning_curve(
    run: str | Path,
    *,
    shares: Sequence[float] = SHARES,
    repeats: int = 3,
    source: str | None = None,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> Curve:
    """Train as a run did, but with fewer works, and judge on the same works as always.

    Every training takes as many steps as the run did, whatever ended that one: a target, patience
    or minutes would end each elsewhere, and works alone shall make the difference.

    A smaller share lies within the next larger one. Each is of whole groups where the run was
    split by group, and has works of every class. The trainings leave nothing behind.

    Args:
        run: The folder of a finished run.
        shares: Of its works to learn from; three or more, the largest 1.
        repeats: How often, with other works and other first weights each time.
        source: Where the works lie now, if they were moved since.
        on_line: Told beforehand how long it will take.
        on_step: Told how far it is; returning True ends it. The repetitions that are complete
            are kept.

    Raises:
        TrainingError: If the folder is no finished run, its checkpoint is gone or damaged, it seeks
            groups, or nothing was complete.
        DataError: If the works have changed since.
        SettingsError: If the shares are no three different ones up to 1, or there is no repeat.
    """
    folder, asked = Path(run), tuple(sorted(set(shares)))
    known = load(folder)
    _check(known, folder, asked, repeats)
    seconds = forecast(known, shares=asked, repeats=repeats)
    if on_line is not None:
        on_line(f"{len(asked) * repeats} trainings, about {_time(seconds)}")
    place, settings = known.reached(source)
    works = prepare(place, settings, cache=folder / CACHE, look=False)
    check_same(works, known)
    seen = looked_at(known, works, tested=True)
    watch = Watch(on_step)
    trainings = _Trainings(known, seen, asked, repeats, _steps(folder), watch)
    found = list(trainings.complete())
    if not found:
        raise TrainingError("stopped before one repetition was complete; there is no curve yet")
    return curve_of(
        found,
        metric=METRICS[settings.task],
        shares=asked,
        asked=repeats,
        groups=works.test.groups if works.grouped else None,
        grouped=(settings.split_by or "") if works.grouped else "",
    )


def _check(run: Run, folder: Path, shares: tuple[float, ...], repeats: int) -> None:
    if run.settings.task not in METRICS:
        raise TrainingError(f"{printable(folder)} seeks groups, which have no learning curve")
    if run.unfinished:
        raise TrainingError(f"{printable(folder)} is {run.unfinished}")
    if len(shares) < 3 or shares[0] <= 0 or shares[-1] != 1 or repeats < 1:
        raise SettingsError(
            f"expected three different shares or more, from above 0 to 1, and a repetition or "
            f"more; got {', '.join(f'{s:g}' for s in shares)} and {repeats}"
        )


def _steps(folder: Path) -> int:
    """Count the steps that a run took, by its last checkpoint."""
    path = made_in(folder, LAST, lacks="learned nothing")
    done = facts_of(path).get("progress", {}).get("step", 0)
    if not isinstance(done, int) or done < 1:
        raise TrainingError(f"{printable(path)} says of no step that was done; train anew")
    return done


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} seconds"
    return f"{math.ceil(seconds / 60)} minutes"


@dataclass(frozen=True)
class _Trainings:
    """The same training again and again, with more and more of the works."""

    run: Run
    works: Prepared
    shares: tuple[float, ...]
    repeats: int
    steps: int
    watch: Watch

    def complete(self) -> Iterator[Repetition]:
        """Repeat all shares, until somebody stops it."""
        for repeat in range(self.repeats):
            works, errors = list[int](), list[np.ndarray]()
            for i, share in enumerate(self.shares):
                chosen = choose_share(self.works.train, share, seed=self.run.settings.seed + repeat)
                some = self.works.train.take(chosen)
                done = repeat * len(self.shares) + i
                found = self._once(some, done, seed=self.run.settings.seed + repeat)
                if found is None:
                    return
                works.append(len(chosen))
                errors.append(found)
            yield Repetition(works, np.stack(errors))

    @cached_property
    def _epoch(self) -> int:
        """Batches of an epoch of the run: fewer works are shown more often, for as many steps."""
        return Batches(len(self.works.train), self.run.settings.batch).per_epoch

    def _once(self, some: Examples, done: int, *, seed: int) -> Float[np.ndarray, " n"] | None:
        """Train once, and return the error of each work of the test; None if it was stopped."""
        run = _reseeded(self.run, some, seed)
        network, deal = run.empty(), Batches(len(some), run.settings.batch, seed=seed)
        if isinstance(network, Head):
            network.fit_scale(some.inputs)
        held = self.works.validation
        with TemporaryDirectory(prefix="impasto-") as folder:
            found = fit(
                network,
                Lesson(run, some, deal),
                plan_for(run, self._epoch),
                Path(folder),
                until=_so_many(run.settings, self.steps),
                validate=Judge(run, held) if held else None,
                on_step=self._telling(some, done),
            )
            if self.watch.stopped:
                return None
            network.load_state_dict(averaged(found.best))
        return _errors(run, network, self.works)

    def _telling(self, some: Examples, done: int) -> OnStep:
        """Tell of one training as a part of all of them."""
        total = self.repeats * len(self.shares)
        label = f"{len(some):,} works, training {done + 1} of {total}"

        def told(step: Step) -> bool:
            within = 100 * done + 100 * step.done // max(step.done, self.steps)
            return self.watch(Step(within, 100 * total, step.values, label))

        return told


def _reseeded(run: Run, some: Examples, seed: int) -> Run:
    """The run as it would have begun with these works and another seed."""
    center, spread = (0.0, 1.0) if run.classes else scale_of(some)
    settings = run.settings.model_copy(update={"seed": seed})
    return replace(run, settings=settings, center=center, spread=spread, temperature=1.0)


def _so_many(settings: TrainSettings, steps: int) -> Until:
    """End after so many steps and by nothing else; the best is chosen by what the run watched."""
    target = until(settings, epochs=1).target
    return Until(iterations=steps, metric=target[0] if target else None)


def _errors(run: Run, network: torch.nn.Module, works: Prepared) -> Float[np.ndarray, " n"]:
    said, targets = predicted(run, raw(network, works.test)), works.test.targets
    if run.settings.task == "classify":
        return np.asarray(said.argmax(1) != np.asarray(targets), np.float64)
    if run.settings.task == "regress":
        return np.asarray(np.abs(said - np.asarray(targets.double())), np.float64)
    return np.asarray(emds(said, targets), np.float64)
