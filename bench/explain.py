"""Does the deletion test tell a trained network from one with random weights?

    python bench/explain.py [--run FOLDER] [--works 100] [--network resnet] [--epochs 12] [--seed 0]

Trains a network to tell movements of the paintings apart, split by artist, unless a run is named.
Then, for each of 100 works that it never saw, makes the maps of the class that it thinks most
likely by occlusion and Grad-CAM, twice: of the trained network, and of the same network with random
weights. What each map calls important is deleted from the picture, and the *trained* network is
asked after each sixteenth. The score of a network is the area under its probability, mean of both
maps: lower is better. Prints

told apart   in how many works the trained network's score is lower, of both maps together and of
             each by itself, with its 95 % interval. The bar: 95 of 100, together.
areas        the mean areas, beside that of regions of the same shape elsewhere.
trusted      how many maps `impasto explain` would say to be trusted, of those of the trained
             network and of those of random weights, both asked about on the trained network, by the
             deletion test alone (39 regions elsewhere, p at most 0.05). Only with --regions.

Needs ../shared unless a run is named. A second or two a work on a quiet core.
"""

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

import impasto
from impasto.learning.explain import METHODS
from impasto.learning.explaining.checks import area, curves, moved, unlearned
from impasto.learning.explaining.explanation import CHANCE
from impasto.learning.explaining.maps import Question
from impasto.learning.run import CACHE, Run, load
from impasto.learning.settings import settings_from
from impasto.learning.sources import prepare
from impasto.metrics.intervals import mean

PAINTINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "paintings"

Areas = dict[str, dict[str, float]]
"""Of a work: by the map's name, and whose map it is."""


def trained(folder: Path, network: str, epochs: int) -> None:
    """Train on the paintings."""
    values = {"label": "movement", "split_by": "artist", "network": network, "epochs": epochs}
    impasto.train(str(PAINTINGS), folder, settings=settings_from(values))


def areas(
    run: Run, networks: dict[str, torch.nn.Module], picture: torch.Tensor, regions: int, seed: int
) -> Areas:
    """Delete by the maps of each network, and of each moved elsewhere, and ask the trained one."""
    generator = torch.Generator().manual_seed(seed)
    label = int(networks["trained"](picture).argmax())
    asked = {name: Question(net, label, run.temperature) for name, net in networks.items()}
    found: Areas = defaultdict(dict)
    for method, make in METHODS.items():
        for name, question in asked.items():
            values = make(question, picture)
            if values is None:
                continue
            others = [moved(values, generator) for _ in range(max(1, regions))]
            each = area(curves(asked["trained"], picture, torch.stack([values, *others])))
            found[method][name] = float(each[0])
            if name == "trained":
                found[method]["elsewhere"] = float(each[1:].mean())
            better = int((each[1:] <= each[0] + 1e-7).sum())
            found[method][f"p {name}"] = (1 + better) / (1 + len(others))
    return found


def show(rows: list[Areas], regions: int) -> None:
    """Print in how many works the networks are told apart."""
    methods = list(rows[0])
    for chosen in (methods, *([m] for m in methods)):
        one, other = (
            np.array([np.mean([row[m][name] for m in chosen]) for row in rows])
            for name in ("trained", "random")
        )
        name = " and ".join(chosen)
        print(f"told apart  {name:24s} {mean(one < other)} of {len(rows)} works")
    for method in methods:
        each = {
            n: np.mean([r[method][n] for r in rows]) for n in ("trained", "random", "elsewhere")
        }
        print(f"areas       {method:24s} " + ", ".join(f"{n} {v:.3f}" for n, v in each.items()))
        if regions:
            for name in ("trained", "random"):
                passed = np.array([row[method][f"p {name}"] <= CHANCE for row in rows])
                print(f"trusted     {method + ' of ' + name:24s} {mean(passed)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path)
    parser.add_argument("--works", type=int, default=100)
    parser.add_argument("--network", default="resnet")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--regions", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        folder = chosen.run or Path(aside)
        if chosen.run is None:
            trained(folder, chosen.network, chosen.epochs)
        run = load(folder)
        network = run.trained(folder)
        works = prepare(run.source, run.settings, cache=folder / CACHE, look=False).test
        generator = torch.Generator().manual_seed(chosen.seed)
        picked = torch.randperm(len(works), generator=generator)[: chosen.works]
        rows = []
        for seed, picture in enumerate(works.inputs[picked]):
            networks = {"trained": network, "random": unlearned(network, generator)}
            pixels = picture[None].float() / 255
            rows.append(areas(run, networks, pixels, chosen.regions, seed))
    print(f"{run.network} of {len(run.classes)} classes, {run.seconds:.0f} s of training")
    show(rows, chosen.regions)


if __name__ == "__main__":
    main()
