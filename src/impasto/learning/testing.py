"""The verb `test`: step 6, how good is it, how sure is that, and compared with what."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from torch import Tensor, nn

from impasto.data.cleaning import Findings
from impasto.data.examples import Examples
from impasto.jobs.runs import OnLine
from impasto.learning.beside import Beside, beside
from impasto.learning.clustering.judging import Grouped
from impasto.learning.clustering.judging import judge as judge_groups
from impasto.learning.curve.record import Curve
from impasto.learning.curve.verb import learning_curve as draw_curve
from impasto.learning.doubts import Doubt, doubts
from impasto.learning.findings import lists_of
from impasto.learning.lesson import predicted, raw
from impasto.learning.run import CACHE, FIGURES, PREDICTIONS, Run, load
from impasto.learning.sets import Sets, judged
from impasto.learning.sources import Prepared, check_same, prepare
from impasto.metrics import baselines
from impasto.metrics.advantage import Advantage, advantages
from impasto.metrics.calibration import Reliability, reliability
from impasto.metrics.classification import confusion
from impasto.metrics.distributions import emds
from impasto.metrics.intervals import Estimate
from impasto.metrics.summary import by_class, calibration_error, summary
from impasto.picture.files import replace_atomically
from impasto.progress import OnStep

COLUMNS = ("name", "group", "truth", "prediction", "score")
"""Of the table of predictions."""

UNSPELLABLE = "backslashreplace"
"""How reports write what UTF-8 can't, such as a name of a file that is no UTF-8."""

CLASSES = 100
"""Classes up to which each gets its own figures."""

SIMPLER = {"shallow": "colors alone", "constant": "the same answer for every work"}
"""What a network is set beside, work by work, in words."""

Figures = dict[str, Estimate]


