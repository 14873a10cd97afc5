"""What is done to a collection later: checked, forgotten, seen anew, handed on."""

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from impasto.analysis.collection.adding import add
from impasto.analysis.collection.exporting import export
from impasto.analysis.collection.gallery import open_gallery
from impasto.analysis.collection.keeping import Removed, check, rebuild, remove
from impasto.analysis.collection.places import names, place
from impasto.analysis.collection.seeing import Sight
from impasto.errors import DataError, OutputError


def test_check_tells_moved_changed_and_gone(scans: Path, sight: Sight, draw: Any) -> None:
    add("museum", scans, sight=sight)
    assert check("museum").fine == 4
    os.utime(scans / "a.png", (0, 0))
    draw(scans / "b.jpg", 77)
    (scans / "c.png").rename(scans / "sub" / "e.png")
    (scans / "sub" / "d.png").unlink()
    found = check("museum")
    assert (found.fine, found.touched, found.changed) == (0, (scans / "a.png",), (scans / "b.jpg",))
    assert found.moved == ((scans / "c.png", scans / "sub" / "e.png"),)
    assert found.gone == (scans / "sub" / "d.png",)


@pytest.mark.timeout(60)
def test_check_opens_no_pipe(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    (scans / "a.png").unlink()
    os.mkfifo(scans / "a.png")
    found = check("museum")
    assert (found.fine, found.changed) == (3, (scans / "a.png",))


def test_check_stops(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    found = check("museum", on_step=lambda step: step.done == 1)
    assert (found.fine, found.left) == (1, 3)


def test_some_or_all_is_forgotten(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    assert remove("museum", [scans / "sub"]).works == 1
    assert "label" not in open_gallery("museum").labels
    (scans / "a.png").unlink()
    assert remove("museum", gone=True).works == 1
    with pytest.raises(DataError, match="nothing in museum"):
        remove("museum", [scans / "sub"])
    assert len(open_gallery("museum")) == 2
    assert remove("museum") == Removed(2)
    assert names() == []
    assert (scans / "b.jpg").is_file()
    with pytest.raises(DataError, match="no collection museum"):
        remove("museum")


def test_only_our_own_is_removed(scans: Path, sight: Sight, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    add(mine, scans, sight=sight)
    (mine / "letter.txt").write_text("dear")
    remove(mine)
    assert sorted(path.name for path in mine.iterdir()) == [".impasto.lock", "letter.txt"]


def test_what_a_map_left_is_removed_too(
    scans: Path, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("museum", scans, sight=sight)
    folder = place("museum")
    (folder / "thumbs" / "ab").mkdir(parents=True)
    (folder / "thumbs" / "ab" / "x.webp").write_bytes(b"x")
    (folder / "map.safetensors").write_bytes(b"x")
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "rmtree", crash)
        with pytest.raises(ZeroDivisionError):
            remove("museum")
    assert names() == ["museum"]  # so that it can be removed again
    assert remove("museum") == Removed(4)
    assert [path.name for path in folder.iterdir()] == [".impasto.lock"]
    assert names() == []


def crash(*_: object) -> None:
    raise ZeroDivisionError


def test_another_eye_looks_again(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    (scans / "c.png").unlink()
    other = Sight(sight.see, "b" * 64)
    with pytest.raises(DataError, match="collection rebuild museum"):
        add("museum", scans, sight=other)
    count, failed = rebuild("museum", sight=other)
    assert (count, [entry.path.name for entry in failed]) == (3, ["c.png"])
    assert open_gallery("museum").store.eyes() == {"b" * 64}
    assert add("museum", scans, sight=other).known == 3
    assert rebuild("museum", sight=other) == (0, ())


def test_what_changed_meanwhile_keeps_its_labels(
    scans: Path, sight: Sight, draw: Any, tmp_path: Path
) -> None:
    table = tmp_path / "m.csv"
    table.write_text("path,year\nscans/a.png,1901\nscans/b.jpg,1890.5\nscans/c.png,1900\n")
    add("museum", scans, labels=table, sight=sight)
    draw(scans / "a.png", 99)
    (scans / "c.png").write_bytes(b"no picture")
    count, failed = rebuild("museum", sight=Sight(sight.see, "b" * 64))
    assert (count, [entry.path.name for entry in failed]) == (3, ["c.png"])
    gallery = open_gallery("museum")
    assert gallery.store.eyes() == {"b" * 64}
    years = {gallery.paths[i][0].name: gallery.known(i).get("year") for i in range(3)}
    assert years == {"a.png": 1901.0, "b.jpg": 1890.5, "d.png": None}
    assert set(gallery.labels["year"]) <= set(gallery.ids)


@pytest.mark.parametrize("change", ["another work", "no picture"])
@pytest.mark.parametrize("name", ["a.png", "z.png"])
def test_a_work_is_seen_again_in_whichever_file_still_holds_it(
    scans: Path, sight: Sight, draw: Any, change: str, name: str
) -> None:
    shutil.copy(scans / "a.png", scans / "z.png")
    add("museum", scans, sight=sight)
    held = open_gallery("museum").ids[0]
    if change == "another work":
        draw(scans / name, 99)
    else:
        (scans / name).write_bytes(b"no picture")
    assert rebuild("museum", sight=Sight(sight.see, "b" * 64)) == (4, ())
    gallery = open_gallery("museum")
    assert gallery.store.eyes() == {"b" * 64}
    assert held in gallery.ids


def test_exports_are_harmless(scans: Path, sight: Sight, tmp_path: Path) -> None:
    table = tmp_path / "m.csv"
    with table.open("w", newline="") as file:
        evil = ["scans/a.png", "=cmd()", "<script>\x1b[31m", "-5", "x", "y"]
        csv.writer(file).writerows([["path", "+head", "html", "n", "sha256", "vector"], evil])
    add("museum", scans, labels=table, sight=sight)
    for suffix in ("csv", "json", "parquet"):
        assert export("museum", tmp_path / f"out.{suffix}") == 4
    with (tmp_path / "out.csv").open(newline="") as file:
        (row, *_) = csv.DictReader(file)
    assert row["'+head"] == "'=cmd()"
    assert (row["html"], row["n"], row["sha256"]) == ("<script>\\x1b[31m", "-5", "x")
    (work, *_) = json.loads((tmp_path / "out.json").read_text())
    assert (work["html"], work["n"], work["width"]) == ("<script>\x1b[31m", -5, 64)
    assert "\x1b" not in (tmp_path / "out.json").read_text()
    written = parquet.read_table(tmp_path / "out.parquet")
    assert written["work_vector"].type.list_size == 384
    with pytest.raises(OutputError, match="exists already"):
        export("museum", tmp_path / "out.csv")
    with pytest.raises(OutputError, match=r"\.parquet, \.csv"):
        export("museum", tmp_path / "out.xls")
