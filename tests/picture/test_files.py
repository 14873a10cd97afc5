"""Files that appear whole or not at all."""

import errno
import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from impasto.errors import OutputError, PictureError
from impasto.picture.files import (
    check_free,
    check_output,
    is_file,
    replace_atomically,
    sha256_of,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_file_appears_when_the_block_ends(tmp_path):
    target = tmp_path / "out.json"
    with replace_atomically(target) as aside:
        aside.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert names(tmp_path) == ["out.json"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_when_the_block_fails(tmp_path, error):
    def work():
        with replace_atomically(tmp_path / "out.json") as aside:
            aside.write_text("half")
            raise error

    with pytest.raises(error):
        work()
    assert names(tmp_path) == []


def test_an_existing_file_is_refused_and_left_alone(tmp_path):
    target = tmp_path / "out.json"
    target.write_text("old")
    with pytest.raises(OutputError, match=r"exists already.*--force"), replace_atomically(target):
        pytest.fail("the work was begun")
    assert target.read_text() == "old"


def test_force_overwrites(tmp_path):
    target = tmp_path / "out.json"
    target.write_text("old")
    with replace_atomically(target, force=True) as aside:
        aside.write_text("new")
    assert target.read_text() == "new"


def test_a_file_that_comes_meanwhile_is_not_overwritten(tmp_path):
    target = tmp_path / "out.json"
    with pytest.raises(OutputError, match="exists already"), replace_atomically(target):
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    assert names(tmp_path) == ["out.json"]


def test_of_many_at_once_one_wins(tmp_path):
    target, refused = tmp_path / "out", []

    def work(number):
        try:
            with replace_atomically(target) as aside:
                aside.write_text(f"{number}" * 1000)
        except OutputError as error:
            refused.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(refused) == 7
    assert len(set(target.read_text())) == 1


@pytest.mark.parametrize("force", [False, True])
def test_where_there_are_no_links(tmp_path, monkeypatch, force):
    def no_links(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    with replace_atomically(tmp_path / "out", force=force) as aside:
        aside.write_text("whole")
    with pytest.raises(OutputError, match="exists"), replace_atomically(tmp_path / "b"):
        (tmp_path / "b").write_text("theirs")
    assert (tmp_path / "out").read_text() == "whole"
    assert names(tmp_path) == ["b", "out"]


def test_rights_are_those_of_a_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    with replace_atomically(tmp_path / "out"):
        pass
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "out")}
    assert len(modes) == 1


def test_a_dangling_link_counts_as_taken(tmp_path):
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="exists already"):
        check_free(tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "is a folder"),
        ("missing/out.png", "folder does not exist"),
        ("x" * 300, "name is too long; choose"),
        ("a\0b", "zero byte"),
    ],
)
def test_impossible_places_are_one_line(tmp_path, name, words):
    with pytest.raises(OutputError, match=words) as caught:
        check_free(tmp_path / name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "may not be written"), (errno.EIO, "error")],
)
def test_the_systems_errors_are_explained(tmp_path, code, words):
    with pytest.raises(OutputError, match=words), replace_atomically(tmp_path / "out"):
        raise OSError(code, os.strerror(code))
    assert names(tmp_path) == []


def test_sha256_of(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert sha256_of(path) == hashlib.sha256(b"abc").hexdigest()
    with pytest.raises(PictureError, match="no such file"):
        sha256_of(tmp_path / "b")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.xyz", r"ends in \.jpg, .*\.tiff, got \.xyz"),
        ("out", "got none"),
        ("out.gif", "got .gif"),
        ("", "it is a folder"),
        ("no/out.xyz", "make it first"),
    ],
)
def test_a_picture_that_cannot_be_is_refused_beforehand(tmp_path, name, words):
    with pytest.raises(OutputError, match=words):
        check_output(tmp_path / name)


def test_endings_of_pictures_and_of_others_pass(tmp_path):
    check_output(tmp_path / "out.JPG")
    check_output(tmp_path / "out.gif", others=[".gif"])


def test_what_is_no_name_is_no_file(tmp_path):
    (tmp_path / "a").touch()
    assert is_file(tmp_path / "a")
    assert not any(map(is_file, (tmp_path, tmp_path / "b", "x" * 5000, "a\0b")))