@dataclass(frozen=True, eq=False)
class Tested:
    """What a test found.

    Attributes:
        run: What was tested.
        works: The works it was tested on, none of which it had seen.
        predictions: Probabilities or shares ``(n, k)``, or numbers ``(n,)``.
        figures: Every metric by name, with its interval.
        rows: The same for chance, the most frequent class or the mean, and a look at colors alone.
        classes: Precision, recall and F1 of each class by its name; empty for numbers.
        ece: Calibration error before and after the temperature; empty for numbers.
        ahead: By how much it is better than a look at colors alone, and than the same answer to
            all, on the same works.
        table: For the diagram of reliability; None for numbers.
        counts: Confusion ``(k, k)``, a row a true class; None for numbers.
        sets: What its sets of classes are worth; None where no works were held back.
        doubts: Works of the validation and the test that look mislabeled.
        beside: What a random split would have said, where works were split by group.
        findings: What is wrong with the works of the whole collection; None for other sources.
        curve: What more works would bring, if that was asked for.
    """

    run: Run
    works: Examples
    predictions: np.ndarray
    figures: Figures
    rows: dict[str, Figures]
    classes: dict[str, Figures] = field(default_factory=dict)
    ece: Figures = field(default_factory=dict)
    ahead: dict[str, Advantage] = field(default_factory=dict)
    table: Reliability | None = None
    counts: np.ndarray | None = None
    sets: Sets | None = None
    doubts: tuple[Doubt, ...] = ()
    beside: Beside | None = None
    findings: Findings | None = None
    curve: Curve | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what `report.json` holds: every figure with its interval."""
        return {
            **_plain(self.figures),
            "baselines": {row: _plain(figures) for row, figures in self.rows.items()},
            "classes": {name: _plain(figures) for name, figures in self.classes.items()},
            "better_than": {row: found.as_dict() for row, found in self.ahead.items()},
            "calibration": _plain(self.ece) | {"temperature": self.run.temperature}
            if self.ece
            else {},
            "sets": self.sets.as_dict() if self.sets else None,
            "random_split": self.beside.as_dict() if self.beside else None,
            "suspects": [doubt.as_dict() for doubt in self.doubts],
            "findings": lists_of(self.findings) if self.findings else None,
            "learning_curve": self.curve.as_dict() if self.curve else None,
            "works": len(self.works),
            "network": self.run.network,
            "seconds": self.run.seconds,
            "reason": self.run.reason or self.run.unfinished,
            "said": self.lines(),
        }

    def lines(self) -> list[str]:
        """What is to be said of the works, and of how they were split."""
        by = self.run.settings.split_by or ""
        unfinished = [self.run.unfinished] if self.run.unfinished else []
        beside = self.beside.lines(by) if self.beside else []
        doubt = self.sets.lines() if self.sets else []
        return [*unfinished, *self.verdicts(), *doubt, *self.run.lines, *beside]

    def verdicts(self) -> list[str]:
        """Say whether it is better than what is simpler, on the same works."""
        drawn = self.works.inputs.ndim == 3
        names = SIMPLER | ({"shallow": "strokes counted and measured"} if drawn else {})
        return [found.line(names[row]) for row, found in self.ahead.items()]


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: estimate.as_dict() for name, estimate in figures.items()}


def test(
    run: str | Path,
    *,
    source: str | None = None,  # noqa: PT028  a verb
    learning_curve: bool = False,  # noqa: PT028
    on_line: OnLine | None = None,  # noqa: PT028
    on_step: OnStep | None = None,  # noqa: PT028
) -> Tested | Grouped:
    """Judge a run by works that took no part in it, and write what was found into its folder.

    Args:
        run: The folder that `train` made.
        source: Where the works lie now, if they were moved since.
        learning_curve: Train anew with fewer works, too, to see whether more would help.
        on_line: Told how long that will take.
        on_step: Told of each picture that has to be read again, and of the trainings.

    Returns:
        The figures, each with its 95 % interval, beside what chance, the most frequent class and
        a look at the colors alone would reach. ``report.json`` and ``predictions.csv`` lie in the
        folder.

    Raises:
        TrainingError: If the folder is no run, or has learned nothing yet.
        DataError: If the works have changed since, or lie elsewhere.
        OutputError: If the report can't be written.
    """
    folder = Path(run)
    known = load(folder)
    if known.settings.task == "cluster":
        grouped = judge_groups(known, folder, source=source, on_step=on_step)
        _write(folder, grouped.as_dict(), table_of(grouped.table()))
        return grouped
    network = known.trained(folder)
    place, settings = known.reached(source)
    works = prepare(place, settings, cache=folder / CACHE, on_step=on_step)
    check_same(works, known)
    tested = judge(known, works, network)
    if learning_curve:
        curve = draw_curve(folder, source=source, on_line=on_line, on_step=on_step)
        tested = replace(tested, curve=curve)
    _write(folder, tested.as_dict(), predictions_table(tested))
    return tested


def _write(folder: Path, figures: dict[str, Any], table: str) -> None:
    """Keep what was found beside the run; raises `OutputError`."""
    texts = {FIGURES: json.dumps(figures, indent=1), PREDICTIONS: table}
    for name, text in texts.items():
        with replace_atomically(folder / name, force=True) as aside:
            aside.write_text(text, encoding="utf-8", errors=UNSPELLABLE)


def judge(run: Run, works: Prepared, network: nn.Module) -> Tested:
    """Measure a network on the works of the test."""
    made, task = raw(network, works.test), run.settings.task
    predictions = predicted(run, made)
    groups, targets = works.test.groups if works.grouped else None, works.test.targets
    simple = baselines.answers(task, works.train, works.test)
    others = {row: simple[row] for row in SIMPLER}
    tested = Tested(
        run,
        works.test,
        predictions,
        figures=summary(task, predictions, targets, groups=groups),
        rows=baselines.rows(task, works.train, works.test, given=simple),
        ahead=advantages(task, predictions, others, targets, groups=groups),
        beside=beside(task, works, seed=run.settings.seed) if works.grouped else None,
        findings=works.findings,
    )
    return _of_classes(tested, works, network, made) if task == "classify" else tested


def _of_classes(
    tested: Tested, works: Prepared, network: nn.Module, made: Float[Tensor, "n k"]
) -> Tested:
    """Add what can be said of classes only."""
    run, targets, said = tested.run, works.test.targets, tested.predictions
    groups = works.test.groups if works.grouped else None
    best, many = said.argmax(1), len(run.classes)
    unseen = [part for part in (works.validation, works.test) if part is not None]
    shares = [predicted(run, raw(network, part)) for part in unseen[:-1]]
    held = shares[0] if shares else None
    return replace(
        tested,
        classes={}
        if many > CLASSES
        else by_class(best, targets, classes=run.classes, groups=groups),
        ece={
            "before": calibration_error(made.softmax(1), targets, groups=groups),
            "after": calibration_error(said, targets, groups=groups),
        },
        table=reliability(said, targets),
        counts=confusion(best, targets, count=many),
        sets=judged(run, said, works.test, held=held, validation=works.validation),
        doubts=doubts(unseen, [*shares, said]),
    )


def predictions_table(tested: Tested) -> str:
    """Write each work's truth and prediction as CSV; names can't be taken for formulas."""
    groups = tested.works.groups or [""] * len(tested.works)
    rows = zip(tested.works.names, groups, scored(tested), strict=True)
    return table_of([(name, group, *row) for name, group, row in rows])


def table_of(rows: Iterable[Sequence[object]]) -> str:
    """Write the table of predictions."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


Scored = list[tuple[str, str, float]]


def scored(tested: Tested) -> Scored:
    """Say of each work what it is, what it was taken for, and how well that fits.

    The score is the probability given to the truth, or the distance from it with a minus: more is
    better.
    """
    return _SCORED[tested.run.settings.task](tested)


def _numbers(tested: Tested) -> Scored:
    pairs = zip(tested.works.targets.tolist(), tested.predictions.tolist(), strict=True)
    return [(f"{truth:.12g}", f"{said:.12g}", -abs(said - truth)) for truth, said in pairs]


def _choices(tested: Tested) -> Scored:
    names, best = tested.run.classes, tested.predictions.argmax(1).tolist()
    pairs = zip(tested.works.targets.tolist(), best, strict=True)
    return [(names[t], names[b], float(tested.predictions[i, t])) for i, (t, b) in enumerate(pairs)]


def _votes(tested: Tested) -> Scored:
    """Say the mean mark, counted from 1, instead of all shares."""
    truth = tested.works.targets.double().numpy()
    marks = 1 + np.arange(truth.shape[1])
    moved = emds(tested.predictions, truth)
    rows = zip(truth @ marks, tested.predictions @ marks, moved, strict=True)
    return [(f"{t:.9g}", f"{s:.9g}", -float(far)) for t, s, far in rows]


_SCORED: dict[str, Callable[[Tested], Scored]] = {
    "classify": _choices,
    "regress": _numbers,
    "distribution": _votes,
}


def harmless(cell: object) -> object:
    """Put a quote before text that a spreadsheet would run as a formula."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        try:
            float(cell)
        except ValueError:
            return f"'{cell}"
    return cell
