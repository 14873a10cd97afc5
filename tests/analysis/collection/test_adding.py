"""Pictures come into a collection: each once, whatever happens on the way."""

import csv
import errno
import os
import resource
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from impasto.analysis.collection import adding, places
from impasto.analysis.collection.adding import Added, add
from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.seeing import Sight
from impasto.errors import DataError, OutputError, PictureError, SettingsError
from impasto.picture.files import sha256_of
from impasto.progress import Step


def opened(name: str = "museum") -> Gallery:
    return open_gallery(name)


def names(gallery: Gallery) -> list[str]:
    return sorted(path.name for paths in gallery.paths for path in paths)


def counts(added: Added) -> tuple[int, int, int, int, int]:
    return added.new, added.known, added.changed, len(added.failed), len(added.passed)


def test_every_file_is_imported_or_listed_with_its_reason(scans: Path, sight: Sight) -> None:
    added = add("museum", scans, sight=sight)
    assert counts(added) == (4, 0, 0, 1, 1)
    assert (added.failed[0].path.name, added.passed[0].path.name) == ("broken.png", "notes.txt")
    assert all(entry.reason for entry in (*added.failed, *added.passed))
    gallery = opened()
    assert names(gallery) == ["a.png", "b.jpg", "c.png", "d.png"]
    assert gallery.columns["label"] == [None, None, None, "sub"]
    assert gallery.sizes == ((64, 48),) * 4
    assert gallery.vectors.shape == (4, 384)
    assert gallery.colors[..., 3].sum(1) == pytest.approx([1] * 4)


def test_what_is_there_is_not_opened_again(
    scans: Path, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("museum", scans, sight=sight)
    looked: list[str] = []
    take = adding.take

    def noted(path: Path, *how: Any, **others: Any) -> Any:
        looked.append(path.name)
        return take(path, *how, **others)

    monkeypatch.setattr(adding, "take", noted)
    assert counts(add("museum", scans, sight=sight)) == (0, 4, 0, 1, 1)
    assert sorted(looked) == ["broken.png", "notes.txt"]


def test_a_moved_file_is_the_work_it_was(scans: Path, sight: Sight, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,year\nscans/a.png,1874\n")
    add("museum", scans, labels=table, sight=sight)
    (scans / "a.png").rename(scans / "moved.png")
    assert counts(add("museum", scans, sight=sight))[:3] == (0, 4, 0)
    gallery = opened()
    assert names(gallery) == ["b.jpg", "c.png", "d.png", "moved.png"]
    assert gallery.known(2) == {"year": 1874}


def test_a_changed_file_is_replaced_and_keeps_its_labels(
    scans: Path, sight: Sight, tmp_path: Path, draw: Any
) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,year\nscans/a.png,1874\n")
    add("museum", scans, labels=table, sight=sight)
    before = opened()
    draw(scans / "a.png", 99)
    assert counts(add("museum", scans, sight=sight))[:3] == (1, 3, 1)
    after = opened()
    assert len(after) == 4
    assert set(before.ids) ^ set(after.ids) == {before.ids[0], after.ids[0]}
    assert after.known(0) == {"year": 1874}


def test_a_changed_file_keeps_numbers_as_numbers(
    scans: Path, sight: Sight, tmp_path: Path, draw: Any
) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,year\nscans/a.png,1901\nscans/b.jpg,1890.5\n")
    add("museum", scans, labels=table, sight=sight)
    draw(scans / "a.png", 99)
    assert add("museum", scans, sight=sight).lines == ()
    assert sorted(opened().labels["year"].values()) == [1890.5, 1901.0]


def test_copies_that_change_differently_keep_what_was_known(
    scans: Path, sight: Sight, tmp_path: Path, draw: Any
) -> None:
    shutil.copy(scans / "a.png", scans / "again.png")
    table = tmp_path / "labels.csv"
    table.write_text("path,year\nscans/a.png,1901\n")
    add("museum", scans, labels=table, sight=sight)
    draw(scans / "a.png", 98)
    draw(scans / "again.png", 99)
    add("museum", scans, sight=sight)
    assert list(opened().labels["year"].values()) == [1901, 1901]


@pytest.mark.timeout(60)
def test_pipes_and_devices_are_listed_and_never_opened(scans: Path, sight: Sight) -> None:
    os.mkfifo(scans / "pipe.png")
    (scans / "zero.png").symlink_to("/dev/zero")
    added = add("museum", scans, sight=sight)
    reasons = {entry.path.name: entry.reason for entry in added.failed}
    assert set(reasons) == {"broken.png", "pipe.png", "zero.png"}
    assert "a device or a pipe" in reasons["pipe.png"]
    assert "a device or a pipe" in reasons["zero.png"]
    for path, said in ((scans / "pipe.png", "a device or a pipe"), (scans, "a folder")):
        with pytest.raises(PictureError, match=said):
            sha256_of(path)


def test_a_picture_too_large_is_given_advice_that_can_be_followed(
    scans: Path, sight: Sight
) -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", 99_999, 99_999, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    (scans / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + end)
    (entry,) = add("museum", scans, sight=sight).failed
    assert "the limit is" in entry.reason
    assert "save a smaller copy" in entry.reason
    assert "max" not in entry.reason


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_room_is_no_damage(scans: Path, sight: Sight, draw: Any) -> None:
    add("museum", scans, sight=sight)
    for seed in range(20, 24):
        draw(scans / f"{seed}.png", seed)
    with small_files(1000), pytest.raises(OutputError, match="no room") as caught:
        add("museum", scans, sight=sight)
    assert "remove" not in str(caught.value)
    assert len(opened()) == 4
    assert add("museum", scans, sight=sight).new == 4


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EROFS, "Read-only file system"), "can't be written to"),
        (RuntimeError("LanceError(IO): Permission denied (os error 13), at x.rs"), "permissions"),
        (RuntimeError("LanceError(IO): No space left on device (os error 28)"), "disk is full"),
    ],
)
def test_what_the_system_refuses_is_no_damage(
    scans: Path, sight: Sight, error: Exception, said: str
) -> None:
    add("museum", scans, sight=sight)
    store = opened().store
    for context in (store.reading, store.writing):
        with pytest.raises(OutputError, match=said) as caught, context():
            raise error
        assert "remove" not in str(caught.value)


