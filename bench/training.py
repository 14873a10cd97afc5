"""Train on what lies in ../shared as a user would, and print what each test says.

    python bench/training.py [--only movements,years,rows,strokes,pipeline]

movements  which movement, split by painter, for the movements of three painters or more: by the
           eye, and by a residual network from nothing, in a minute; both beside colors alone.
           Prints the seconds from the files to the report, too.
years      in which year it was painted, by the eye, split by painter and at random; beside the
           mean.
rows       MNIST read row by row by an LSTM.
strokes    omniglot, kanji or sheep, from the strokes of their pens; beside a logistic regression
           on how many there are, how long and how large.
pipeline   the share of the second epoch's time that lies outside the network, at 128 pixels.

Every figure has its 95 % interval. Takes about ten minutes on two quiet cores.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

import impasto
from impasto.data.augmentation import for_task
from impasto.learning.page import write_page
from impasto.learning.settings import settings_from
from impasto.learning.sources import prepare
from impasto.learning.testing import Tested
from impasto.networks.resnet import ResNet
from impasto.training.batches import Batches
from impasto.training.optimizers import Optimizer

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
PAINTINGS = str(SHARED / "paintings")


def learned(source: str, **settings: object) -> Tested:
    """Train and test, and print what was found and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        run = impasto.train(source, folder, settings=settings_from(dict(settings)))
        tested = impasto.test(folder)
        write_page(tested, Path(folder), name="report.html")
        taken = time.perf_counter() - begun
    print(f"  {run.network}: {run.seconds:.0f} s to fit, {taken:.0f} s from files to report")
    for name, figure in tested.figures.items():
        beside = {row: figures[name] for row, figures in tested.rows.items() if name in figures}
        print(
            f"    {name} {figure}", *(f"{row} {value}" for row, value in beside.items()), sep="; "
        )
    for line in [*tested.verdicts(), *run.lines[:1]]:
        print(f"    {line}")
    return tested


def movements() -> None:
    """Tell movements apart."""
    known = {"label": "movement", "split_by": "artist", "groups_at_least": 3}
    learned(PAINTINGS, **known)
    learned(PAINTINGS, network="resnet", minutes=1, **known)


def years() -> None:
    """Guess years, of painters that are unknown and of painters that are known."""
    learned(PAINTINGS, label="year", task="regress", split_by="artist")
    learned(PAINTINGS, label="year", task="regress")


def rows() -> None:
    """Read digits row by row."""
    learned("mnist", network="rnn", data=str(SHARED / "mnist"), epochs=5, batch=128, rate=3e-3)


def strokes() -> None:
    """Tell three kinds of drawings apart."""
    learned(str(SHARED / "sketches"), iterations=500, batch=64, rate=3e-3)


def pipeline() -> None:
    """Time an epoch's batches alone, and the network on them."""
    settings = settings_from({"label": "movement", "size": 128, "network": "resnet"})
    with tempfile.TemporaryDirectory() as folder:
        works = prepare(PAINTINGS, settings, cache=Path(folder), look=False).train
        taking, whole = epoch(works.inputs, works.targets, len(works.classes))
    print(f"  {taking:.2f} of {whole:.2f} s an epoch lie outside the network: {taking / whole:.1%}")


def epoch(pictures: torch.Tensor, targets: torch.Tensor, classes: int) -> tuple[float, float]:
    """Seconds of the second epoch that batches take, changed as in training, and all of it."""
    network, deal = ResNet(classes), Batches(len(pictures), 32)
    optimizer = Optimizer("adam").build(network.parameters(), rate=1e-3)
    change, taking, whole = for_task(label="movement", pixels=pictures.shape[-1]), 0.0, 0.0
    for step in range(2 * deal.per_epoch):
        begun = time.perf_counter()
        chosen = deal(step)
        batch = change(pictures[chosen].float() / 255, torch.Generator().manual_seed(step))
        truth = targets[chosen]
        taken = time.perf_counter()
        loss = torch.nn.functional.cross_entropy(network(batch), truth)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        if step >= deal.per_epoch:
            taking, whole = taking + taken - begun, whole + time.perf_counter() - begun
    return taking, whole


def main() -> None:
    """Measure and print."""
    parts: dict[str, Callable[[], None]] = {
        "movements": movements,
        "years": years,
        "rows": rows,
        "strokes": strokes,
        "pipeline": pipeline,
    }
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(parts))
    for name in parser.parse_args().only.split(","):
        print(name, flush=True)
        parts[name]()


if __name__ == "__main__":
    main()
