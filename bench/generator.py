"""Train a generator on a collection within a budget of processor time, and judge it.

    python bench/generator.py [--minutes 15] [--seeds 0,1,2] [--movements Ukiyo-e,Shin-hanga]
    python bench/generator.py --artist kazimir-malevich [--piece 30]
    python bench/generator.py --hindsight runs/generator-bench/Ukiyo-e-Shin-hanga/seed-0 [--since 0]

It learns works of ../shared/data/paintings, those of some movements together or of one artist, at
64 pixels with each seed, which also chooses the works that are held out. A budget is the process's
own processor time, minutes times two cores, looks included, so that whatever else the machine does
takes nothing from it. Run it again to go on: finished trainings are left as they are, and one that
was stopped goes on from its last checkpoint with what it had spent by then. With --piece it stops
by itself after so many minutes on the clock.

At the end the best checkpoint of each paints 512 pictures that no look has seen. Prints a table
with 95 % intervals: KID to the works held out, beside it that of the works learned from, precision,
recall, the share of copies, which is 5 % for real works, and variety as a share of the works'.
Writes results.json and a sheet of 24 unselected pictures for each. Takes 3 × 15 minutes on two
cores.

--hindsight judges every look of a finished training, or those from --since on, by 512 fresh ones,
and says which place the chosen one has among them.
"""

import argparse
import csv
import json
import math
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from impasto.creation.collection.early import early_in
from impasto.creation.collection.files import sample_files
from impasto.creation.collection.generator import guided, opened
from impasto.creation.collection.inspecting import FIRST, create_inspect
from impasto.creation.collection.judging import Examiner, painted
from impasto.creation.collection.run import CACHE, FILE, LOOKS, load
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.creation.collection.works import gather
from impasto.jobs.saving import Saving
from impasto.metrics.copying import SHARE
from impasto.networks.flow import noise_of
from impasto.progress import Step
from impasto.training.checkpoint import BEST, LAST, facts_of

ROOT = Path(__file__).resolve().parents[2] / "shared" / "data" / "paintings"
CORES, JUDGED = 2, 512


def collection(folder: Path, column: str, values: list[str]) -> Path:
    """Copy the works whose label is one of these."""
    works = folder / "works"
    with (ROOT / "labels.csv").open(newline="", encoding="utf-8") as file:
        paths = [row["path"] for row in csv.DictReader(file) if row[column] in values]
    for path in paths:
        target = works / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy2(ROOT / path, target)
    return works


class Budget:
    """Stops a training when its processor time is spent; remembers the time at every tenth step."""

    def __init__(self, run: Path, seconds: float, until: float) -> None:
        self.run, self.seconds, self.until = run, seconds, until
        self.path = run / "spent.csv"
        self.before, self.begun = self.known(), math.nan

    def known(self) -> float:
        """What was spent until the checkpoint from which it goes on."""
        if not (self.path.exists() and (self.run / LAST).exists()):
            return 0.0
        step = reached(self.run)
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
        if math.isnan(self.begun):
            self.begun = time.process_time()
        spent = self.before + time.process_time() - self.begun
        over = spent >= self.seconds or time.monotonic() > self.until
        if over or step.done % 10 == 0:
            with self.path.open("a") as file:
                file.write(f"{step.done},{spent:.2f}\n")
        return over


def reached(run: Path) -> int:
    """Steps of the last checkpoint."""
    return int(facts_of(run / LAST)["progress"]["step"])


def trained(works: Path, run: Path, seed: int, budget: Budget) -> bool:
    """Train, or go on; tells whether the budget is spent."""
    if budget.left > 1:
        resume = (run / FILE).exists() and (run / LAST).exists()
        settings = GeneratorSettings(seed=seed, patience=10_000, keep=True)
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


def judged(run: Path) -> Mapping[str, Any]:
    """Judge a training as far as it came, once."""
    path = run / "judged.json"
    known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    if known.get("steps") != reached(run):
        known = create_inspect(run, count=JUDGED).as_dict()
        sheet = run.with_name(f"{run.name}.png")
        sample_files(run, count=24, seed=1, sheet=sheet, saving=Saving(force=True))
        path.write_text(json.dumps(known, indent=1))
    return known


def table(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Write the figures, a training a line."""
    copies = f"copies (by chance {SHARE:.3f})"
    yield f"run | steps (best) | KID | KID of works | precision | recall | {copies} | variety"
    for name, found in results.items():
        keys = ("kid", "kid_of_works", "precision", "recall", "copy_rate")
        figures = [shown(found[key]) for key in keys]
        steps = f"{found['steps']} ({found['best_step']})"
        yield " | ".join([name, steps, *figures, f"{found['variety']:.2f}"])


def shown(figure: Mapping[str, Any]) -> str:
    """Write a figure with its interval."""
    low, high = figure["interval"]
    return f"{figure['value']:.3f} [{low:.3f}, {high:.3f}]"


def hindsight(run: Path, since: int) -> None:
    """Judge every look from a step on by fresh pictures, and say which place the chosen one has."""
    known = load(run)
    works = gather(known.reached(), known.settings, cache=run / CACHE)
    examiner, found = Examiner(works), {}
    noise = noise_of(known.settings.size, JUDGED, FIRST)
    for path in sorted((run / LOOKS).glob("*.safetensors")):
        step = int(path.stem.removeprefix("step-"))
        if step < since:
            continue
        current = guided(opened(path).network, early_in(run, step))
        found[step] = examiner(painted(current, noise))
        print(f"step {step}: KID {found[step].kid}, copies {found[step].copying.rate}", flush=True)
    chosen = facts_of(run / BEST)["progress"]["best_step"]
    order = sorted(found, key=lambda step: found[step].kid.value)
    print(f"chosen: {chosen}, place {order.index(chosen) + 1} of {len(order)} in hindsight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--movements", default="Ukiyo-e,Shin-hanga")
    parser.add_argument("--artist", help="learn this one's works instead")
    parser.add_argument("--piece", type=float, default=math.inf, help="minutes on the clock")
    parser.add_argument("--folder", type=Path, default=Path("runs") / "generator-bench")
    parser.add_argument("--hindsight", type=Path)
    parser.add_argument("--since", type=int, default=0)
    asked = parser.parse_args()
    if asked.hindsight:
        hindsight(asked.hindsight, asked.since)
        return
    until = time.monotonic() + 60 * asked.piece
    column = "artist" if asked.artist else "movement"
    values = (asked.artist or asked.movements).split(",")
    folder = asked.folder / "-".join(values)
    works = collection(folder, column, values)
    runs = {int(seed): folder / f"seed-{seed}" for seed in asked.seeds.split(",")}
    for seed, run in runs.items():
        run.mkdir(exist_ok=True)
        if not trained(works, run, seed, Budget(run, 60 * asked.minutes * CORES, until)):
            print("the time of this piece is over; run it again to go on")
            return
    results = {run.name: judged(run) for run in runs.values()}
    for line in table(results):
        print(line)
    (folder / "results.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
