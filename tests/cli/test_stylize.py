"""The command `stylize` on one photograph."""

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

STYLE = ("--style", "great-wave")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.png"


def test_a_photograph_is_painted(impasto: Any, small: Path, out: Path, pixels: Any) -> None:
    outcome = impasto("stylize", small, *STYLE, "-o", out)
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{out}\n", "")
    assert pixels(out).shape == pixels(small).shape
    assert np.abs(pixels(out).astype(int) - pixels(small)).mean() > 3


def test_it_is_what_python_paints(impasto: Any, small: Path, out: Path, pixels: Any) -> None:
    import impasto as library

    impasto("stylize", small, *STYLE, "--strength", "0.7", "--keep-colours", "-o", out)
    painted = library.stylize(small, "great-wave", strength=0.7, keep_colors=True)
    wanted = painted.pixels[0].permute(1, 2, 0).mul(255).round().numpy()
    assert np.abs(pixels(out) - wanted).max() <= 1


def test_strength_nothing_is_the_photograph(
    impasto: Any, small: Path, out: Path, pixels: Any
) -> None:
    assert impasto("stylise", small, *STYLE, "--strength", "0", "-o", out).code == 0
    assert np.array_equal(pixels(out), pixels(small))


def test_styles_are_mixed(
    impasto: Any, small: Path, painting: Path, tmp_path: Path, pixels: Any
) -> None:
    words = ("stylize", small, "--style", painting, *STYLE, "--weights")
    for name, weights in (("one", "1,0"), ("half", "0.5,0.5"), ("other", "0,1")):
        assert impasto(*words, weights, "-o", tmp_path / f"{name}.png").code == 0
    one, half, other = (
        pixels(tmp_path / f"{name}.png").astype(int) for name in ("one", "half", "other")
    )
    assert np.abs(one - other).mean() > np.abs(half - other).mean() > 0


def test_what_no_mask_covers_stays(
    impasto: Any, small: Path, out: Path, tmp_path: Path, pixels: Any
) -> None:
    mask = np.zeros((24, 32), np.uint8)
    mask[:, :16] = 255
    Image.fromarray(mask).save(tmp_path / "le=ft.png")
    region = f"{tmp_path / 'le=ft.png'}=great-wave"
    assert impasto("stylize", small, "--region", region, "-o", out).code == 0
    assert np.array_equal(pixels(out)[:, 16:], pixels(small)[:, 16:])
    assert not np.array_equal(pixels(out)[:, :16], pixels(small)[:, :16])


def test_an_existing_file_is_kept_skipped_or_replaced(impasto: Any, small: Path, out: Path) -> None:
    out.write_text("mine")
    refused = impasto("stylize", small, *STYLE, "-o", out)
    assert (refused.code, out.read_text()) == (1, "mine")
    assert "exists already" in refused.line
    assert "--force" in refused.line
    assert impasto("stylize", small, *STYLE, "--resume", "-o", out).code == 0
    assert out.read_text() == "mine"
    assert impasto("stylize", small, *STYLE, "--force", "-o", out).code == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_into_a_folder(impasto: Any, small: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    outcome = impasto("stylize", small, *STYLE, "-o", tmp_path / "out")
    assert outcome.out == f"{tmp_path / 'out' / 'small.png'}\n"


def test_into_a_folder_as_a_folders_pictures_go(impasto: Any, draw: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    words = ("stylize", draw(tmp_path / "a.bmp"), *STYLE, "-o", tmp_path / "out")
    assert impasto(*words).out == f"{tmp_path / 'out' / 'a.png'}\n"
    assert impasto(*words, "--suffix", ".webp").out == f"{tmp_path / 'out' / 'a.webp'}\n"


def test_what_would_have_no_effect_is_refused(impasto: Any, small: Path, out: Path) -> None:
    for words in (("--suffix", ".webp"), ("--weights", "0.5")):
        outcome = impasto("stylize", small, *STYLE, *words, "-o", out)
        assert (outcome.code, words[0] in outcome.line) == (2, True)
    assert not out.exists()


def test_no_painting_is_painted_over(impasto: Any, small: Path, painting: Path) -> None:
    before = painting.read_bytes()
    for words in (("--style", painting), ("--region", f"{painting}=great-wave")):
        outcome = impasto("stylize", small, *words, "-o", painting, "--force")
        assert (outcome.code, "is an input" in outcome.line) == (1, True)
    assert painting.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.jpg", None, "no such file"),
        ("text.jpg", b"hello", "not a picture"),
        ("empty.png", b"", "empty"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0", "broken"),
        ("pack.zip", b"PK\x03\x04", "unpack it"),
        ("phone.heic", b"\0\0\0\x18ftypheic", "HEIC"),
    ],
)
def test_a_bad_photograph_is_one_line(
    impasto: Any, tmp_path: Path, out: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    outcome = impasto("stylize", path, *STYLE, "-o", out)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.line
    assert name in outcome.line
    assert not out.exists()


def test_an_unknown_style_names_the_nearest(impasto: Any, small: Path, out: Path) -> None:
    outcome = impasto("stylize", small, "--style", "grate-wave", "-o", out)
    assert outcome.code == 1
    assert "great-wave" in outcome.line


def test_a_mask_of_another_size(impasto: Any, small: Path, out: Path, painting: Path) -> None:
    outcome = impasto("stylize", small, "--region", f"{painting}=great-wave", "-o", out)
    assert outcome.code == 1
    assert "40 × 40" in outcome.line
    assert "32 × 24" in outcome.line


def test_weights_that_do_not_fit(impasto: Any, small: Path, out: Path) -> None:
    outcome = impasto("stylize", small, *STYLE, "--weights", "0.5,0.5", "-o", out)
    assert outcome.code == 2
    assert "weights" in outcome.line


def test_a_missing_folder_and_a_strange_ending(impasto: Any, small: Path, tmp_path: Path) -> None:
    missing = impasto("stylize", small, *STYLE, "-o", tmp_path / "no" / "out.png")
    assert (missing.code, "folder does not exist" in missing.line) == (1, True)
    strange = impasto("stylize", small, *STYLE, "-o", tmp_path / "out.exe")
    assert (strange.code, ".png" in strange.line) == (1, True)
    sooner = impasto("stylize", small, "--style", "nobody", "-o", tmp_path / "out.exe")
    assert ".png" in sooner.line


@pytest.mark.parametrize("name", ["a\nb.png", "\x1b]0;x\x07.png", "[bold]x.png", "\udcff.png"])
def test_file_names_are_only_text(impasto: Any, draw: Any, tmp_path: Path, name: str) -> None:
    small = draw(tmp_path / name)
    out = tmp_path / f"out{name}"
    outcome = impasto("stylize", small, *STYLE, "-o", out)
    assert outcome.code == 0
    assert outcome.out.count("\n") == 1
    assert outcome.out[:-1].isprintable()
    again = impasto("stylize", small, *STYLE, "-o", out)
    assert "exists already" in again.line


@pytest.fixture
def _full_disk() -> Iterator[None]:
    """Let no file grow beyond 20,000 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("_full_disk")
def test_a_full_disk(impasto: Any, draw: Any, tmp_path: Path) -> None:
    photo = draw(tmp_path / "photo.jpg", size=(300, 300))
    outcome = impasto("stylize", photo, *STYLE, "-o", tmp_path / "out.png")
    assert outcome.code == 1
    assert "disk is full" in outcome.line
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
