"""Kinds of files told apart by their first bytes, and refused with a line that helps."""

import io
import os
import socket
import zipfile

import pytest
from PIL import Image

from impasto.errors import PictureError, SettingsError
from impasto.picture import read
from impasto.picture.sniff import KINDS, opened


@pytest.mark.parametrize("kind", KINDS)
def test_our_kinds_are_told_by_content_and_not_by_name(tmp_path, kind):
    path = tmp_path / "misnamed.txt"
    Image.new("RGB", (4, 3), "red").save(path, format=kind)
    with opened(path) as (file, found):
        assert (found, file.tell()) == (kind, 0)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC.*heif-convert"),
        (b"\0\0\0\x18ftypmif1", "HEIC"),
        (b"\0\0\0\x18ftypavif", "AVIF"),
        (b"\0\0\0\x18ftypcrx ", "raw file"),
        (b"\0\0\0\x18ftypisom", "video.*ffmpeg"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000.*opj_decompress"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"8BPS\0\1", "layers"),
        (b"%PDF-1.7", "PDF.*pdftoppm"),
        (b"\n <svg xmlns='http://www.w3.org/2000/svg'/>", "drawing"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "drawing"),
        (b"<!DOCTYPE html>", "web page"),
        (b"PK\x03\x04", "archive; unpack"),
        (b"\x1f\x8b\x08", "archive"),
        (b"0" * 257 + b"ustar\0", "archive"),
        (b"nonsense", "not a picture that we know"),
        (b"\xff", "not a picture that we know"),
    ],
)
def test_strangers_get_a_line_that_says_what_to_do(tmp_path, head, words):
    path = tmp_path / "picture.jpg"
    path.write_bytes(head)
    with pytest.raises(PictureError, match=words) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_raw_file_in_tiffs_clothes(tmp_path):
    path = tmp_path / "DSC0001.NEF"
    Image.new("RGB", (4, 3)).save(path, format="TIFF")
    with pytest.raises(PictureError, match="raw file; develop it"):
        read(path)


def test_a_real_archive(tmp_path):
    path = tmp_path / "pictures.png"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", b"")
    with pytest.raises(PictureError, match="archive"):
        read(path)


def test_what_is_no_file(tmp_path):
    with pytest.raises(PictureError, match="no such file"):
        read(tmp_path / "missing.png")
    with pytest.raises(PictureError, match="is a folder"):
        read(tmp_path)
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(PictureError, match="empty"):
        read(tmp_path / "empty.png")
    with pytest.raises(PictureError, match="no such file"):
        read(tmp_path / "empty.png" / "below")
    with pytest.raises(PictureError, match="null"):
        read("a\0b.png")


def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)  # a socket's name must be short
        server.bind("s.png")
        for name in ("pipe.png", "s.png", "/dev/zero"):
            with pytest.raises(PictureError, match="device or a pipe"):
                read(name)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "no"), "may not read"),
        (MemoryError(), "not enough memory"),
        (IndexError(), "broken or incomplete"),
        (ValueError("a\x1b[0m\nb\n"), "broken or incomplete \\(b\\)"),
    ],
)
def test_whatever_a_decoder_raises_becomes_one_line(tmp_path, error, words):
    path = tmp_path / "a.gif"
    Image.new("L", (1, 1)).save(path)
    with pytest.raises(PictureError, match=words), opened(path):
        raise error


def test_other_errors_of_ours_stay_what_they_are(tmp_path):
    path = tmp_path / "a.gif"
    Image.new("L", (1, 1)).save(path)
    with pytest.raises(SettingsError, match=r"^mine$"), opened(path):
        raise SettingsError("mine")


def test_a_hostile_name_is_escaped(tmp_path):
    with pytest.raises(PictureError) as caught:
        read(tmp_path / "a\x1b[2J\nb.png")
    assert "a\\x1b[2J\\nb.png" in str(caught.value)


def test_a_name_that_is_not_unicode(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGB", (5, 4)).save(buffer, format="TIFF")
    path = tmp_path / os.fsdecode(b"\xff.tif")
    path.write_bytes(buffer.getvalue())
    assert read(path).size == (5, 4)
