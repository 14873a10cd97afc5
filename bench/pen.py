"""Measure the pen: how little it is surprised, how fast it draws, and who is taken in by it.

    python bench/pen.py [--runs runs/pen] [--kinds omniglot,kanji,sheep] [--temperatures 0.65,0.8,1]
                        [--of omniglot]
    python bench/pen.py --sheet docs/pictures/signs.svg

Test loss: nats a point on drawings of ../shared/data/sketches that were not learned from, an upper
bound (what ideas say included), for each kind whose training lies in the folder of runs. Beside it
stand two step models, learned from the same drawings: one Gaussian for all steps and one share for
each state of the pen; and one of each for the point after one where the pen goes on, and after one
where it is lifted. Steps are in units of the training set's deviation, which all three share; the
first point has no place in any of them. 95 % intervals over drawings.

Speed: drawings a second on the clock, 512 of them, and a second of one core's own time.

Real or made: the test drawings of one kind (--of), as they are learned from, against as many new
ones, both brought to one size; ten-fold cross-validated accuracy of two heads on statistics of
strokes, with their intervals. 50 % is chance: nobody can tell them apart.

What part of the new ones is a copy: the share that lies nearer to a drawing learned from than 95 %
of the test drawings do, by the mean distance between 32 points along each.

--sheet draws seeds 1 to 48, none left out.
"""

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.spatial import cKDTree
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from impasto.creation.pen.draw import Asked, draw
from impasto.creation.pen.files import draw_file
from impasto.creation.pen.pens import Known, known
from impasto.creation.pen.settings import USUAL, DrawSettings
from impasto.creation.pen.teaching import Lesson, measured, settle
from impasto.data.paper import lines_of
from impasto.data.strokes import Drawing
from impasto.jobs.saving import Saving
from impasto.metrics.intervals import mean
from impasto.recipes.pen import LESSONS, sketches_of

SHARED = Path(__file__).resolve().parents[2] / "shared"
STATES, ALONG = 3, 32


class StepModel:
    """What one Gaussian makes of steps, and shares of the pen: always, or after each state."""

    def __init__(
        self, drawings: Sequence[Drawing], most: int, scale: float, *, after: bool
    ) -> None:
        self.most, self.scale, self.after = most, scale, after
        before, steps, states, firsts, _ = self.taken(drawings)
        self.first = self.shares(firsts)
        self.means, self.spreads, self.state = {}, {}, {}
        for here in np.unique(before):
            self.means[here] = steps[before == here].mean(0)
            self.spreads[here] = np.cov(steps[before == here].T)
            self.state[here] = self.shares(states[before == here])

    @staticmethod
    def shares(states: np.ndarray) -> np.ndarray:
        """Count states, none as if it never came."""
        return (np.bincount(states, minlength=STATES) + 1) / (len(states) + STATES)

    def taken(self, drawings: Sequence[Drawing]) -> tuple[np.ndarray, ...]:
        """List state before, step, state and drawing of all but the first points; their states."""
        rows = []
        for drawing in drawings:
            row = drawing[: self.most].astype(np.float64)
            row[-1, 2] = 2
            rows.append(row)
        before = np.concatenate([r[:-1, 2] for r in rows]).astype(int) * self.after
        steps = np.concatenate([r[1:, :2] for r in rows]) / self.scale
        states = np.concatenate([r[1:, 2] for r in rows]).astype(int)
        whose = np.repeat(np.arange(len(rows)), [len(r) - 1 for r in rows])
        return before, steps, states, np.array([int(r[0, 2]) for r in rows]), whose

    def loss(self, drawings: Sequence[Drawing]) -> float:
        """Measure how little drawings were expected, in nats a point."""
        before, steps, states, firsts, whose = self.taken(drawings)
        costs = np.zeros(len(before))
        for here in self.means:
            at = before == here
            away = steps[at] - self.means[here]
            bend = np.einsum("ni,ij,nj->n", away, np.linalg.inv(self.spreads[here]), away)
            size = math.log(2 * math.pi) + np.linalg.slogdet(self.spreads[here])[1] / 2
            costs[at] = bend / 2 + size - np.log(self.state[here][states[at]])
        sums = np.bincount(whose, costs, len(drawings)) - np.log(self.first[firsts])
        return float(sums.sum() / (len(costs) + len(drawings)))


