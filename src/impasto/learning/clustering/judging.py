"""Step 6 for groups: how well they hold together, and whether they are the labels one knows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from impasto.learning.clustering.choosing import Candidate
from impasto.learning.clustering.colors import color_words, colors, small
from impasto.learning.clustering.groups import by_kmeans, space_of
from impasto.learning.clustering.keeping import Grouping, group_name, load_groups
from impasto.learning.clustering.works import Works, gathered
from impasto.learning.run import CACHE, Run
from impasto.learning.sources import check_same
from impasto.metrics.baselines import color_histogram
from impasto.metrics.clustering import NONE, ari, grouped_silhouettes, nmi
from impasto.metrics.intervals import Estimate, mean
from impasto.metrics.summary import summary
from impasto.metrics.traits import Trait, traits
from impasto.progress import OnStep

Figures = dict[str, Estimate]

MOST = 5000
"""Works whose silhouettes are measured; of more, as many are drawn by lot."""

SHOWN = 8
"""Works shown of a kind."""

DEALS = 200
"""How often groups are dealt out by lot."""

SAME = (
    "measured on the works that the groups were sought in; the intervals are for other works like "
    "them divided by these same groups"
)


@dataclass(frozen=True, eq=False)
class About:
    """What can be said of a group.

    Attributes:
        name: Such as group 1.
        works: How many are in it.
        typical: The works nearest to its center.
        between: Works that lie nearly as near to another group.
        traits: Labels that are more frequent in it than elsewhere.
        colors: How its colors differ from those of the others.
        silhouette: How well it holds together.
    """

    name: str
    works: int
    typical: tuple[int, ...]
    between: tuple[int, ...]
    traits: tuple[Trait, ...]
    colors: tuple[str, ...]
    silhouette: float


@dataclass(frozen=True, eq=False)
class Grouped:
    """What a test of groups found.

    Attributes:
        run: Whose groups they are.
        works: That they were sought among.
        grouping: The groups.
        figures: Every metric by name, with its interval.
        rows: The same for chance, and for groups of colors alone.
        groups: What can be said of each.
        outside: Works in no group, those farthest from all first.
        scores: The silhouette of each work; NaN where it wasn't measured.
    """

    run: Run
    works: Works
    grouping: Grouping
    figures: Figures
    rows: dict[str, Figures]
    groups: tuple[About, ...]
    outside: tuple[int, ...]
    scores: Float[np.ndarray, " n"]

    @property
    def numbers(self) -> Int[np.ndarray, " n"]:
        """The group of each work; -1: none."""
        return self.grouping.groups.numbers

    def lines(self) -> list[str]:
        """What is to be said of the works and the groups."""
        unfinished = [self.run.unfinished] if self.run.unfinished else []
        return [*unfinished, self.spread, *self.run.lines]

    @property
    def spread(self) -> str:
        """Say how alike groups come out of halves of the works, which is no interval."""
        one = self.grouping.choice.chosen
        return (
            f"stability {one.stability:.3f} on average over halvings of the works, of which 95 % "
            f"lie between {one.stability_low:.3f} and {one.stability_high:.3f} (a spread, no "
            "interval)"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what `report.json` holds: every figure with its interval."""
        names, one = self.works.examples.names, self.grouping.choice.chosen
        return {
            **_plain(self.figures),
            "stability": {
                "value": one.stability,
                "spread": [one.stability_low, one.stability_high],
            },
            "baselines": {row: _plain(found) for row, found in self.rows.items()},
            "choice": self.grouping.choice.as_dict(),
            "groups": [
                {
                    "name": each.name,
                    "works": each.works,
                    "silhouette": each.silhouette,
                    "typical": [names[i] for i in each.typical],
                    "between": [names[i] for i in each.between],
                    "labels": [vars(trait) for trait in each.traits],
                    "colors": list(each.colors),
                }
                for each in self.groups
            ],
            "in_no_group": int((self.numbers == NONE).sum()),
            "works": len(names),
            "network": self.run.network,
            "seconds": self.run.seconds,
            "reason": self.run.reason or self.run.unfinished,
            "said": self.lines(),
        }

    def table(self) -> list[tuple[str, str, str, str, str]]:
        """Name, group such as the painter, label, group found, and silhouette of each work."""
        label = self.works.columns[self.works.label] if self.works.label else None
        examples = self.works.examples
        return [
            (
                name,
                examples.groups[i] if examples.groups else "",
                (label[i] if label else None) or "",
                group_name(int(self.numbers[i])),
                f"{self.scores[i]:.9g}" if np.isfinite(self.scores[i]) else "",
            )
            for i, name in enumerate(examples.names)
        ]


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: estimate.as_dict() for name, estimate in figures.items()}


def judge(
    run: Run, folder: Path, *, source: str | None = None, on_step: OnStep | None = None
) -> Grouped:
    """Judge the groups of a run.

    Args:
        run: As it was loaded.
        folder: Where it lies.
        source: Where the works lie now, if they were moved since.
        on_step: Told of each picture that has to be read again.

    Raises:
        TrainingError: If no groups were found yet, or their file is damaged.
        DataError: If the works have changed since.
    """
    grouping = load_groups(folder)
    place, settings = run.reached(source)
    works = gathered(place, settings, run.network, cache=folder / CACHE, on_step=on_step)
    check_same(works.prepared, run)
    return measured(run, works, grouping)


