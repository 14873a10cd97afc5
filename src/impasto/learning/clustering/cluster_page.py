"""The report of groups, as one page: why so many, how good they are, and what is in them."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from torch import Tensor

from impasto.learning.clustering.choosing import STABLE, Candidate, Choice
from impasto.learning.clustering.colors import small, strip
from impasto.learning.clustering.judging import SHOWN, About, Grouped
from impasto.metrics.clustering import NONE
from impasto.metrics.intervals import Estimate
from impasto.report.charts import curves
from impasto.report.page import bullets, folded, page, paragraph, section, table, works

ROWS = {"chance": "chance, or no groups", "shallow": "groups of colors alone"}
"""What stands beside the groups, in the words of the report."""

LABELS = 6
"""Labels that are named of a group, at most."""

NAMES = {
    "silhouette": "silhouette",
    "in_a_group": "share in a group",
    "ari": "agreement with labels (ARI)",
    "nmi": "agreement with labels (NMI)",
}
"""Figures, in the words of the report."""

CAPTION = (
    "Each figure with its 95 % interval; for chance, between which 95 % of its draws lie. ARI: 0 "
    "is chance, 1 the labels themselves. NMI: shared information, 0 to 1, never quite 0 by chance. "
    "Silhouette: -1 to 1, 0 is groups that run into each other"
)

LABELS = 30
"""Labels up to which a table sets them against the groups."""


def report(found: Grouped) -> str:
    """Lay groups out on a page."""
    choice, run = found.grouping.choice, found.run
    sections = {
        "How many groups there are": list(_why(choice)),
        "How good they are": list(_figures(found)),
        "The groups": list(_groups(found)),
        "In no group": list(_outside(found)),
        "Groups and labels": list(_crossed(found)),
        "What was looked at": [bullets(found.lines()), paragraph(run.reason or run.unfinished)],
    }
    said = f"{choice.method} on what the {run.network} sees in {run.source}: {_counted(found)}"
    parts = [section(title, parts) for title, parts in sections.items() if parts]
    return page(f"Groups of {Path(run.source).name}", [paragraph(said), *parts])


def _counted(found: Grouped) -> str:
    many = len(found.works.examples)
    return f"{many:,} works in {len(found.groups)} groups"


def _why(choice: Choice) -> Iterator[str]:
    yield paragraph(f"{choice.sentence[0].upper()}{choice.sentence[1:]}.")
    if len(choice.candidates) > 1:
        across = "groups" if choice.method == "kmeans" else "works a group has at least"
        yield curves(
            {
                "silhouette": [(c.asked, c.silhouette) for c in choice.candidates],
                "without groups": [(c.asked, c.cloud) for c in choice.candidates],
                "stability": [(c.asked, c.stability) for c in choice.candidates],
            },
            title="What speaks for each number of groups",
            across=across,
        )
    yield _candidates(choice)


def _candidates(choice: Choice) -> str:
    sized = choice.method == "hdbscan"
    head = [
        *(["smallest group", "groups", "in none"] if sized else ["groups"]),
        "silhouette",
        "of a cloud without groups",
        "clouds that stand out so",
        "stability in halves",
        "clear",
    ]
    caption = (
        "Tried out. Clear is what at most 5 % of clouds without groups come near, whatever their "
        f"number, and what halves of the works find again with an adjusted Rand index of {STABLE}. "
        "In brackets: between which 95 % of the clouds, and of the halvings, lie; a spread, no "
        "interval"
    )
    return table(head, [_row(c, choice, sized=sized) for c in choice.candidates], caption=caption)


def _row(one: Candidate, choice: Choice, *, sized: bool) -> list[str]:
    mark = " (chosen)" if one == choice.chosen else ""
    return [
        f"{one.asked}{mark}",
        *([str(one.groups), f"{100 * one.none:.0f} %"] if sized else []),
        f"{one.silhouette:.3f}",
        f"{one.cloud:.3f} [{one.cloud_low:.3f}, {one.cloud_high:.3f}]",
        f"{100 * one.chance:.0f} %",
        f"{one.stability:.2f} [{one.stability_low:.2f}, {one.stability_high:.2f}]",
        "yes" if one.clear else "no",
    ]


def _figures(found: Grouped) -> Iterator[str]:
    head = ["", f"groups by {found.run.network}", *(ROWS[row] for row in found.rows)]
    every = [found.figures, *found.rows.values()]
    rows = [
        [NAMES[name], *(shown(f[name]) if name in f else "" for f in every)]
        for name in found.figures
    ]
    yield table(head, rows, caption=CAPTION)
    yield paragraph(f"{found.spread[0].upper()}{found.spread[1:]}.")
    if notes := sorted({e.note for e in found.figures.values() if e.note}):
        yield bullets(notes)


def shown(figure: Estimate) -> str:
    """Write a figure with its interval, or that there is none."""
    return str(figure) if math.isfinite(figure.low) else f"{figure.value:.3f} [not known]"


def _groups(found: Grouped) -> Iterator[str]:
    tiny = small(found.works.examples.inputs)
    for k, each in enumerate(found.groups):
        yield f"<h3>{each.name}: {each.works:,} works</h3>"
        member = np.flatnonzero(found.numbers == k)
        yield works([(strip(tiny[member]), "its colors")])
        if said := _said(each):
            yield bullets(said)
        yield paragraph("Most typical:")
        yield works(_shown(found, each.typical))
        if each.between:
            yield folded("Works between it and another group", works(_shown(found, each.between)))


def _said(each: About) -> list[str]:
    labels = [str(trait) for trait in each.traits[:LABELS]]
    return [*labels, *each.colors, f"silhouette {each.silhouette:.2f}"]


def _shown(found: Grouped, chosen: Iterable[int]) -> Iterator[tuple[UInt8[Tensor, "c h w"], str]]:
    examples = found.works.examples
    label = found.works.columns[found.works.label] if found.works.label else None
    for i in chosen:
        known = f" ({label[i]})" if label and label[i] is not None else ""
        yield examples.inputs[i], f"{examples.names[i]}{known}"


def _outside(found: Grouped) -> Iterator[str]:
    many = int((found.numbers == NONE).sum())
    if not many:
        return
    share = 100 * many / len(found.numbers)
    yield paragraph(
        f"{many:,} works ({share:.0f} %) lie in no group. Those farthest from all, at most {SHOWN}:"
    )
    yield works(_shown(found, found.outside))


def _crossed(found: Grouped) -> Iterator[str]:
    """Set groups against labels, the most frequent labels first."""
    labels, names = found.works.known()
    if len(names) < 2:
        return
    counts = np.bincount(labels[labels >= 0], minlength=len(names))
    order = np.argsort(-counts, kind="stable")[:LABELS]
    numbers = list(range(len(found.groups))) + ([NONE] if (found.numbers == NONE).any() else [])
    rows = [
        [names[i], *(str(int(((found.numbers == k) & (labels == i)).sum())) for k in numbers)]
        for i in order
    ]
    head = [found.works.label or "", *(found.groups[k].name if k >= 0 else "none" for k in numbers)]
    left = len(names) - len(order)
    more = f"; {left} rarer ones are left out" if left > 0 else ""
    yield table(head, rows, caption=f"Works of each label in each group{more}")
