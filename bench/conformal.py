"""Do sets of movements hold the true one nine times of ten, as they shall, and how large are they?

    python bench/conformal.py [--features file.npz] [--coverage 0.9] [--splits 200]

A logistic regression learns the movements that three painters or more have from a third of the
paintings, ten times anew, and what is left is split twenty times: one half says how large the sets
must be, the other is asked. Prints for each score, over all 200 splits,

works              thirds by work: those asked are new works of painters that are known. Coverage
                   is guaranteed here, and its mean must lie between 88 and 92 %.
known to new       thirds by painter: the sets are fitted to new works of the painters that were
                   learned from, and asked about painters that nobody ever saw. Not guaranteed.
new to new         likewise, but the sets are fitted to painters that were not learned from.

with the coverage (mean, and from the 5th to the 95th of a hundred splits), the mean size of the
sets and how often they say nothing; then which painters the sets serve worst. `--features` names an
.npz of `features (n, d)`, `artist (n,)` and `movement (n,)`; without it, the eye looks at the
paintings, of which it learned from four fifths. Needs ../shared unless there are features. Takes a
few minutes.
"""

import argparse
import csv
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler

import impasto
from impasto.metrics.conformal import SCORES, by_group, cannot_say, fit, sets

SHARED = Path(__file__).resolve().parents[2] / "shared"
AGAIN = 10
"""Times that the regression learns anew."""

Split = tuple[np.ndarray, np.ndarray]
"""Which works the sets are fitted to, and which are asked about."""


@dataclass(frozen=True)
class Works:
    """What is known of paintings, a row each."""

    features: np.ndarray
    artist: np.ndarray
    movement: np.ndarray


def by_the_eye() -> Works:
    """What the eye sees in all paintings."""
    folder = SHARED / "data" / "paintings"
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    features = impasto.embed([folder / row["path"] for row in rows]).double().numpy()
    names = (np.array([row[column] for row in rows]) for column in ("artist", "movement"))
    return Works(features, *names)


def loaded(file: Path) -> Works:
    """Features that somebody made."""
    with np.load(file, allow_pickle=False) as arrays:
        return Works(*(arrays[name] for name in ("features", "artist", "movement")))


def chosen(works: Works) -> Works:
    """Keep the movements of three painters or more."""
    painters = defaultdict(set)
    for movement, artist in zip(works.movement, works.artist, strict=True):
        painters[movement].add(artist)
    kept = np.array([len(painters[movement]) >= 3 for movement in works.movement])
    return Works(works.features[kept], works.artist[kept], works.movement[kept])


def by_artist(works: Works, g: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw painters to learn from: a third of each movement's, one at least; and the others."""
    learned = set()
    for movement in np.unique(works.movement):
        painters = np.unique(works.artist[works.movement == movement])
        learned |= set(g.permutation(painters)[: max(1, len(painters) // 3)].tolist())
    known = np.isin(works.artist, list(learned))
    return np.flatnonzero(known), np.flatnonzero(~known)


def halves(places: np.ndarray, g: np.random.Generator) -> Split:
    """Deal works out to two."""
    order = g.permutation(places)
    return order[: len(order) // 2], order[len(order) // 2 :]


def halves_by_artist(places: np.ndarray, artist: np.ndarray, g: np.random.Generator) -> Split:
    """Deal painters out to two, until each has half of the works or a little more."""
    names = g.permutation(np.unique(artist[places]))
    counts = np.array([(artist[places] == name).sum() for name in names])
    first = names[counts.cumsum() <= counts.sum() / 2 + counts / 2]
    held = np.isin(artist[places], first)
    return places[held], places[~held]


def probabilities(works: Works, learned: np.ndarray, target: np.ndarray) -> np.ndarray:
    """What a regression that saw some works says of all."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500, tol=1e-3))
    model.fit(works.features[learned], target[learned])
    found = np.zeros((len(target), target.max() + 1))
    found[:, model.classes_] = model.predict_proba(works.features)
    return found


Trial = tuple[np.ndarray, list[Split]]
"""What a regression says of all works, and how those it never saw are dealt out."""


def trials(works: Works, target: np.ndarray, kind: str, splits: int) -> Iterator[Trial]:
    """Learn ten times, and split what is left some times each."""
    for seed in range(AGAIN):
        g = np.random.default_rng(seed)
        order = g.permutation(len(target))
        learned, rest = order[: len(order) // 3], order[len(order) // 3 :]
        if kind != "works":
            learned, rest = by_artist(works, g)
        fresh = np.array([], int)
        if kind == "known to new":
            learned, fresh = halves(learned, g)
        dealt = []
        for _ in range(splits // AGAIN):
            if kind == "works":
                dealt.append(halves(rest, g))
            elif kind == "new to new":
                dealt.append(halves_by_artist(rest, works.artist, g))
            else:
                dealt.append((fresh, halves_by_artist(rest, works.artist, g)[0]))
        yield probabilities(works, learned, target), dealt


def show(works: Works, target: np.ndarray, kind: str, chosen: argparse.Namespace) -> None:
    """Print what sets are worth where works are dealt out in one way."""
    rows = defaultdict(list)
    last: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for said, dealt in trials(works, target, kind, chosen.splits):
        for score in SCORES:
            for known, asked in dealt:
                threshold = fit(said[known], target[known], coverage=chosen.coverage, score=score)
                found = sets(said[asked], threshold)
                held = found[np.arange(len(asked)), target[asked]]
                size = found.sum(1)
                empty, silent = (size == 0).mean(), cannot_say(found).mean()
                rows[score].append((held.mean(), size.mean(), empty, silent))
                last[score] = found, asked
    print(f"\n{kind}")
    for score, values in rows.items():
        covered, size, empty, silent = np.transpose(values)
        low, high = np.percentile(covered, (5, 95))
        print(
            f"  {score:5s} coverage {covered.mean():.1%} [{low:.1%}, {high:.1%}], "
            f"size {size.mean():.2f}, empty {empty.mean():.1%}, cannot say {silent.mean():.1%}"
        )
    found, asked = last["lac"]
    each = by_group(found, target[asked], works.artist[asked].tolist())
    enough = {name: e for name, e in each.items() if (works.artist[asked] == name).sum() >= 10}
    worst = ", ".join(f"{name} {e}" for name, e in list(enough.items())[:4])
    print(f"  served worst by lac in the last split, of those with 10 works: {worst}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--features", type=Path)
    parser.add_argument("--coverage", type=float, default=0.9)
    parser.add_argument("--splits", type=int, default=200)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    works = chosen(loaded(asked.features) if asked.features else by_the_eye())
    target = LabelEncoder().fit_transform(works.movement)
    seen = asked.features.name if asked.features else "the eye"
    print(f"{len(target)} works of {target.max() + 1} movements, seen as {seen}")
    for kind in ("works", "known to new", "new to new"):
        show(works, target, kind, asked)


if __name__ == "__main__":
    main()
