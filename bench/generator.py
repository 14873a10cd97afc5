"""Compare the two ways to learn a collection at equal processor time, and decide by KID.

    python bench/generator.py [--minutes 15] [--seeds 0,1,2] [--methods gan,flow] [--piece 30]
    python bench/generator.py --hindsight runs/generator-bench/gan-0

Each method learns ukiyo-e and shin-hanga of ../shared/data/paintings together, at 64 pixels, with
each seed; per seed both learn the same works and are judged by the same ones, held out. A budget is
the process's own processor time, minutes times two cores, looks included, so that whatever else the
machine does takes nothing from it. Run it again to go on: finished trainings are left as they are,
and one that was stopped goes on from its last checkpoint with what it had spent by then. With
--piece it stops by itself after so many minutes on the clock.

At the end the best checkpoint of each paints 512 pictures that no look has seen. The decision: the
mean difference of the KIDs over the seeds, paired, with Student's 95 % interval; where it excludes
0, the better method is known. Beside it stands the difference for each seed, with the jackknife's
interval for other works and pictures of the same two networks. Prints a table, and writes
results.json and a sheet of 24 unselected pictures for each. Takes 6 × 15 minutes on two cores.

--hindsight judges every look of a finished training by 512 fresh pictures, and says which place the
chosen one has among them.
"""

import argparse
import csv
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.stats import t as student

from impasto.creation.collection.files import sample_files
from impasto.creation.collection.generator import opened
from impasto.creation.collection.inspecting import FIRST, create_inspect
from impasto.creation.collection.judging import LONG, Examiner, noise_of, painted
from impasto.creation.collection.method import as_maker
from impasto.creation.collection.run import CACHE, FILE, LOOKS, load
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.creation.collection.works import eyes, gather
from impasto.jobs.saving import Saving
from impasto.metrics.kid import kid_difference
from impasto.progress import Step
from impasto.training.checkpoint import BEST, LAST, facts_of

ROOT = Path(__file__).resolve().parents[2] / "shared" / "data" / "paintings"
CORES, JUDGED = 2, 512

LOOK = 400
"""Steps between two looks, the same for both, so that neither has more to choose from."""


def collection(folder: Path, movements: set[str]) -> Path:
    """Write a table of the works of some movements, beside copies of them."""
    works = folder / "works"
    works.mkdir(parents=True, exist_ok=True)
    with (ROOT / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["movement"] in movements]
    for row in rows:
        target = works / row["path"]
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            shutil.copy2(ROOT / row["path"], target)
    return works


class Budget:
    """Stops a training when its processor time is spent; remembers the time at every tenth step."""

    def __init__(self, run: Path, seconds: float, until: float) -> None:
        self.run, self.seconds, self.until = run, seconds, until
        self.path = run / "spent.csv"
        self.before, self.begun = self.known(), float("nan")

    def known(self) -> float:
        """What was spent until the checkpoint from which it goes on."""
        if not (self.path.exists() and (self.run / LAST).exists()):
            return 0.0
        step = facts_of(self.run / LAST)["progress"]["step"]
        rows = [line.split(",") for line in self.path.read_text().splitlines()]
        return max((float(spent) for done, spent in rows if int(done) <= step), default=0.0)

    @property
    def left(self) -> float:
        """Seconds that may still be spent."""
        return self.seconds - self.before

    def __call__(self, step: Step) -> bool:
        """Count a step; tells whether it was the last."""
        if not step.values:
            return False
        if np.isnan(self.begun):
            self.begun = time.process_time()
        spent = self.before + time.process_time() - self.begun
        over = spent >= self.seconds or time.monotonic() > self.until
        if over or step.done % 10 == 0:
            with self.path.open("a") as file:
                file.write(f"{step.done},{spent:.2f}\n")
        return over


def trained(works: Path, run: Path, settings: GeneratorSettings, budget: Budget) -> bool:
    """Train, or go on; tells whether the budget is spent."""
    if budget.left > 1:
        resume = (run / FILE).exists() and (run / LAST).exists()
        ended = create_train(
            works,
            run,
            settings=None if resume else settings,
            resume=resume,
            on_line=lambda line: print(f"  {run.name}: {line}", flush=True),
            on_step=budget,
        )
        if not ended.reason.startswith("stopped: asked to"):
            return True  # it copies, or collapsed: no time mends that
    return Budget(run, budget.seconds, budget.until).left <= 1


def judged(run: Path) -> dict[str, object]:
    """Judge a finished training, once."""
    path = run / "judged.json"
    if not path.exists():
        found = create_inspect(run, count=JUDGED)
        sheet = run.with_name(f"{run.name}.png")
        sample_files(run, count=24, seed=1, sheet=sheet, saving=Saving(force=True))
        path.write_text(json.dumps(found.as_dict(), indent=1))
    result: dict[str, object] = json.loads(path.read_text())
    return result


