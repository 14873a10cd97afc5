"""The commands around styles."""

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


def listed(impasto: Any) -> dict[str, str]:
    outcome = impasto("styles")
    assert outcome.code == 0
    return dict(line.split() for line in outcome.out.splitlines())


def test_a_dozen_ship(impasto: Any) -> None:
    styles = listed(impasto)
    assert len(styles) >= 12
    assert {"great-wave", "the-scream", "starry-night"} <= set(styles)
    assert set(styles.values()) == {"shipped"}


def test_one_of_your_own_is_kept_used_and_forgotten(
    impasto: Any, painting: Path, small: Path, tmp_path: Path
) -> None:
    assert impasto("styles", "add", "mine", painting, small).out == "mine\n"
    assert listed(impasto)["mine"] == "yours"
    assert impasto("stylize", small, "--style", "mine", "-o", tmp_path / "o.png").code == 0
    assert impasto("styles", "add", "mine", painting).code == 1
    assert impasto("styles", "add", "mine", painting, "--force").code == 0
    assert impasto("styles", "remove", "mine").code == 0
    assert "mine" not in listed(impasto)


def test_a_folder_of_paintings(impasto: Any, photos: Path) -> None:
    (photos / "bad.png").unlink()
    assert impasto("styles", "add", "mine", photos).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("add", "../up", "painting.png"),
        ("add", "great-wave", "painting.png"),
        ("add", "mine", "missing.png"),
        ("remove", "great-wave"),
        ("remove", "nobody"),
        ("remove", "../up"),
        ("invent", "--near", "nobody", "--name", "x"),
    ],
)
def test_what_cannot_be_is_one_line(
    impasto: Any, painting: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(painting.parent)
    outcome = impasto("styles", *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.line


def test_an_invention_is_kept_under_its_name(impasto: Any) -> None:
    assert impasto("styles", "invent", "--seed", "7", "--name", "dusk").out == "dusk\n"
    assert listed(impasto)["dusk"] == "yours"


def test_inventions_are_shown_on_a_sheet(impasto: Any, small: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "invented.png"
    words = ("--count", "2", "--near", "great-wave", "--photo", small)
    assert impasto("styles", "invent", *words, "--sheet", sheet).out == f"{sheet}\n"
    with Image.open(sheet) as page:
        assert page.width > 2 * 32


def test_styles_are_shown_on_a_sheet(impasto: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "styles.png"
    assert impasto("styles", "--sheet", sheet).out == f"{sheet}\n"
    refused = impasto("styles", "--sheet", sheet)
    assert (refused.code, "exists already" in refused.line) == (1, True)


def test_a_walk_moves(impasto: Any, small: Path, tmp_path: Path) -> None:
    walk = tmp_path / "walk.gif"
    words = ("great-wave", "the-scream", "--steps", "3", small, "--seconds", "0.5", "-o", walk)
    assert impasto("styles", "walk", *words).out == f"{walk}\n"
    with Image.open(walk) as gif:
        assert (gif.n_frames, gif.size, gif.info["duration"]) == (3, (32, 24), 500)


def test_a_walk_is_a_film(impasto: Any, small: Path, tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason='needs the extra: pip install "impasto[video]"')
    walk = tmp_path / "walk.mp4"
    words = ("great-wave", "the-scream", "--steps", "3", small, "--seconds", "0.5", "--back")
    assert impasto("styles", "walk", *words, "-o", walk).out == f"{walk}\n"
    with av.open(str(walk)) as film:
        assert (len(list(film.decode(video=0))), film.duration) == (4, 2_000_000)
    said = impasto("inspect", walk).out
    for word in ("walk", "great-wave", "the-scream", "small.png", "TrainedAlgorithmicMedia"):
        assert word in said


def test_a_film_without_its_extra(
    impasto: Any, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    outcome = impasto(
        "styles", "walk", "great-wave", "the-scream", small, "-o", tmp_path / "walk.mp4"
    )
    assert 'pip install "impasto[video]"' in outcome.line
    assert not (tmp_path / "walk.mp4").exists()


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        (("--photo", "missing.png", "--sheet"), ".png"),
        (("invent", "--name", "dusk", "--sheet"), ".png"),
        (("walk", "great-wave", "the-scream", "missing.png", "-o"), ".gif"),
    ],
)
def test_a_strange_ending_is_refused_before_any_work(
    impasto: Any, tmp_path: Path, words: tuple[str, ...], ending: str
) -> None:
    outcome = impasto("styles", *words, tmp_path / "out.xyz")
    assert (outcome.code, ending in outcome.line) == (1, True)
    assert "dusk" not in listed(impasto)


def test_a_style_is_not_kept_where_its_sheet_cannot_be(impasto: Any, small: Path) -> None:
    outcome = impasto("styles", "invent", "--name", "dusk", "--sheet", small)
    assert (outcome.code, "exists already" in outcome.line) == (1, True)
    assert "dusk" not in listed(impasto)


def test_a_walk_lies_side_by_side(impasto: Any, small: Path, tmp_path: Path) -> None:
    words = ("great-wave", "the-scream", small, "--steps", "2", "-o", tmp_path / "walk.png")
    assert impasto("styles", "walk", *words).code == 0


def test_a_walk_needs_two_styles(impasto: Any, small: Path, tmp_path: Path) -> None:
    outcome = impasto("styles", "walk", "great-wave", small, "-o", tmp_path / "walk.gif")
    assert (outcome.code, "two styles" in outcome.line) == (2, True)