def test_copies_are_one_work(scans: Path, sight: Sight) -> None:
    shutil.copy(scans / "a.png", scans / "again.png")
    assert add("museum", scans, sight=sight).new == 4
    gallery = opened()
    assert [path.name for path in gallery.paths[0]] == ["a.png", "again.png"]


def test_links_in_circles_end(scans: Path, sight: Sight) -> None:
    (scans / "loop").symlink_to(scans)
    (scans / "sub" / "up").symlink_to("..")
    (scans / "nowhere.png").symlink_to("missing")
    added = add("museum", scans, sight=sight)
    assert added.new == 4
    assert {e.path.name for e in added.failed} == {"broken.png", "nowhere.png"}


def test_names_that_are_no_unicode(tmp_path: Path, sight: Sight, draw: Any) -> None:
    folder = tmp_path / "scans"
    draw(folder / "a.png")
    strange = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png"))
    shutil.copy(folder / "a.png", strange)
    assert add("museum", folder, sight=sight).new == 1
    assert set(opened().paths[0]) == {folder / "a.png", strange}
    assert add("museum", folder, sight=sight).known == 2


def test_numbers_stay_numbers_until_they_are_none(scans: Path, sight: Sight) -> None:
    table = scans.parent / "m.csv"
    table.write_text(
        "path,year,inv,size\nscans/a.png,1874,1890.10,1.5\nscans/b.jpg,,1891.2,2\nno.png,1,1,1\n"
    )
    added = add("museum", scans, labels=table, sight=sight)
    assert ["1 file that was not found: no.png" in line for line in added.lines] == [True]
    assert opened().labels["year"] == {opened().ids[0]: 1874}
    assert sorted(opened().labels["inv"].values()) == ["1890.10", "1891.2"]
    assert sorted(opened().labels["size"].values()) == [1.5, 2.0]
    table.write_text("path,year\nscans/b.jpg,ca. 1890\n")
    (line,) = add("museum", scans, labels=table, sight=sight).lines
    assert "'year' held numbers and is text now, since 'ca. 1890' is none" in line
    assert sorted(opened().labels["year"].values()) == ["1874", "ca. 1890"]


