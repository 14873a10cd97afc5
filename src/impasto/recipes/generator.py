"""Recipe of the generator that ships: small pictures in the manner of many paintings.

    python -m impasto.recipes.generator ../shared runs/generator           trains, or goes on
    python -m impasto.recipes.generator ../shared runs/generator --ship    writes what ships

It learns all of `paintings`, whose works are in the public domain, and stops by itself.
"""

import argparse
import sys
from pathlib import Path

from impasto.creation.collection.run import FILE, Run, weights_in
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.train import create_train
from impasto.errors import WeightsError
from impasto.networks import catalog
from impasto.recipes.shipping import write_weights
from impasto.training.checkpoint import averaged
from impasto.training.logs import log_to

SETTINGS = GeneratorSettings(size=64, steps=400_000, look=1_000, patience=20, keep=True)
"""Everything that decides what the generator becomes."""

LARGEST = 12_000_000
"""Bytes of the file that ships, at most."""

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


def ship(folder: Path, path: Path = PATH) -> str:
    """Write the best weights of a run as the package carries them; returns their sha256.

    Raises:
        WeightsError: If the file is too large for the package.
    """
    weights = averaged(weights_in(folder))
    size = sum(2 * weight.numel() for weight in weights.values())
    if size > LARGEST:
        raise WeightsError(
            f"the generator takes {size / 1e6:.1f} MB in float16, and {LARGEST / 1e6:.0f} MB may "
            "ship; train a smaller network"
        )
    return write_weights(weights, path, network="generator")


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
        sha256 = ship(chosen.folder)
        sys.stdout.write(f"The catalog's row needs sha256={sha256!r}.\n")
    else:
        sys.stdout.write(f"{run(chosen.shared, chosen.folder).reason}\n")


if __name__ == "__main__":
    main()
