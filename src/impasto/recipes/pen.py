"""Recipe of the pen: a network that draws, from scratch, on one CPU core.

    python -m impasto.recipes.pen ../shared runs/pen/omniglot            trains, or goes on
    python -m impasto.recipes.pen ../shared runs/pen/omniglot --ship     writes the package's file

Also with `--kind kanji` or `--kind sheep`, each in its own folder. Within an hour; what to
expect stands in the card, `weights/pen.md`. Paper: Ha, Eck 2017, arXiv:1704.03477.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from impasto.creation.pen.pens import weights_in
from impasto.creation.pen.teaching import Lesson, Sizes, settle, teach
from impasto.data.sketches import Sketches, gather_sketches
from impasto.networks import catalog
from impasto.networks.pen import Pen
from impasto.recipes.shipping import write_weights
from impasto.training.logs import log_to

FILES = {"omniglot": "omniglot.npz", "kanji": "kanji_short.npz", "sheep": "sheep.npz"}
"""What there is to learn from, in ``data/sketches``."""

SHIPS = {"omniglot": "pen", "kanji": "pen_kanji"}
"""Which of them may ship, and under which name; sheep are for measuring only."""

LESSONS = {
    "omniglot": Lesson(
        plan=replace(Lesson().plan, steps=20_000, decay=0.7, average=0.9995, precision="bfloat16"),
        sizes=Sizes(drawing=512),
        dropout=0.25,
    ),
    "kanji": Lesson(plan=replace(Lesson().plan, steps=6_000)),
    "sheep": Lesson(
        plan=replace(Lesson().plan, steps=5_000), tolerance=0.02, most=150, alike=512, batch=64
    ),
}
"""How each kind is learned."""


def sketches_of(shared: Path, kind: str) -> Sketches:
    """Read the drawings of a kind."""
    return gather_sketches(shared / "data" / "sketches" / FILES[kind])


def run(shared: Path, folder: Path, kind: str) -> Pen:
    """Train the pen, or go on with a training that was stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    told = log_to(folder / "log.jsonl")
    return teach(sketches_of(shared, kind), folder, lesson=LESSONS[kind], on_step=told).network


def ship(shared: Path, folder: Path, kind: str, path: Path) -> str:
    """Write the best averaged weights of a run as the package has them; returns their sha256."""
    lesson = LESSONS[kind]
    settle(folder, lesson.tidied(sketches_of(shared, kind).train), most=lesson.most)
    return write_weights(weights_in(folder), path, network="pen")


def main() -> None:
    """Read where the data lies and where to work, and train or ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", choices=FILES, default="omniglot", help="what to learn from")
    parser.add_argument(
        "--ship", action="store_true", help="write what is learned into the package"
    )
    chosen = parser.parse_args()
    if not chosen.ship:
        run(chosen.shared, chosen.folder, chosen.kind)
    elif chosen.kind in SHIPS:
        sha256 = ship(
            chosen.shared,
            chosen.folder,
            chosen.kind,
            catalog.FOLDER / f"{SHIPS[chosen.kind]}.safetensors",
        )
        sys.stdout.write(f"The catalog's row needs sha256={sha256!r}.\n")
    else:
        parser.error(f"what is learned from {chosen.kind} may not ship: it is for measuring only")


if __name__ == "__main__":
    main()
