"""Duplicates: altered pictures of one work are found, works that only look alike are not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from impasto.analysis.collection.adding import add
from impasto.analysis.collection.grouping import Cluster
from impasto.analysis.collection.keypoints import Points, points_of, same_work
from impasto.analysis.collection.seeing import Sight
from impasto.analysis.collection.sheets import groups_sheet, twins_sheet, why, works_sheet
from impasto.analysis.collection.twins import candidates, duplicates
from impasto.analysis.mapping.thumbnails import thumbnails
from impasto.picture import reader

ALTERED = {
    "as it is": lambda image: image,
    "half the size": lambda image: image.reduce(2),
    "cropped": lambda image: image.crop((30, 20, 210, 170)),
    "gray": ImageOps.grayscale,
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
    "framed": lambda image: ImageOps.expand(image, 30, "white"),
    "turned": lambda image: image.rotate(3, expand=True, fillcolor="white"),
}


def work(seed: int) -> Image.Image:
    """Large spots and small ones, as a painting has forms and strokes."""
    random = np.random.default_rng(seed)
    page = Image.new("RGB", (288, 224))
    for spots in (6, 20, 50):
        colors = random.integers(0, 256, (spots, spots, 3), dtype=np.uint8)
        layer = Image.fromarray(colors).resize(page.size, Image.Resampling.BICUBIC)
        page = Image.blend(page, layer, 0.5)
    return page


def points(image: Image.Image) -> Points:
    pixels = np.asarray(image.convert("RGB")).copy()
    return points_of(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255)


@pytest.mark.parametrize("name", ALTERED)
@pytest.mark.parametrize("mirrored", [False, True])
def test_an_altered_work_is_the_same(name: str, mirrored: bool) -> None:
    altered = ALTERED[name](work(1))
    if mirrored:
        altered = ImageOps.mirror(altered)
    same = same_work(points(work(1)), points(altered))
    assert same is not None
    assert same.mirrored == mirrored
    assert same.drawing > 0.7


def test_other_works_are_not_the_same() -> None:
    known = [points(work(seed)) for seed in range(5)]
    found = [same_work(known[i], known[j]) for i in range(5) for j in range(i)]
    assert found == [None] * 10


def test_a_shared_corner_is_no_shared_work() -> None:
    """As the cartouche that the prints of a series have."""
    first, second = work(1), work(2)
    second.paste(first.crop((0, 0, 80, 70)), (0, 0))
    assert same_work(points(first), points(second)) is None


def scanned(image: Image.Image) -> Image.Image:
    """Lay a work out as a museum does, with a patterned frame and a line of text below."""
    frame = np.random.default_rng(9).integers(0, 256, (40, 48, 3), dtype=np.uint8)
    page = Image.fromarray(frame).resize((352, 288), Image.Resampling.BICUBIC)
    page.paste(image, (32, 32))
    ImageDraw.Draw(page).text((40, 264), "museum, inv. 1890.10", "white")
    return page


def test_the_frame_of_a_museum_is_no_work() -> None:
    first, second = scanned(work(1)), scanned(work(2))
    assert same_work(points(first), points(second)) is None
    assert same_work(points(first), points(scanned(work(1).reduce(1)))) is not None
    assert same_work(points(first), points(work(1))) is not None


def test_what_is_flat_resembles_nothing() -> None:
    flat = points(Image.new("RGB", (50, 80), "gray"))
    assert same_work(flat, flat) is None
    assert same_work(flat, points(work(1))) is None


def test_the_mirror_image_of_points() -> None:
    """Descriptors are turned over without a second look; most match those of the real mirror."""
    turned, real = points(work(1)).mirrored, points(ImageOps.mirror(work(1)))
    same = same_work(turned, real)
    assert same is not None
    assert same.points > 0.25 * len(real.places)  # half of them lie at the edges


def test_candidates_are_near_by_vector_or_by_fingerprint() -> None:
    vectors = np.eye(6, 384, dtype=np.float32)
    vectors[1] = vectors[0] * 0.9 + vectors[5] * np.sqrt(0.19)
    hashes = np.random.default_rng(0).integers(1, 2**63, (6, 6), dtype=np.uint64)
    hashes[3, 1] = hashes[2, 1] ^ np.uint64(7)
    hashes[5, 2:4] = hashes[4, :2]
    hashes[4, 4:] = hashes[0, :2]
    assert candidates(vectors, hashes) == [(0, 1), (0, 4), (2, 3), (4, 5)]
    assert candidates(vectors, np.zeros_like(hashes)) == [(0, 1)]
    assert candidates(vectors[:1], hashes[:1]) == []


def test_duplicates_of_a_collection(tmp_path: Path, sight: Sight) -> None:
    folder = tmp_path / "museum"
    folder.mkdir()
    for seed in range(4):
        work(seed).save(folder / f"{seed}.png")
    ImageOps.mirror(work(0)).save(folder / "0 mirrored.png")
    work(1).reduce(2).save(folder / "1 small.jpg", quality=40)
    (folder / "2 copy.png").write_bytes((folder / "2.png").read_bytes())
    add("museum", folder, sight=sight)
    found = duplicates("museum")
    groups = [" = ".join(path.name for path in group) for group in found.groups]
    assert groups == ["0 mirrored.png = 0.png", "1.png = 1 small.jpg", "2 copy.png = 2.png"]
    reasons = {twin.second.name: why(twin) for twin in found.twins}
    assert reasons["2.png"] == "byte by byte"
    assert "mirrored" in reasons["0.png"] + reasons.get("0 mirrored.png", "")
    assert (found.unread, found.left) == ((), 0)
    assert twins_sheet(found.twins).shape[1] == 3
    (folder / "3.png").unlink()
    stopped = duplicates("museum", on_step=lambda step: step.done == 1)
    assert stopped.compared == 1
    assert stopped.left == found.compared - 1
    (folder / "0.png").unlink()
    amiss = duplicates("museum")
    assert amiss.missed > 0
    assert (amiss.compared + amiss.missed, amiss.left) == (found.compared, 0)
    assert {path.name for path in amiss.unread} == {"0.png", "3.png"}


def test_strangers_files_are_decoded_apart(
    tmp_path: Path, sight: Sight, draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "museum"
    for seed in range(2):
        draw(folder / f"{seed}.png", seed, size=(90, 60))
    (folder / "2.png").write_bytes((folder / "0.png").read_bytes())
    add("museum", folder, sight=sight)
    monkeypatch.setattr(reader, "opened", refuse)
    found = duplicates("museum")
    assert [len(group) for group in found.groups] == [2]
    assert found.unread == ()
    assert twins_sheet(found.twins).shape[1] == 3
    paths = sorted(folder.glob("*.png"))
    assert works_sheet(paths, ["", "", ""]).shape[1] == 3
    group = Cluster(tuple(paths), 1.0, ())
    assert groups_sheet([group]).shape[1] == 3
    shown = list(thumbnails(paths, side=30))
    assert [picture.size for picture in shown if not isinstance(picture, str)] == [(30, 20)] * 3


def refuse(path: Path) -> None:
    raise AssertionError(f"{path} was opened in this process")


def test_nothing_twice(tmp_path: Path, sight: Sight, draw: Any) -> None:
    draw(tmp_path / "museum" / "a.png")
    add("museum", tmp_path / "museum", sight=sight)
    assert duplicates("museum").groups == ()
