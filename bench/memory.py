"""Peak memory and time per pixel of whole runs, from file to file, each in a process of its own.

    python bench/memory.py [--sides 3840x2160,20000x20000] [--folder out/bench]

Paints TIFF pictures made from one photograph, enlarged with fine grain added.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import pyvips

RUN = """
import resource, sys, time
from pathlib import Path
import impasto
from impasto.styling.files import Saving
import torch
start = time.perf_counter()
impasto.stylize_file(Path(sys.argv[1]), Path(sys.argv[2]), "great-wave", saving=Saving(force=True))
taken = time.perf_counter() - start
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def photograph(source: Path, path: Path, width: int, height: int) -> None:
    """Write a large picture with detail at every scale."""
    small = pyvips.Image.new_from_file(str(source)).colourspace("srgb")
    large = small.resize(width / small.width, vscale=height / small.height)
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=8)
    (large + grain).cast("uchar").copy(interpretation="srgb").tiffsave(
        str(path), tile=True, compression="none", bigtiff=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", default="3840x2160,20000x20000")
    parser.add_argument("--folder", type=Path, default=Path("out/bench"))
    parser.add_argument("--photo", type=Path)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    source = chosen.photo or sample()
    for side in chosen.sides.split(","):
        width, height = map(int, side.split("x"))
        given = chosen.folder / f"{side}.tif"
        if not given.exists():
            photograph(source, given, width, height)
        start = time.perf_counter()
        printed = subprocess.run(
            [sys.executable, "-c", RUN, str(given), str(chosen.folder / f"{side}-painted.tif")],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ,
        ).stdout.split()
        whole = time.perf_counter() - start
        taken, peak = float(printed[0]), int(printed[1])
        print(
            f"{side:>12s}  {taken:8.2f} s ({whole:.2f} s with the start)  "
            f"{taken / (width * height) * 1e6:6.3f} s/megapixel  peak {peak / 1e6:.2f} GB"
        )


def sample() -> Path:
    """A photograph of scikit-image's."""
    import skimage

    return Path(skimage.__file__).parent / "data" / "astronaut.png"


if __name__ == "__main__":
    main()
