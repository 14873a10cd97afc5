"""Would more works help? The same training with fewer of them shows which way it goes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from impasto.data.examples import Examples
from impasto.errors import SettingsError, TrainingError, printable
from impasto.learning.lesson import Judge, Lesson, predicted, raw
from impasto.learning.power_law import PowerLaw, fit_many, fit_power_law
from impasto.learning.run import CACHE, OnLine, Run, load, made_in
from impasto.learning.seeing import encoder_of, rests, seen
from impasto.learning.settings import TrainSettings
from impasto.learning.shares import choose_share
from impasto.learning.sources import Prepared, check_same, prepare, scale_of
from impasto.learning.train import plan_for, until
from impasto.metrics.checks import group_index
from impasto.metrics.distributions import emds
from impasto.metrics.intervals import Estimate
from impasto.metrics.resampling import CELLS, Values, replicates, tail
from impasto.networks.head import Head
from impasto.progress import OnStep, Step, Watch
from impasto.training.batches import Batches
from impasto.training.checkpoint import LAST, averaged, facts_of
from impasto.training.loop import Until, fit

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Of the works to learn from."""

METRICS = {"classify": "accuracy", "regress": "mae", "distribution": "emd"}
"""What is measured of each task."""

DRAWS = 2000

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
    steps = _steps(folder)
    return _drawn(known, _looked_at(known, works), asked, repeats, steps, Watch(on_step))


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


def _looked_at(run: Run, works: Prepared) -> Prepared:
    """Where an encoder rests, let it look at all works once for all trainings."""
    if not rests(run.network):
        return works
    encoder = encoder_of(run.network)
    held = works.validation and seen(encoder, works.validation)
    return replace(
        works, train=seen(encoder, works.train), validation=held, test=seen(encoder, works.test)
    )


def _drawn(
    run: Run, works: Prepared, shares: tuple[float, ...], repeats: int, steps: int, watch: Watch
) -> Curve:
    """Train again and again, and draw the curve through what is complete."""
    errors, counts = list[list[np.ndarray]](), list[list[int]]()
    for repeat in range(repeats):
        row, many = list[np.ndarray](), list[int]()
        for i, share in enumerate(shares):
            done = repeat * len(shares) + i
            chosen = choose_share(works.train, share, seed=run.settings.seed + repeat)
            part = works.train.take(chosen)
            place = (done, repeats * len(shares))
            found = _trained(run, works, part, place, watch, repeat=repeat, steps=steps)
            if found is None:
                return _curve(run, works, shares, errors, counts, repeats)
            row.append(found)
            many.append(len(chosen))
        errors.append(row)
        counts.append(many)
    return _curve(run, works, shares, errors, counts, repeats)


def _trained(
    run: Run,
    works: Prepared,
    some: Examples,
    place: tuple[int, int],
    watch: Watch,
    *,
    repeat: int,
    steps: int,
) -> Float[np.ndarray, " n"] | None:
    """Train once, and return the error of each work of the test; None if it was stopped."""
    center, spread = (0.0, 1.0) if run.classes else scale_of(some)
    seed = run.settings.seed + repeat
    settings = run.settings.model_copy(update={"seed": seed})
    once = replace(run, settings=settings, center=center, spread=spread, temperature=1.0)
    network, deal = once.empty(), Batches(len(some), settings.batch, seed=seed)
    epoch = Batches(len(works.train), settings.batch).per_epoch  # of the run: as many steps
    if isinstance(network, Head):
        network.fit_scale(some.inputs)
    done, total = place

    def told(step: Step) -> bool:
        within = 100 * done + 100 * step.done // max(step.done, steps)
        label = f"{len(some):,} works, training {done + 1} of {total}"
        return watch(Step(within, 100 * total, step.values, label))

    with TemporaryDirectory(prefix="impasto-") as folder:
        found = fit(
            network,
            Lesson(once, some, deal),
            plan_for(once, epoch),
            Path(folder),
            until=_so_many(settings, steps),
            validate=Judge(once, works.validation) if works.validation else None,
            on_step=told,
        )
        if watch.stopped:
            return None
        network.load_state_dict(averaged(found.best))
    return _errors(once, network, works)


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