def measured(run: Run, works: Works, grouping: Grouping) -> Grouped:
    """Measure groups, and say what sets each apart."""
    groups, seed = grouping.groups, run.settings.seed
    some = np.sort(np.random.default_rng(seed).permutation(len(groups.numbers))[:MOST])
    scores = np.full(len(groups.numbers), np.nan)
    scores[some] = grouped_silhouettes(groups.places[some], groups.numbers[some])
    return Grouped(
        run,
        works,
        grouping,
        figures=_figures(works, grouping, scores, seed),
        rows=_rows(works, grouping, seed),
        groups=tuple(_about(works, grouping, scores)),
        outside=_outside(grouping),
        scores=scores,
    )


def _figures(
    works: Works, grouping: Grouping, scores: Float[np.ndarray, " n"], seed: int
) -> Figures:
    numbers, held = grouping.groups.numbers, works.groups
    is_known = np.isfinite(scores)
    kept = [g for g, known in zip(held, is_known, strict=True) if known] if held else None
    figures = {"silhouette": _of_all(mean(scores[is_known], groups=kept, seed=seed))}
    if grouping.choice.method == "hdbscan":
        figures["in_a_group"] = mean(numbers != NONE, groups=held, seed=seed)
    return figures | _agreement(works, numbers, seed)


def _of_all(found: Estimate) -> Estimate:
    return Estimate(found.value, found.low, found.high, "; ".join(filter(None, [found.note, SAME])))


def _agreement(works: Works, numbers: Int[np.ndarray, " n"], seed: int) -> Figures:
    """Compare groups with the labels of the works that have one; works in no group are one."""
    labels, names = works.known()
    known = labels >= 0
    if len(names) < 2 or known.sum() < 2:
        return {}
    held = [g for g, k in zip(works.groups, known, strict=True) if k] if works.groups else None
    return summary("cluster", numbers[known], labels[known], groups=held, seed=seed)


def _rows(works: Works, grouping: Grouping, seed: int) -> dict[str, Figures]:
    """Measure what stands beside the groups: works without any, lots, and colors alone."""
    numbers = grouping.groups.numbers
    shallow = _of_colors(works, max(2, len(grouping.groups)), seed)
    return {
        "chance": _by_lot(works, numbers, grouping.choice.chosen, seed),
        "shallow": _agreement(works, shallow, seed),
    }


def _of_colors(works: Works, count: int, seed: int) -> Int[np.ndarray, " n"]:
    found = color_histogram(works.examples.inputs).double().numpy()
    places = space_of(found, "kmeans").of(found)
    return by_kmeans(places, count, seed=seed, tries=3).numbers


def _by_lot(works: Works, numbers: Int[np.ndarray, " n"], one: Candidate, seed: int) -> Figures:
    """Deal the same groups out by lot, again and again; and divide a cloud without groups."""
    figures = {"silhouette": Estimate(one.cloud, one.cloud_low, one.cloud_high)}
    labels, names = works.known()
    known = labels >= 0
    if len(names) < 2 or known.sum() < 2:
        return figures
    generator = np.random.default_rng(seed)
    dealt = [generator.permutation(numbers[known]) for _ in range(DEALS)]
    for name, measure in (("ari", ari), ("nmi", nmi)):
        drawn = [measure(each, labels[known]) for each in dealt]
        low, high = (float(q) for q in np.quantile(drawn, [0.025, 0.975]))
        figures[name] = Estimate(float(np.mean(drawn)), low, high)
    return figures


def _about(works: Works, grouping: Grouping, scores: Float[np.ndarray, " n"]) -> list[About]:
    groups = grouping.groups
    if not len(groups):
        return []
    measured = colors(small(works.examples.inputs))
    far = groups.distances(groups.places)
    margin = _margin(far, groups.numbers)
    members = [groups.numbers == k for k in range(len(groups))]
    labels, found = traits(works.columns, members), []
    for k, member in enumerate(members):
        inside = scores[member & np.isfinite(scores)]
        found.append(
            About(
                group_name(k),
                int(member.sum()),
                _first(far[:, k], member),
                _first(margin, member) if len(groups) > 1 else (),
                labels[k],
                tuple(color_words(measured, member)),
                float(inside.mean()) if len(inside) else 0.0,
            )
        )
    return found


def _margin(
    far: Float[np.ndarray, "n k"], numbers: Int[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """How much nearer works lie to their own center than to the next: 0 is between the two."""
    own = far[np.arange(len(far)), numbers]
    others = far.copy()
    others[np.arange(len(far)), numbers] = np.inf
    return np.asarray(others.min(1) - own)


def _first(values: Float[np.ndarray, " n"], member: Bool[np.ndarray, " n"]) -> tuple[int, ...]:
    """Number the works of a group that have the least of something."""
    inside = np.flatnonzero(member)
    return tuple(inside[values[inside].argsort(kind="stable")][:SHOWN].tolist())


def _outside(grouping: Grouping) -> tuple[int, ...]:
    groups = grouping.groups
    if not len(groups):
        return tuple(range(min(SHOWN, len(groups.numbers))))
    nearest = groups.distances(groups.places).min(1)
    return _first(-nearest, groups.numbers == NONE)
