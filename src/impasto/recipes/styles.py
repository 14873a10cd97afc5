"""Recipe of the named styles and of the space of styles: what a trained brush sees in paintings.

    python -m impasto.recipes.styles ../shared

Run it after every new training of the brush: vectors belong to the weights that made them.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save

from impasto.data.pool import find_pictures
from impasto.data.vectors import StyleVector, save_vectors
from impasto.networks.styles import PATH
from impasto.picture import fit, read, replace_atomically
from impasto.styling import library
from impasto.styling.hand import hand
from impasto.styling.invent import SPACE, StyleSpace

AXES = 24

NAMES = {
    "delaunay_portrait-1906": "delaunay-portrait",
    "mondrian_composition": "mondrian-composition",
    "van-gogh_self-portrait": "van-gogh-self-portrait",
}
"""Names of the styles whose title alone would say too little; the others go by their title."""


def named(folder: Path) -> Iterator[StyleVector]:
    """Look at the reference works; the files are called ``painter_title``."""
    for path in find_pictures(folder):
        yield replace(library.look(path), name=NAMES.get(path.stem, path.stem.split("_")[1]))


def space(folder: Path) -> StyleSpace:
    """Look at the paintings of the training and find how they differ."""
    brush = hand(torch.float32)
    small = (fit(read(p).pixels, short=256) for p in find_pictures(folder))
    vectors = torch.cat([brush.vector(picture) for picture in small])
    return StyleSpace.fit(vectors, brush.brush.positive, AXES)


def main() -> None:
    """Write both files into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    data = parser.parse_args().shared / "data"
    save_vectors(PATH, list(named(data / "styles")), force=True)
    tensors = {k: t.half().contiguous() for k, t in vars(space(data / "paintings")).items()}
    with replace_atomically(SPACE, force=True) as aside:
        aside.write_bytes(save(tensors))


if __name__ == "__main__":
    main()
