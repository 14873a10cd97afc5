"""How long a person waits: `impasto --help`, and one 512 × 512 picture from a cold start.

    python bench/start.py [--repeats 5]

Whole processes, as a shell starts them; the median counts.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import skimage

PROGRAM = str(Path(sys.executable).with_name("impasto"))


def seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([PROGRAM, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    photo = str(Path(skimage.__file__).parent / "data" / "astronaut.png")
    with tempfile.TemporaryDirectory() as folder:
        paint = ("stylize", photo, "-s", "great-wave", "-f", "-o", f"{folder}/out.png")
        for name, arguments in (("--help", ("--help",)), ("stylize 512 × 512", paint)):
            seconds(*arguments)
            times = [seconds(*arguments) for _ in range(repeats)]
            print(f"{name:18s} median {statistics.median(times):.2f} s  of {repeats}")


if __name__ == "__main__":
    main()
