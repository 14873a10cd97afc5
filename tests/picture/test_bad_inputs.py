"""A corpus of broken, hostile and odd files: read, or refused with a line; nothing else."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from impasto.errors import PictureError, RecipeError
from impasto.picture import Source, read, read_recipe

FOLDERS = [
    *("fuzz-bmp", "fuzz-gif", "fuzz-jpeg", "fuzz-libjpeg", "fuzz-png", "fuzz-tar", "fuzz-tiff"),
    *("fuzz-webp", "fuzz-zip", "libpng-crashers", "pngsuite"),
]
SECONDS, MEGABYTES = 2, 400


def peak() -> float:
    """The most memory this process ever had, in megabytes."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def complaint(look: Callable[[Path], object], path: Path) -> str:
    """The line with which a file is refused; empty if it is not. No other error passes."""
    try:
        look(path)
    except (PictureError, RecipeError) as error:
        return str(error)
    return ""


def stream(path: Path) -> None:
    with Source(path) as source:
        for top in range(0, source.height, 64):
            source.rows(top, min(source.height, top + 64))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_corpus(shared, folder):
    files = sorted((shared / "data" / "bad-inputs" / folder).iterdir())
    before, slow = peak(), []
    for path in files:
        begun = time.process_time()
        lines = [complaint(look, path) for look in (read, stream, read_recipe)]
        if time.process_time() - begun > SECONDS:
            slow.append(path)
        assert "".join(lines).isprintable()
        assert all(line[:12] in {"", "cannot read ", "no recipe in"} for line in lines)
    assert slow == []
    assert peak() - before < MEGABYTES


def test_the_suite_of_pngs_is_told_apart(shared):
    files = sorted((shared / "data" / "bad-inputs" / "pngsuite").glob("*.png"))
    found = {path.stem: complaint(read, path) for path in files}
    good = {stem for stem in found if not stem.startswith("x")}
    assert not [stem for stem in good if found[stem]]
    # Of the broken ones Pillow forgives a wrong checksum on the pixels.
    assert [stem for stem in found if stem not in good and not found[stem]] == ["xcsn0g01"]
