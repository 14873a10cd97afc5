"""Hide altered copies among paintings, and count how many `duplicates` finds again.

    python bench/duplicates.py [--works 300] [--among N] [--seed 0] [--blind]

Twelve alterations, one after the other: that of each chosen work lies in a collection with all the
paintings, among them the other works of its painter (half of the chosen are by Ohara Koson, Hokusai
and Henri Martin, who painted the same things again and again). Prints

recall      of an alteration: altered works that were linked with their original, with the 95 %
            interval (Wilson).
precision   pairs of a work and its alteration among all pairs that were reported; the others are
            named. Works that the set itself holds twice (looked at, listed as TWICE) count neither
            for nor against.

With --blind the eye and the fingerprints are left out, and only keypoints are tested, on the true
pairs and on as many pairs of the same painter. Needs ../shared and the eye's weights.
"""

import argparse
import io
import time
from argparse import RawTextHelpFormatter as Raw
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
from torch import Tensor

from impasto.analysis.collection.keypoints import Points, points_of, same_work
from impasto.analysis.collection.seeing import hashes as fingerprints
from impasto.analysis.collection.twins import Pair, candidates
from impasto.data.tables import read_table
from impasto.jobs.embedding import prepared, see
from impasto.metrics.intervals import mean

PAINTINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "paintings"
PAINTERS = ("ohara-koson", "katsushika-hokusai", "henri-martin")

TWICE = (
    ("pavel-filonov_a-couple-1912", "pavel-filonov_war-with-germany-1915"),
    (
        "kazimir-malevich_cover-materials-of-folder-of-the-congress-committees-of-poor-peasants-1918",
        "kazimir-malevich_not_detected_219730",
    ),
    ("kazimir-malevich_coward-1913", "kazimir-malevich_sneaky-1913"),
    ("kazimir-malevich_enemy-1913-1", "kazimir-malevich_enemy-1913"),
    ("kazimir-malevich_composition-1932-1", "kazimir-malevich_composition-1932"),
    (
        "kazimir-malevich_suprematism-self-portrait-in-two-dimensions-1915",
        "kazimir-malevich_suprematism-two-dimensional-self-portrait-1915-1",
    ),
    (
        "kazimir-malevich_suprematism-two-dimensional-self-portrait-1915",
        "kazimir-malevich_suprematism-with-eight-rectangles-1915",
    ),
    (
        "jose-clemente-orozco_the-rich-people-detail-1924-1",
        "jose-clemente-orozco_the-rich-people-detail-1924",
    ),
    (
        "franz-xaver-winterhalter_elizabeth-empress-of-austria-1865",
        "franz-xaver-winterhalter_empress-elisabeth-of-austria-in-dancing-dress",
    ),
    ("duccio_christ-before-pilate-1311", "duccio_christ-before-pilate-fragment-1311"),
    ("limbourg-brothers_fascimile-of-june-haymaking", "limbourg-brothers_labors-of-the-months"),
    ("ohara-koson_crow-on-the-snowy-branch", "ohara-koson_crow"),
    ("ohara-koson_peacock-and-hen", "ohara-koson_peacock-1"),
)
"""The same painting upside down or cut, a page and the book's sheet, prints of one block."""

Draw = Callable[[Image.Image, np.random.Generator], Image.Image]


def crop(image: Image.Image, random: np.random.Generator) -> Image.Image:
    width, height = (round(0.6 * side) for side in image.size)
    x, y = random.integers(image.width - width + 1), random.integers(image.height - height + 1)
    return image.crop((x, y, x + width, y + height))


def recolor(image: Image.Image, _: np.random.Generator) -> Image.Image:
    hue, saturation, value = image.convert("HSV").split()
    turned = hue.point(lambda h: (h + 85) % 256)
    more = saturation.point(lambda s: min(255, round(1.3 * s)))
    return Image.merge("HSV", (turned, more, value)).convert("RGB")


def jpeg(image: Image.Image, _: np.random.Generator) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(file).convert("RGB")


