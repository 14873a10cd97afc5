"""Do the sets of a whole training keep their promise, though the same works chose its weights?

    python bench/sets.py [--splits 200] [--by artist] [--epochs 40]

A head on the eye learns the movements of the paintings, as `impasto train` has it learn: on 70 % of
the works; 15 % choose the weights and the temperature, and the sets are fitted to these, too; the
last 15 % are asked about. Each time the works are divided anew: at random, or by artist with
`--by artist`, so that the painters of each part are others. Prints over all splits how many sets at
90 % hold the truth (mean, and from the 5th to the 95th of a hundred splits), how many classes they
hold, how often they say nothing, and the accuracy beside them. The eye learned from four fifths of
these paintings, which flatters the accuracy and the sizes. Needs ../shared; half an hour at most.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from impasto.data.examples import Examples
from impasto.learning.beside import together
from impasto.learning.build import kind_of
from impasto.learning.lesson import Judge, Lesson, predicted, raw
from impasto.learning.run import Run
from impasto.learning.seeing import encoder_of, seen
from impasto.learning.sets import Sets, fitted, judged
from impasto.learning.settings import TrainSettings
from impasto.learning.sources import divide, prepare
from impasto.learning.train import PRIOR, plan_for, until
from impasto.metrics.calibration import fit_temperature
from impasto.training.batches import Batches
from impasto.training.checkpoint import BEST, averaged
from impasto.training.claim import alone_in
from impasto.training.loop import fit

PAINTINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "paintings"
NAMES = ("coverage", "size", "cannot_say")


def looked_at(settings: TrainSettings, cache: Path) -> Examples:
    """Let the eye look at all paintings once."""
    works = prepare(str(PAINTINGS), settings, cache=cache, look=False)
    return seen(encoder_of("eye"), together(list(works.parts().values())))


def trial(works: Examples, settings: TrainSettings, folder: Path) -> tuple[Sets, float]:
    """Divide the works, learn, fit the sets, and measure them."""
    train, validation, test = (
        works.take(part) for part in divide(works, settings).parts().values()
    )
    run = Run("paintings", settings, "eye", works.classes, (3, 224, 224), split={"test": ["-"]})
    network = run.empty()
    network.fit_scale(train.inputs)
    deal = Batches(len(train), settings.batch, seed=settings.seed)
    with alone_in(folder) as claim:
        fit(
            network,
            Lesson(run, train, deal),
            plan_for(run, deal.per_epoch),
            folder,
            until=until(settings, epochs=kind_of("eye").epochs),
            validate=Judge(run, validation),
            claim=claim,
        )
    network.load_state_dict(averaged(folder / BEST))
    network.eval()
    logits = raw(network, validation)
    run = replace(run, temperature=fit_temperature(logits, validation.targets, prior=PRIOR))
    run = replace(run, strange=fitted(predicted(run, logits), validation))
    said = predicted(run, raw(network, test))
    found = judged(run, said, test)
    assert found is not None
    return found, float((said.argmax(1) == test.targets.numpy()).mean())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--by")
    parser.add_argument("--epochs", type=int)
    asked = parser.parse_args()
    settings = TrainSettings(
        label="movement", split_by=asked.by, at_least=20, epochs=asked.epochs, network="eye"
    )
    with tempfile.TemporaryDirectory() as scratch:
        works = looked_at(settings, Path(scratch) / "cache")
        rows = []
        for seed in range(asked.splits):
            chosen = settings.model_copy(update={"seed": seed})
            found, accuracy = trial(works, chosen, Path(scratch) / str(seed))
            rows.append([*(found.figures[name].value for name in NAMES), accuracy])
    held, size, silent, accuracy = np.mean(rows, 0)
    low, high = np.percentile(np.array(rows)[:, 0], (5, 95))
    print(
        f"{len(works)} works of {len(works.classes)} movements, split "
        f"{f'by {asked.by}' if asked.by else 'at random'}, {asked.splits} times: "
        f"coverage {held:.1%} [{low:.1%}, {high:.1%}], size {size:.2f}, "
        f"cannot say {silent:.1%}, accuracy {accuracy:.1%}"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
