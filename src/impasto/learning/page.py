"""The report of a test, as one page: figures, charts, and the pictures behind them."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from impasto.errors import TrainingError
from impasto.learning.clustering.cluster_page import ROWS as GROUP_ROWS
from impasto.learning.clustering.cluster_page import report as groups_report
from impasto.learning.clustering.judging import Grouped
from impasto.learning.curve import page as curve_page
from impasto.learning.doubts import Doubt, picture_of
from impasto.learning.findings import kinds_of, lines_of
from impasto.learning.sets import Sets, percent
from impasto.learning.testing import UNSPELLABLE, Figures, Tested, scored
from impasto.metrics.intervals import Estimate
from impasto.picture.files import replace_atomically
from impasto.report.charts import curves, diagonal
from impasto.report.page import bullets, folded, page, paragraph, section, table, works
from impasto.training.checkpoint import LAST, facts_of

ROWS = {
    "chance": "chance",
    "constant": "always the same answer",
    "shallow": "colors alone, without a network",
}
"""What stands beside the network, in the words of the report."""

DRAWN = "strokes counted and measured, without a network"
"""What stands beside a network that reads drawings, in the place of the colors."""

SETS = {
    "coverage": "share of the sets that hold the truth",
    "size": "classes in a set",
    "cannot_say": "share of the works of which it cannot say",
    "empty": "share of the works that look like none of the classes",
}
"""What is measured of sets of classes, in the words of the report."""

SHOWN = 12
"""Works shown of a kind."""

CELLS = 40
"""Confusions listed with their works."""


def write_page(tested: Tested | Grouped, folder: Path, *, name: str) -> Path:
    """Write the report into a run's folder; raises `OutputError` where that fails."""
    path = folder / name
    with replace_atomically(path, force=True) as aside:
        if isinstance(tested, Grouped):
            text = groups_report(tested)
        else:
            text = report(tested, _history(folder))
        aside.write_text(text, encoding="utf-8", errors=UNSPELLABLE)
    return path


def report(tested: Tested, history: Sequence[dict[str, float]] = ()) -> str:
    """Lay a test out on a page."""
    run, listed = tested.run, lines_of(tested.findings) if tested.findings else []
    sections = {
        "How good it is": [_figures(tested), *_notes(tested)],
        "What a random split would have said": _beside(tested),
        curve_page.TITLE: list(curve_page.parts(tested.curve)) if tested.curve else [],
        "What it learned from": [
            bullets(line for line in run.lines if line not in listed),
            paragraph(run.reason or run.unfinished),
        ],
        "What to look at in the collection": list(_wrong(tested)),
        "How it learned": list(_learning(history)) if history else [],
        "How far it can be believed": [_calibration(tested)] if tested.table else [],
        "Which classes it may be": list(_doubtful(tested.sets)) if tested.sets else [],
        "What is taken for what": list(_confusions(tested)),
        "Labels to look at again": list(_doubts(tested)),
        "Best and worst": list(_extremes(tested)),
    }
    said = f"{run.network} on {run.source}: {run.settings.task}, {len(tested.works)} works"
    parts = [section(title, parts) for title, parts in sections.items() if parts]
    return page(f"Test of {run.network} on {Path(run.source).name}", [paragraph(said), *parts])


def row_name(row: str, tested: Tested | Grouped) -> str:
    """Say in words what stands beside the network."""
    if isinstance(tested, Grouped):
        return GROUP_ROWS[row]
    drawn = row == "shallow" and tested.works.inputs.ndim == 3
    return DRAWN if drawn else ROWS.get(row, row)


def _figures(tested: Tested) -> str:
    head = ["", tested.run.network, *(row_name(row, tested) for row in tested.rows)]
    every = [tested.figures, *tested.rows.values()]
    rows = [[_named(name), *(shown(f[name]) for f in every)] for name in tested.figures]
    return table(head, rows, caption="Each figure with its 95 % interval, on works it never saw")


def shown(figure: Estimate) -> str:
    """Write a figure with its interval, or that there is none."""
    return str(figure) if math.isfinite(figure.low) else f"{figure.value:.3f} [not known]"


def _named(name: str) -> str:
    return name.replace("_", " ")


def _notes(tested: Tested) -> Iterator[str]:
    notes = {e.note for e in tested.figures.values() if e.note}
    yield bullets([*tested.verdicts(), *sorted(notes)])
    if tested.classes:
        yield folded("Each class by itself", _by_class(tested.classes))


def _by_class(classes: dict[str, Figures]) -> str:
    head = ["", *next(iter(classes.values()))]
    return table(head, [[name, *map(shown, found.values())] for name, found in classes.items()])


def _beside(tested: Tested) -> list[str]:
    """Set the split by group beside one at random, in a table and in words."""
    found, by = tested.beside, tested.run.settings.split_by or "group"
    if found is None:
        return []
    looked = (found.group, found.group_random)
    rows = [
        ["colors alone", shown(found.colors), shown(found.colors_random)],
        [f"{by} alone", *(shown(each) if each else "none" for each in looked)],
    ]
    head = [_named(found.metric), f"split by {by}", "split at random"]
    advice = paragraph(
        f"Whoever asks about works whose {by} is not in the collection can expect the figures of "
        f"the split by {by}; those at random hold only where the {by} is known already."
    )
    return [table(head, rows), advice, bullets(found.lines(by))]