def frame(image: Image.Image, _: np.random.Generator) -> Image.Image:
    mat, wood = round(0.05 * min(image.size)), round(0.08 * min(image.size))
    return ImageOps.expand(ImageOps.expand(image, mat, "#f4f0e6"), wood, "#5b3a1e")


def caption(image: Image.Image, _: np.random.Generator) -> Image.Image:
    strip = round(0.12 * image.height)
    page = Image.new("RGB", (image.width, image.height + strip), "white")
    page.paste(image)
    font = ImageFont.load_default(max(10, strip // 2))
    ImageDraw.Draw(page).text((8, image.height + 4), "Inv. 1890.10, museum", "black", font)
    return page


def rotate(image: Image.Image, random: np.random.Generator) -> Image.Image:
    angle = float(random.choice([-3, 3]))
    return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def perspective(image: Image.Image, random: np.random.Generator) -> Image.Image:
    width, height = image.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = (
        random.uniform(0, 0.08, (4, 2)) * [width, height] * np.sign([width, height] - 2 * corners)
    )
    plane = cv2.getPerspectiveTransform(corners, (corners + inward).astype(np.float32))
    white = (255, 255, 255)
    return Image.fromarray(
        cv2.warpPerspective(np.asarray(image), plane, (width, height), borderValue=white)
    )


ALTERATIONS: dict[str, Draw] = {
    "crop to 60 % of each side": crop,
    "mirror": lambda image, _: ImageOps.mirror(image),
    "recolor: hue by 120°, saturation × 1.3": recolor,
    "gray": lambda image, _: image.convert("L").convert("RGB"),
    "JPEG 30": jpeg,
    "frame of 13 %": frame,
    "caption of 12 %": caption,
    "rotation by 3°": rotate,
    "downscale 4×": lambda image, _: image.reduce(4),
    "blur, sigma 2 px of 256": lambda image, _: image.filter(ImageFilter.GaussianBlur(2)),
    "contrast × 0.5": lambda image, _: ImageEnhance.Contrast(image).enhance(0.5),
    "perspective, corners by up to 8 %": perspective,
}


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def pixels(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)[None].float() / 255


def chosen(count: int, seed: int) -> tuple[list[Path], dict[str, list[Path]]]:
    """Half of the works by the three painters, half by others; and the works of each painter."""
    table = read_table(PAINTINGS / "labels.csv")
    by_painter: dict[str, list[Path]] = defaultdict(list)
    for path, artist in zip(table["path"], table["artist"], strict=True):
        by_painter[artist or ""].append(PAINTINGS / (path or ""))
    random = np.random.default_rng(seed)
    hard = [path for painter in PAINTERS for path in by_painter[painter]]
    easy = [
        path for painter, some in by_painter.items() if painter not in PAINTERS for path in some
    ]
    works = [*random.choice(hard, count // 2, replace=False)]
    works += [*random.choice(easy, count - len(works), replace=False)]
    return works, by_painter


@cache
def known(path: Path) -> Points:
    return points_of(pixels(opened(path)))


class Seen(NamedTuple):
    """What a collection would keep of pictures."""

    vectors: np.ndarray
    hashes: np.ndarray

    def and_also(self, other: "Seen") -> "Seen":
        """Put others behind these."""
        return Seen(*(np.concatenate(both) for both in zip(self, other, strict=True)))


def seen(images: Iterable[Image.Image]) -> Seen:
    """Let the eye look at pictures, as `collection add` does."""
    hashes = []

    def shown() -> Iterator[Tensor]:
        for image in images:
            picture = prepared(pixels(image))
            hashes.append(fingerprints(picture))
            yield picture

    vectors = see(shown()).float().numpy()
    return Seen(vectors, np.array(hashes, np.uint64))


class Judge:
    """Compares pairs of a collection: the paintings, and behind them altered works."""

    def __init__(self, paintings: Sequence[Path]) -> None:
        self.paintings = paintings
        self.known: dict[Pair, bool] = {}

    def same(self, pair: Pair, altered: Sequence[Points]) -> bool:
        """Tell whether the two show the same work; pairs of paintings are compared once."""
        if pair not in self.known:
            first, second = (self.points(i, altered) for i in pair)
            found = same_work(first, second) is not None
            if pair[1] >= len(self.paintings):
                return found
            self.known[pair] = found
        return self.known[pair]

    def points(self, index: int, altered: Sequence[Points]) -> Points:
        """What is recognized of a work."""
        count = len(self.paintings)
        return known(self.paintings[index]) if index < count else altered[index - count]


def hidden(works: Sequence[Path], paintings: Sequence[Path], seed: int) -> None:
    """Hide the works of one alteration after the other, and look for them."""
    random, judge = np.random.default_rng(seed), Judge(paintings)
    base = seen(map(opened, paintings))
    place = {path: i for i, path in enumerate(paintings)}
    names = [*(p.name for p in paintings), *(f"an altered {work.name}" for work in works)]
    stems = [path.stem for path in (*paintings, *works)]
    twice = set(map(frozenset, TWICE))
    true = reported = found = 0
    wrong: set[Pair] = set()
    for name, draw in ALTERATIONS.items():
        images = [draw(opened(work), random) for work in works]
        pairs = candidates(*base.and_also(seen(images)))
        altered = [points_of(pixels(image)) for image in images]
        links = {pair for pair in pairs if frozenset(stems[i] for i in pair) not in twice}
        links = {pair for pair in links if judge.same(pair, altered)}
        wanted = {(place[work], len(paintings) + i) for i, work in enumerate(works)}
        proposed, hit = len(wanted & set(pairs)), len(wanted & links)
        found, true, reported = found + hit, true + len(wanted), reported + len(links)
        wrong |= {pair for pair in links - wanted if pair[1] < len(paintings)}
        strange = [pair for pair in links - wanted if pair[1] >= len(paintings)]
        recall = mean(np.arange(len(works)) < hit)
        print(
            f"{name:40} recall {recall}, "
            f"{proposed} of {len(works)} proposed, {len(pairs):,} pairs compared",
            flush=True,
        )
        for first, second in strange:
            print(f"    taken for one: {names[first]} and {names[second]}")
    for first, second in sorted(wrong):
        print(f"    in the set itself: {names[first]} and {names[second]}")
    print(f"recall {found / true:.4f}, precision {found / max(1, reported):.4f}")


def blind(works: Sequence[Path], by_painter: dict[str, list[Path]], seed: int) -> None:
    """Test the keypoints alone."""
    random = np.random.default_rng(seed)
    for name, draw in ALTERATIONS.items():
        found, seconds = [], 0.0
        for work in works:
            other = points_of(pixels(draw(opened(work), random)))
            start = time.perf_counter()
            found.append(same_work(known(work), other))
            seconds += time.perf_counter() - start
        lost = [work.stem for work, same in zip(works, found, strict=True) if same is None]
        least = sorted((s.points, round(s.drawing, 2)) for s in found if s)[:3]
        ms = 1000 * seconds / len(works)
        print(
            f"{name:40} {1 - len(lost) / len(works):.3f}  {ms:.1f} ms  {least} {lost[:4]}",
            flush=True,
        )
    painter = {path: some for some in by_painter.values() for path in some}
    for work in works:
        others = [path for path in painter[work] if path != work]
        for other in random.choice(others, min(len(others), 12), replace=False):
            if same := same_work(known(work), known(other)):
                print(f"taken for one: {work.name} and {other.name}: {same}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--works", type=int, default=300)
    parser.add_argument("--among", type=int, help="only so many paintings, to try it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--blind", action="store_true")
    given = parser.parse_args()
    works, by_painter = chosen(given.works, given.seed)
    if given.blind:
        blind(works, by_painter, given.seed)
        return
    paintings = sorted(path for some in by_painter.values() for path in some)
    if given.among:
        others = [path for path in paintings if path not in set(works)]
        rest = np.random.default_rng(given.seed).permutation(len(others))
        few = max(0, given.among - len(works))
        paintings = sorted([*works, *(others[i] for i in rest[:few])])
    hidden(works, paintings, given.seed)


if __name__ == "__main__":
    main()