def losses(runs: Path, kinds: Sequence[str]) -> None:
    """Print the test loss of each kind."""
    print("nats a point, test    pen   (steps  states  ideas)   Gaussian   after each state")
    for kind in kinds:
        if not (runs / kind / "best.safetensors").is_file():
            print(f"{kind:16}  not trained: python -m impasto.recipes.pen … --kind {kind}")
            continue
        pen, lesson, sketches = known(runs / kind).pen, LESSONS[kind], sketches_of(SHARED, kind)
        learned, tested = lesson.tidied(sketches.train), lesson.tidied(sketches.test)
        found = measured(pen, tested, most=lesson.most)
        models = [
            StepModel(learned, lesson.most, float(pen.scale), after=after)
            for after in (False, True)
        ]
        beside = "  ".join(f"{model.loss(tested):9.3f}" for model in models)
        print(
            f"{kind:16} {found['loss']:8.3f}   ({found['steps']:.3f}  {found['states']:.3f}  "
            f"{found['ideas']:.3f})  {beside}"
        )


def made_by(pen: Known, count: int, temperature: float, seed: int = 1) -> list[Drawing]:
    settings = DrawSettings(temperature=temperature)
    asked = Asked(pen, tuple(range(seed, seed + count)), settings)
    return [each.drawing for each in draw(asked)]


def speed(pen: Known) -> None:
    """Print how fast it draws."""
    made_by(pen, 32, USUAL)
    began, spent = time.perf_counter(), time.process_time()
    made_by(pen, 512, USUAL)
    clock, cpu = time.perf_counter() - began, time.process_time() - spent
    threads = torch.get_num_threads()
    print(
        f"\nspeed: {512 / clock:.0f} drawings a second on the clock with {threads} threads, "
        f"{512 / cpu:.0f} a second of processor time"
    )


def sized(drawing: Drawing) -> Drawing:
    """Bring a drawing to a longer side of one."""
    side = np.ptp(drawing[:, :2].cumsum(0), axis=0).max() or 1.0
    return np.column_stack([drawing[:, :2] / side, drawing[:, 2]])


def statistics(drawing: Drawing) -> list[float]:
    """Describe a drawing, brought to one size, by its strokes."""
    strokes, places = lines_of(drawing), drawing[:, :2].cumsum(0)
    steps, down = drawing[1:, :2], drawing[:-1, 2] == 0
    long = np.hypot(*steps.T)
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    both = down[1:] & down[:-1]
    turns = (np.diff(angles)[both] + np.pi) % (2 * np.pi) - np.pi
    lengths = [np.hypot(*np.diff(s, axis=0).T).sum() for s in strokes]
    closed = [np.hypot(*(s[-1] - s[0])) for s in strokes]
    low, high = places.min(0), places.max(0)
    straight = np.minimum(np.abs(np.sin(2 * angles[down])), 1) < 0.05
    return [
        len(drawing), len(strokes), len(drawing) / len(strokes), *(high - low),
        *(places[0] - low), *(places[-1] - low), *(places.mean(0) - low), *places.std(0),
        closed[0], min(closed), long[down].sum(), long[~down].sum(), max(lengths), min(lengths),
        float(straight.mean()) if down.any() else 0.0,
        *moments(long[down]), *moments(np.abs(turns)), *moments(turns), *moments(np.diff(turns)),
        *moments(steps[down, 0]), *moments(steps[down, 1]),
        *moments(steps[~down, 0]), *moments(steps[~down, 1]),
    ]  # fmt: skip


def moments(values: np.ndarray) -> tuple[float, float, float]:
    if not len(values):
        return 0.0, 0.0, 0.0
    return float(values.mean()), float(values.std()), float(np.abs(values).max())


