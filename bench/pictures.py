"""Make the pictures of README and docs with the weights that ship.

    python bench/pictures.py [--only sheet,peer,invented,walk]

`peer` paints the same sheet with MicroAST and needs ../shared. The photographs are scikit-image's.
"""

import argparse
import sys
from pathlib import Path

import skimage
import torch
from torch import Tensor

import impasto
from impasto.picture import Picture, fit, read, write
from impasto.recipes.styles import NAMES
from impasto.report import contact_sheet, save_gif
from impasto.styling.sheets import sheet

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
OUT = ROOT / "docs" / "pictures"
PHOTOS = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "motorcycle_left.png",
    "rocket.jpg",
    "hubble_deep_field.jpg",
)
STYLES = (
    "great-wave",
    "starry-night",
    "the-scream",
    "composition-vii",
    "udnie",
    "tahiti",
    "woman-with-a-hat",
    "shipwreck",
)


def photograph(name: str) -> Tensor:
    return fit(read(Path(skimage.__file__).parent / "data" / name).pixels, short=512)


def save(page: Picture, name: str) -> None:
    print(write(page, OUT / name, quality=85, force=True).relative_to(ROOT))


def table(cells: list[Tensor]) -> Picture:
    """Lay out photographs by styles, the photograph itself first."""
    names = ["photograph", *STYLES]
    return Picture.from_tensor(
        contact_sheet(cells, columns=len(names), column_labels=names, cell=224)
    )


def own_sheet() -> None:
    cells = []
    for name in PHOTOS:
        photo = photograph(name)
        cells += [photo, *(impasto.stylize(photo, style) for style in STYLES)]
    save(table(cells), "sheet.jpg")


def peer_sheet() -> None:
    sys.path.insert(0, str(SHARED / "bench"))
    import judge

    files = {NAMES.get(p.stem, p.stem.split("_")[1]): p for p in (SHARED / "data/styles").iterdir()}
    paintings = [fit(read(files[style]).pixels, short=512) for style in STYLES]
    peer, cells = judge.MicroAST(), []
    with torch.inference_mode():
        for name in PHOTOS:
            photo = photograph(name)
            height, width = (side // 4 * 4 for side in photo.shape[-2:])
            cells += [photo, *(peer(photo[..., :height, :width], p) for p in paintings)]
    save(table(cells), "microast.jpg")


def invented() -> None:
    styles = [impasto.invent_style(seed=seed) for seed in range(1, 13)]
    save(sheet(Picture.from_tensor(photograph("chelsea.png")), styles, columns=4), "invented.jpg")


def walk() -> None:
    photo = Picture.from_tensor(fit(photograph("astronaut.png"), short=256))
    frames = impasto.walk(photo, ["great-wave", "the-scream", "starry-night"], steps=13)
    path = OUT / "walk.gif"
    save_gif([f.pixels for f in frames], path, seconds_per_frame=0.2, pingpong=True, force=True)
    print(path.relative_to(ROOT))


MAKERS = {"sheet": own_sheet, "peer": peer_sheet, "invented": invented, "walk": walk}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(MAKERS))
    for name in parser.parse_args().only.split(","):
        MAKERS[name]()


if __name__ == "__main__":
    main()