def _curve(
    run: Run,
    works: Prepared,
    shares: tuple[float, ...],
    errors: list[list[np.ndarray]],
    counts: list[list[int]],
    asked: int,
) -> Curve:
    if not errors:
        raise TrainingError("stopped before one repetition was complete; there is no curve yet")
    sizes = np.mean(counts, 0)
    found = np.array(errors)  # repetitions, shares, works of the test
    groups = works.test.groups if works.grouped else None
    drawn, at = _draws(found, groups)
    metric = METRICS[run.settings.task]
    measured = found.mean((0, 2))
    law = fit_power_law(sizes, measured)
    return Curve(
        metric,
        tuple(_points(metric, shares, sizes, found, drawn, at)),
        law,
        _gain(law, sizes, drawn, at),
        _misses(law, sizes, measured, drawn),
        (run.settings.split_by or "") if works.grouped else "",
        tuple(_notes(shares, sizes, len(errors), asked, groups)),
    )


def _draws(
    found: Float[np.ndarray, "r s n"], groups: Sequence[str] | None
) -> tuple[Float[np.ndarray, "d s"], float]:
    """Draw other test works, the same for all shares, and other trainings.

    Returns:
        Mean errors of each share, a row a draw; and the quantile at which an interval begins.

    Notes:
        Works, or groups of them, by the bootstrap; trainings by a normal with the deviation of
        the repetitions, taken together over all shares: there are too few of each to draw from.
    """
    repeats, many = found.shape[:2]
    units = group_index(groups, found.shape[2])
    count = np.bincount(units)
    sums = [np.bincount(units, found[:, i].mean(0)) for i in range(many)]

    def of_works(weights: Float[np.ndarray, "d u"]) -> Values:
        total = weights @ count
        return {str(i): weights @ each / total for i, each in enumerate(sums)}

    generator = np.random.default_rng(0)
    rows = max(1, CELLS // len(count))
    drawn = replicates(of_works, len(count), draws=DRAWS, rows=rows, generator=generator)
    means = np.stack([drawn[str(i)] for i in range(many)], 1)
    if repeats > 1:
        apart = float(np.sqrt(found.mean(2).var(0, ddof=1).mean() / repeats))
        means = means + generator.normal(0, apart, means.shape)
    return means, tail(count, None) if len(count) > 1 else 0.025


def _points(
    metric: str,
    shares: tuple[float, ...],
    sizes: Float[np.ndarray, " s"],
    found: Float[np.ndarray, "r s n"],
    drawn: Float[np.ndarray, "d s"],
    at: float,
) -> Iterator[Point]:
    for i, share in enumerate(shares):
        each = found[:, i].mean(1)
        ends = np.quantile(drawn[:, i], [at, 1 - at])
        values = [float(v) for v in (each.mean(), *ends)]
        if metric == "accuracy":
            each, values = 1 - each, [1 - values[0], 1 - values[2], 1 - values[1]]
        value, low, high = np.clip(values, 0, 1 if metric == "accuracy" else None).tolist()
        figure = Estimate(value, min(low, value), max(high, value))
        yield Point(share, float(sizes[i]), figure, tuple(each.tolist()))


def _gain(
    law: PowerLaw, sizes: Float[np.ndarray, " s"], drawn: Float[np.ndarray, "d s"], at: float
) -> Estimate:
    """How much error twice the works take away, with a law laid through each draw."""
    _, steep, exponent = fit_many(sizes / sizes.max(), drawn)
    low, high = (float(q) for q in np.quantile(steep * (1 - 2.0**-exponent), [at, 1 - at]))
    value = law.of(law.unit) - law.of(2 * law.unit)
    return Estimate(value, min(low, value), max(high, value))


def _misses(
    law: PowerLaw,
    sizes: Float[np.ndarray, " s"],
    measured: Float[np.ndarray, " s"],
    drawn: Float[np.ndarray, "d s"],
) -> bool:
    """Tell whether the law misses what was measured by twice what chance explains."""
    off = measured - [law.of(n) for n in sizes]
    chance = (drawn - drawn.mean(1, keepdims=True)).std(0)
    return bool(np.sqrt(np.square(off).mean()) > 2 * np.sqrt(np.square(chance).mean()) + 1e-9)


def _notes(
    shares: tuple[float, ...],
    sizes: Float[np.ndarray, " s"],
    repeats: int,
    asked: int,
    groups: Sequence[str] | None,
) -> Iterator[str]:
    if repeats < asked:
        yield f"stopped after {repeats} of {asked} repetitions"
    if repeats == 1:
        yield "trained once a share: what chance does in training is not in the intervals"
    larger = [s for s, n in zip(shares, sizes, strict=True) if n > 1.3 * s * sizes[-1] + 1]
    if larger:
        yield (
            f"shares of {', '.join(f'{s:g}' for s in larger)} hold more works than that, so that "
            "no class is missing"
        )
    if groups and len(set(groups)) < 10:
        yield f"only {len(set(groups))} groups are tested on, which makes for rough intervals"
    yield "it is supposed that new works are like these, and of as many more groups"