def told_apart(pen: Known, real: Sequence[Drawing], temperatures: Sequence[float]) -> None:
    """Print how often a head can tell real from made."""
    heads = {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        "random forest": RandomForestClassifier(300, min_samples_leaf=3, random_state=0),
    }
    seen = np.array([statistics(d) for d in real])
    print(f"\nreal or made: {len(real)} each; real ones have {seen[:, 0].mean():.1f} points and "
          f"{seen[:, 1].mean():.2f} strokes")  # fmt: skip
    for temperature in temperatures:
        made = [sized(d) for d in made_by(pen, len(real), temperature, seed=1000)]
        both = np.concatenate([seen, [statistics(d) for d in made]])
        truth = np.repeat([0, 1], len(real))
        mixed = np.random.default_rng(0).permutation(len(truth))
        shown = []
        for name, head in heads.items():
            said = cross_val_predict(head, both[mixed], truth[mixed], cv=10)
            right = mean(said == truth[mixed])
            shown.append(f"{name} {100 * right.value:.1f} % [{100 * right.low:.1f}, "
                         f"{100 * right.high:.1f}]")  # fmt: skip
        means = both[len(real) :].mean(0)
        print(f"temperature {temperature}: {means[0]:.1f} points, {means[1]:.2f} strokes; "
              f"right: {'; '.join(shown)}")  # fmt: skip


def walked(drawing: Drawing) -> np.ndarray:
    """Points at even distances along the strokes, the pen's jumps left out."""
    strokes = lines_of(drawing)
    points = np.concatenate(strokes)
    steps = np.hypot(*np.diff(points, axis=0).T)
    steps[np.cumsum([len(s) for s in strokes])[:-1] - 1] = 0
    way = np.append(0, steps.cumsum())
    at = np.linspace(0, way[-1], ALONG)
    return np.concatenate([np.interp(at, way, axis) for axis in (points - points.min(0)).T])


def copies(
    pen: Known,
    lesson: Lesson,
    learned: Sequence[Drawing],
    real: Sequence[Drawing],
    temperatures: Sequence[float],
) -> None:
    """Print how many of the new ones are nearer to what was learned than real ones are."""
    tree = cKDTree(np.array([walked(d) for d in learned]))
    near = tree.query([walked(d) for d in real])[0]
    limit = np.quantile(near, 0.05)
    print("\nnearer to a drawing learned from than 95 % of the test drawings (5 % is par):")
    for temperature in temperatures:
        made = lesson.tidied(made_by(pen, len(real), temperature, seed=1000))
        share = mean(tree.query([walked(d) for d in made])[0] < limit)
        print(f"temperature {temperature}: {100 * share.value:.1f} % [{100 * share.low:.1f}, "
              f"{100 * share.high:.1f}]")  # fmt: skip


def main() -> None:
    """Measure everything, or draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/pen"))
    parser.add_argument("--kinds", default="omniglot,kanji,sheep")
    parser.add_argument("--temperatures", default="0.65,0.8,1.0")
    parser.add_argument("--of", default="omniglot", help="the kind that is told apart")
    parser.add_argument("--like", help="measure this pen instead of the run's")
    parser.add_argument("--sheet", type=Path)
    chosen = parser.parse_args()
    like = chosen.like or chosen.runs / chosen.of
    if chosen.sheet:
        draw_file(chosen.sheet, like=like, count=48, columns=12, saving=Saving(force=True))
        return
    losses(chosen.runs, chosen.kinds.split(","))
    lesson, sketches = LESSONS[chosen.of], sketches_of(SHARED, chosen.of)
    learned, real = lesson.tidied(sketches.train), lesson.tidied(sketches.test)
    if not chosen.like:
        settle(like, learned, most=lesson.most)
    pen = known(like)
    speed(pen)
    temperatures = [float(t) for t in chosen.temperatures.split(",")]
    told_apart(pen, real, temperatures)
    copies(pen, lesson, learned, real, temperatures)


if __name__ == "__main__":
    main()