def difference(first: list[float], second: list[float]) -> tuple[float, float, float]:
    """Mean of paired differences, with its interval."""
    apart = np.array(first) - np.array(second)
    middle = float(apart.mean())
    if len(apart) < 2:
        return middle, float("-inf"), float("inf")
    half = student.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / len(apart) ** 0.5
    return middle, middle - float(half), middle + float(half)


def verdict(kids: dict[str, list[float]]) -> str:
    """Say which method is better, if that is known."""
    if len(kids) != 2:
        return "nothing to compare: one method"
    (one, first), (two, second) = kids.items()
    middle, low, high = difference(first, second)
    said = f"KID of {one} less that of {two}: {middle:.3f} [{low:.3f}, {high:.3f}]"
    if low <= 0 <= high:
        return f"{said}: not decided by KID; look at copies, recall, speed and the sheets"
    return f"{said}: {two if middle > 0 else one} is better"


def shown(figure: object) -> str:
    """Write a figure with its interval."""
    assert isinstance(figure, dict)
    low, high = figure["interval"]
    return f"{figure['value']:.3f} [{low:.3f}, {high:.3f}]"


def paired(folder: Path, methods: list[str], seed: int) -> str:
    """Compare two methods of one seed, which were judged by the same works."""
    runs = [folder / f"{method}-{seed}" for method in methods]
    known = load(runs[0])
    works = gather(known.reached(), known.settings, cache=runs[0] / CACHE)
    seen = []
    for run in runs:
        network = opened(run).network
        noise = noise_of(as_maker(network).noise, JUDGED, FIRST)
        seen.append(LONG * eyes(painted(network, noise, quick=True)))
    found = kid_difference(LONG * eyes(works.pixels[works.held]), *seen)
    return f"seed {seed}: KID of {methods[0]} less that of {methods[1]}: {found}"


def rows(folder: Path, names: list[str]) -> Iterator[str]:
    yield "run | steps (best) | KID | precision | recall | copies | variety"
    for name in names:
        found = judged(folder / name)
        figures = " | ".join(shown(found[k]) for k in ("kid", "precision", "recall", "copy_rate"))
        steps = f"{found['steps']} ({found['best_step']})"
        yield f"{name} | {steps} | {figures} | {found['variety']:.2f}"


def hindsight(run: Path) -> None:
    """Judge every look by fresh pictures, and say which place the chosen one has."""
    known = load(run)
    works = gather(known.reached(), known.settings, cache=run / CACHE)
    examiner, found = Examiner(works), {}
    for path in sorted((run / LOOKS).glob("*.safetensors")):
        network = opened(path).network
        noise = noise_of(as_maker(network).noise, JUDGED, FIRST)
        step = int(path.stem.removeprefix("step-"))
        found[step] = examiner(painted(network, noise, quick=True))
        print(f"step {step}: KID {found[step].kid}, copies {found[step].copying.rate}", flush=True)
    chosen = facts_of(run / BEST)["progress"]["best_step"]
    order = sorted(found, key=lambda step: found[step].kid.value)
    print(f"chosen: {chosen}, place {order.index(chosen) + 1} of {len(order)} in hindsight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--methods", default="gan,flow")
    parser.add_argument("--movements", default="Ukiyo-e,Shin-hanga")
    parser.add_argument("--piece", type=float, default=float("inf"), help="minutes on the clock")
    parser.add_argument("--folder", type=Path, default=Path("runs") / "generator-bench")
    parser.add_argument("--hindsight", type=Path)
    asked = parser.parse_args()
    if asked.hindsight:
        hindsight(asked.hindsight)
        return
    until = time.monotonic() + 60 * asked.piece
    works = collection(asked.folder, set(asked.movements.split(",")))
    methods, seeds = asked.methods.split(","), [int(seed) for seed in asked.seeds.split(",")]
    for seed in seeds:
        for method in methods:
            run = asked.folder / f"{method}-{seed}"
            run.mkdir(exist_ok=True)
            settings = GeneratorSettings(
                method=method, seed=seed, look=LOOK, patience=10_000, keep=True
            )
            budget = Budget(run, 60 * asked.minutes * CORES, until)
            if not trained(works, run, settings, budget):
                print("the time of this piece is over; run it again to go on")
                return
    names = [f"{method}-{seed}" for seed in seeds for method in methods]
    for line in rows(asked.folder, names):
        print(line)
    for seed in seeds if len(methods) == 2 else ():
        print(paired(asked.folder, methods, seed))
    kids = {m: [judged(asked.folder / f"{m}-{s}")["kid"]["value"] for s in seeds] for m in methods}
    print(verdict(kids))
    results = {name: judged(asked.folder / name) for name in names} | {"verdict": verdict(kids)}
    (asked.folder / "results.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