def _learning(history: Sequence[dict[str, float]]) -> Iterator[str]:
    names = [name for name in history[-1] if name.startswith("validation_") or name == "loss"]
    losses = [name for name in names if "loss" in name]
    charts = {"loss": losses} | {_named(name): [name] for name in names if name not in losses}
    for title, chosen in charts.items():
        series = {_named(n): [(row["step"], row[n]) for row in history if n in row] for n in chosen}
        yield curves(series, title=f"{title.capitalize()} while it learned", across="steps")


def _wrong(tested: Tested) -> Iterator[str]:
    """List what is wrong with the works; opened, each line names all of them."""
    kinds = kinds_of(tested.findings) if tested.findings else {}
    for what, names in kinds.items():
        yield folded(f"{what}: {len(names):,}", bullets(names))


def _calibration(tested: Tested) -> str:
    found, bins, temperature = tested.ece, tested.table, tested.run.temperature
    assert bins is not None
    points = list(zip(bins.confidence.tolist(), bins.accuracy.tolist(), strict=True))
    if temperature == 1:
        after = "the temperature stayed at 1."
    else:
        after = (
            f"{shown(found['after'])} after all logits were divided by the temperature "
            f"{temperature:.2f}, which was found on the validation."
        )
    said = paragraph(f"Calibration error {shown(found['before'])} as trained; {after}")
    title = "How often it is right (up) when it is so sure (across); the dashed line is honest"
    return said + diagonal(points, bins.count.tolist(), title=title, across="how sure")


def _doubtful(sets: Sets) -> Iterator[str]:
    """Say what sets of classes are worth, what they promise, and whom they serve worst."""
    sure = percent(sets.known.coverage)
    yield paragraph(
        "Beside its first choice the network names all classes that a work may be, so that in "
        f"{sure} of cases the true one is among them. Where these are more than half of the "
        "classes, or none, it cannot say."
    )
    rows = [[words, shown(sets.figures[name])] for name, words in SETS.items()]
    yield table(["", f"sets at {sure}"], rows, caption="On works it never saw, with 95 % intervals")
    yield bullets(sets.lines()[1:])
    if sets.groups:
        listed = list(sets.groups.items())[:CELLS]
        head = [sets.group, "share of the sets that hold the truth"]
        yield folded(
            f"Each {sets.group} by itself, the worst served first: a few look bad by chance",
            table(head, [[name, shown(figure)] for name, figure in listed]),
        )


def _confusions(tested: Tested) -> Iterator[str]:
    """List the most frequent confusions; opened, each shows the works behind it."""
    counts = tested.counts
    if counts is None:
        return
    names, best = tested.run.classes, tested.predictions.argmax(1)
    targets = tested.works.targets.numpy()
    yield paragraph(f"{counts.trace()} of {counts.sum()} are right. Open a line to see the works.")
    pairs = [(int(counts[t, p]), t, p) for t, p in np.argwhere(counts).tolist() if t != p]
    for count, t, p in sorted(pairs, reverse=True)[:CELLS]:
        behind = ((targets == t) & (best == p)).nonzero()[0][:SHOWN]
        seen = works((picture_of(tested.works, i), tested.works.names[i]) for i in behind.tolist())
        yield folded(f"{names[t]} taken for {names[p]}: {count}", seen)


def _doubts(tested: Tested) -> Iterator[str]:
    if tested.counts is None:
        return
    yield paragraph(
        "Suspects, not verdicts: works that the network had not learned from and whose label it "
        "doubts most, likeliest mislabeled first. Often the network is wrong: look at each."
        if tested.doubts
        else "No work of the validation or the test looks mislabeled."
    )
    if tested.doubts:
        yield works((each.picture, f"{each.name}: {_doubted(each)}") for each in tested.doubts)


def _doubted(each: Doubt) -> str:
    return f"labeled {each.given} ({100 * each.share:.0f} %), looks like {each.likely}"


def _extremes(tested: Tested) -> Iterator[str]:
    rows = scored(tested)
    order = sorted(range(len(rows)), key=lambda i: rows[i][2])
    for title, chosen in (("Worst", order[:SHOWN]), ("Best", order[::-1][:SHOWN])):
        yield paragraph(title)
        yield works(
            (
                picture_of(tested.works, i),
                f"{tested.works.names[i]}: is {rows[i][0]}, said {rows[i][1]}",
            )
            for i in chosen
        )


def _history(folder: Path) -> list[dict[str, float]]:
    """What every validation found, as the last checkpoint remembers it."""
    path = folder / LAST
    if not path.is_file():
        return []
    try:
        found: list[dict[str, float]] = facts_of(path).get("progress", {}).get("history", [])
    except TrainingError:  # the best weights were read: the report does without these curves
        return []
    return found
