"""The commands around collections, as somebody types them."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from impasto.errors import WeightsError
from impasto.networks import catalog

EVIL = '=1+1 <img src=x> \x1b[31m"'


@pytest.fixture(autouse=True)
def _the_eye() -> None:
    """Skip where the eye doesn't ship."""
    try:
        catalog.row("eye")
    except WeightsError:
        pytest.skip("needs the eye's weights, which are not here")


@pytest.fixture
def museum(photos: Path, impasto: Any) -> Path:
    """A collection of three works, with labels that would harm if they were believed."""
    text = EVIL.replace('"', '""')
    (photos / "labels.csv").write_text(f'path,title,year\na.png,"{text}",1874\nb.jpg,plain,1901\n')
    outcome = impasto("collection", "add", "museum", photos)
    assert (outcome.code, outcome.out) == (1, "3 new works, 1 failed\n")
    assert "bad.png: the file" in outcome.line or "bad.png: it is" in outcome.line
    return photos


def test_what_is_added_is_listed_and_shown(museum: Path, impasto: Any) -> None:
    assert impasto("collection", "list").out.split() == ["museum", "3", "works"]
    listed = impasto("collection", "list", "museum")
    assert [name in listed.out for name in ("a.png", "b.jpg", "c.png")] == [True] * 3
    assert "\x1b" not in listed.out
    shown = impasto("collection", "show", "museum")
    assert "1874 to 1901" in shown.out
    assert "bad.png" in shown.err
    assert "\x1b" not in shown.out + shown.err
    works = json.loads(impasto("collection", "list", "museum", "--format", "json").out)
    assert works[0]["title"] == EVIL
    again = impasto("collection", "add", "museum", museum)
    assert again.out == "0 new works, 3 known already, 1 failed\n"


def test_a_work_is_found(museum: Path, impasto: Any, tmp_path: Path) -> None:
    first = impasto("search", "museum", "--like", museum / "b.jpg").out.splitlines()[0]
    assert first.startswith("1.000")
    assert "b.jpg" in first
    outcome = impasto("search", "museum", "--where", "year < 1900")
    assert "1 shown; 1 of 3 works meet the condition" in outcome.out
    assert "\x1b" not in outcome.out
    hits = json.loads(impasto("search", "museum", "--color", "#804020", "--format", "json").out)
    assert len(hits) == 3
    sheet = tmp_path / "sheet.png"
    words = ("search", "museum", "--like", museum / "a.png", "--crop", "0,0,16,12", "-o", sheet)
    assert impasto(*words).out == f"{sheet}\n"
    with Image.open(sheet) as page:
        assert page.width > 3 * 32
    assert "exists already" in impasto(*words).line


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("search", "museum"), 2, "what to look for"),
        (("search", "musuem", "--color", "red"), 1, "did you mean museum"),
        (("search", "museum", "--color", "rot"), 2, "expected a color"),
        (("search", "museum", "--where", "yeer < 1"), 2, "did you mean year"),
        (("search", "museum", "--where", "title = '\x1b"), 2, "x1b"),
        (("search", "museum", "--color", "red", "--top", "0"), 2, "top"),
        (("search", "museum", "--like", "no.png"), 1, "no such file"),
        (("search", "museum", "--color", "red", "-o", "x.xyz"), 1, ".xyz"),
        (("search", "museum", "--like", "a.png", "--crop", "1,2,3"), 2, "crop: four whole numbers"),
        (("collection", "add", "a b", "."), 2, "at most 64"),
        (("clusters", "a b"), 2, "at most 64"),
        (("collection", "add", "museum", "nowhere"), 1, "no folder, table"),
        (("collection", "export", "museum", "-o", "x.xls"), 1, ".parquet"),
        (("collection", "remove", "nobody"), 1, "no collection nobody"),
        (("clusters", "museum"), 1, "too few"),
        (("clusters", "museum", "--least", "1"), 2, "least"),
    ],
)
def test_what_cannot_be_is_one_line(
    museum: Path, impasto: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    outcome = impasto(*words)
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.line


def test_check_tells_what_moved(museum: Path, impasto: Any) -> None:
    assert impasto("collection", "check", "museum").out == "3 files as they were\n"
    (museum / "a.png").rename(museum / "sub" / "z.png")
    (museum / "b.jpg").unlink()
    outcome = impasto("collection", "check", "museum")
    assert outcome.code == 1
    assert "1 file as it was, 1 moved, 1 gone" in outcome.out
    assert impasto("collection", "remove", "museum", "--gone").code == 0


def test_one_decimal_does_not_change_how_others_are_written(museum: Path, impasto: Any) -> None:
    (museum / "labels.csv").write_text("path,year\na.png,1890.5\nb.jpg,1891\n")
    assert impasto("collection", "add", "museum", museum).code == 1
    said = [
        impasto("collection", "list", "museum").out,
        impasto("collection", "show", "museum").out,
        impasto("search", "museum", "--where", "year > 0").out,
    ]
    assert ["1891" in text and "1891.0" not in text for text in said] == [True] * 3
    assert "1890.5 to 1891" in said[1]


def test_export_rebuild_remove(museum: Path, impasto: Any, tmp_path: Path) -> None:
    table = tmp_path / "out.csv"
    assert impasto("collection", "export", "museum", "-o", table).out == f"{table}\n"
    assert "'=1+1 <img src=x> \\x1b[31m" in table.read_text()
    assert impasto("collection", "rebuild", "museum").out == "0 works seen anew\n"
    assert impasto("collection", "remove", "museum").out.startswith("3 works forgotten")
    assert "there are none" in impasto("collection", "list").out


def test_what_is_twice(tmp_path: Path, impasto: Any, photo: Path) -> None:
    folder = tmp_path / "museum"
    folder.mkdir()
    with Image.open(photo) as image:
        image.save(folder / "a.png")
        ImageOps.mirror(image).resize((300, 300)).save(folder / "b.jpg")
        image.convert("L").save(folder / "c.png")
    Image.linear_gradient("L").save(folder / "d.png")
    assert impasto("collection", "add", tmp_path / "col", folder).code == 0
    sheet = tmp_path / "twice.png"
    outcome = impasto("duplicates", tmp_path / "col", "-o", sheet)
    assert "2 files show a work again" in outcome.out
    assert sheet.is_file()
    groups = json.loads(impasto("duplicates", tmp_path / "col", "--format", "json").out)
    assert [sorted(Path(path).name for path in group) for group in groups] == [
        ["a.png", "b.jpg", "c.png"]
    ]


def test_control_c_keeps_what_is_done(
    tmp_path: Path, begin: Callable[..., subprocess.Popen[str]], draw: Any, impasto: Any
) -> None:
    for seed in range(200):
        draw(tmp_path / "many" / f"{seed:03}.png", seed=seed, size=(200, 150))
    folder = tmp_path / "col"
    adding = begin("collection", "add", folder, tmp_path / "many")
    works = folder / "tables" / "works.lance" / "data"
    while adding.poll() is None and not (works.is_dir() and any(works.iterdir())):
        time.sleep(0.01)
    adding.send_signal(signal.SIGINT)
    out, err = adding.communicate(timeout=120)
    assert adding.returncode == 130, err
    done = int(out.split(" new works")[0].split()[-1])
    assert 64 <= done < 200
    assert f"{200 - done} left" in out
    again = impasto("collection", "add", folder, tmp_path / "many")
    assert again.out.startswith(f"{200 - done} new")
