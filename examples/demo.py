"""Paint a few photographs in a few styles and say where they lie: what `make demo` runs.

The photographs are scikit-image's samples, which come in its wheel, so this works offline.
"""

import sys
import time
from pathlib import Path

import skimage

import impasto

PHOTOGRAPHS = ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png")
STYLES = ("great-wave", "starry-night", "the-scream")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    samples = Path(skimage.__file__).parent / "data"
    begun = time.perf_counter()
    for name in PHOTOGRAPHS:
        photograph = impasto.picture.read(samples / name)
        for style in STYLES:
            painted = impasto.stylize(photograph, style)
            path = folder / f"{Path(name).stem}-{style}.jpg"
            impasto.picture.write(painted, path, force=True)
            print(f"  {path}")
    seconds = time.perf_counter() - begun
    print(f"{len(PHOTOGRAPHS) * len(STYLES)} pictures in {seconds:.1f} s: {folder.resolve()}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/demo"))