def test_a_table_names_each_file_that_is_amiss(scans: Path, sight: Sight) -> None:
    table = scans / "works.csv"
    rows = [["path", "a.b `x"], ["a.png", "<b>"], ["gone.png", ""], ["../out.png", ""], ["", "y"]]
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([*rows, ["a.png", "twice"]])
    added = add("museum", table, sight=sight)
    assert counts(added)[0] == 1
    reasons = [entry.reason for entry in added.failed]
    said = ("no such file", "leads out", "no path")
    assert all(word in reason for word, reason in zip(said, reasons, strict=True)), reasons
    assert opened().labels == {"a.b `x": {opened().ids[0]: "<b>"}}


def test_stopping_keeps_what_was_read(
    scans: Path, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "BATCH", 2)
    steps: list[Step] = []

    def stop(step: Step) -> bool:
        steps.append(step)
        return step.done == 3

    added = add("museum", scans, sight=sight, on_step=stop)
    assert [step.done for step in steps] == [1, 2, 3]
    assert (added.new + len(added.failed), added.left) == (3, 3)
    assert len(opened()) == added.new
    whole = add("museum", scans, sight=sight)
    assert len(opened()) == 4
    assert whole.new == 4 - added.new


@pytest.mark.parametrize("moment", ["put_works", "put_entries", "drop_works", "tidy"])
def test_a_crash_at_any_write_leaves_each_work_once(
    scans: Path, sight: Sight, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(adding, "BATCH", 2)
        broken.setattr(adding.Store, moment, crash)
        with pytest.raises(ZeroDivisionError):
            add("museum", scans, sight=sight)
    add("museum", scans, sight=sight)
    assert names(opened()) == ["a.png", "b.jpg", "c.png", "d.png"]
    assert len(set(opened().ids)) == 4


def crash(*_: object) -> None:
    raise ZeroDivisionError


def test_another_eye_is_refused(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    with pytest.raises(DataError, match="collection rebuild museum"):
        add("museum", scans, sight=Sight(sight.see, "b" * 64))


def test_a_second_writer_is_refused(scans: Path, sight: Sight) -> None:
    with (
        places.alone(places.place("museum")),
        pytest.raises(OutputError, match="another process is writing"),
    ):
        add("museum", scans, sight=sight)


def test_a_path_as_name(scans: Path, sight: Sight, tmp_path: Path) -> None:
    add(tmp_path / "mine", scans, sight=sight)
    assert len(open_gallery(tmp_path / "mine")) == 4
    inside = scans / "kept"
    assert add(inside, scans, sight=sight).new == 4  # it doesn't take in itself
    assert add(inside, scans, sight=sight).new == 0


@pytest.mark.parametrize("name", ["", "a b", "x" * 70, "a\x1b"])
def test_a_strange_name_is_refused(scans: Path, sight: Sight, name: str) -> None:
    with pytest.raises(SettingsError, match="at most 64"):
        add(name, scans, sight=sight)


def test_what_is_no_source(tmp_path: Path, sight: Sight) -> None:
    (tmp_path / "empty").mkdir()
    for source, said in ((tmp_path / "none", "no folder, table"), (tmp_path / "empty", "no files")):
        with pytest.raises(DataError, match=said):
            add("museum", source, sight=sight)


def test_a_damaged_collection_is_one_line(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    for file in (opened().store.folder / "tables").rglob("*.*"):
        if file.is_file():
            file.write_bytes(b"x")
    with pytest.raises(DataError, match="can't be used") as caught:
        opened()
    assert str(caught.value).isprintable()


def test_a_name_that_is_not_there_is_told_the_nearest(scans: Path, sight: Sight) -> None:
    add("museum", scans, sight=sight)
    with pytest.raises(DataError, match=r"did you mean museum\? `impasto collection add` makes a"):
        opened("musuem")


def test_the_bad_inputs_are_all_listed(shared: Path, sight: Sight, tmp_path: Path) -> None:
    source = shared / "data" / "bad-inputs"
    few = tmp_path / "bad"
    few.mkdir()
    for kind in sorted(path for path in source.iterdir() if path.is_dir()):
        for path in sorted(kind.rglob("*"))[:6]:
            shutil.copy(path, few / f"{kind.name}-{path.name}")
    files = sum(path.is_file() for path in few.iterdir())
    added = add("museum", few, sight=sight)
    assert added.new + added.known + len(added.failed) + len(added.passed) == files
    assert all(e.reason.isprintable() and e.reason for e in (*added.failed, *added.passed))
