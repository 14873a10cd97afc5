"""Recipe of the generator that ships: small pictures in the manner of many paintings.

    python -m impasto.recipes.generator ../shared runs/generator           trains, or goes on
    python -m impasto.recipes.generator ../shared runs/generator --ship    writes what ships

It learns all of `paintings`, whose works are in the public domain, and stops by itself, if nobody
does before. What happened with what ships stands in its card.
"""

import argparse
import sys
from pathlib import Path

from impasto.creation.collection.generator import opened
from impasto.creation.collection.run import FILE, Run
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.errors import WeightsError, printable
from impasto.networks import catalog
from impasto.networks.flow import Guided
from impasto.recipes.shipping import write_weights
from impasto.training.logs import log_to

SETTINGS = GeneratorSettings(size=64, steps=400_000, look=1_000, patience=20, keep=True)
"""Everything that decides what the generator becomes."""

LARGEST = 6_000_000
"""Bytes of each of the two files that ship, at most."""

PATH = catalog.FOLDER / "generator.safetensors"


def run(shared: Path, folder: Path, settings: GeneratorSettings = SETTINGS) -> Run:
    """Train the generator, or go on with a training that was stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    paintings, log = shared / "data" / "paintings", log_to(folder / "log.jsonl")
    resume = (folder / FILE).is_file()
    return create_train(
        paintings,
        folder,
        settings=None if resume else settings,
        resume=resume,
        on_line=lambda line: sys.stdout.write(f"{line}\n"),
        on_step=lambda step: log(step) if step.values else None,
    )


def ship(folder: Path, path: Path = PATH) -> tuple[str, str]:
    """Write the best weights of a run, and beside them the early ones, as the package carries them.

    Returns:
        The sha256 of the two files.

    Raises:
        WeightsError: If it learned too little to keep away from what it was early, or the file is
            too large for the package.
    """
    network = opened(folder).network
    if not isinstance(network, Guided):
        raise WeightsError(
            f"{printable(folder)} has no weights that are early enough; train it for longer"
        )
    size = sum(2 * weight.numel() for weight in network.late.state_dict().values())
    if size > LARGEST:
        raise WeightsError(
            f"the generator takes {size / 1e6:.1f} MB in float16, and {LARGEST / 1e6:.0f} MB may "
            "ship; train a smaller network"
        )
    early = path.with_stem(f"{path.stem}_early")
    return (
        write_weights(network.late.state_dict(), path, network="generator"),
        write_weights(network.early.state_dict(), early, network="generator_early"),
    )


def main() -> None:
    """Read where the data lies and where to work, and train or ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--ship", action="store_true", help="write what is learned into the package"
    )
    chosen = parser.parse_args()
    if chosen.ship:
        sums = ship(chosen.folder)
        sys.stdout.write(f"The catalog's two rows need sha256={sums!r}.\n")
    else:
        sys.stdout.write(f"{run(chosen.shared, chosen.folder).reason}\n")


if __name__ == "__main__":
    main()
