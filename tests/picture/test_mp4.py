"""The recipe of a film, found among boxes that may be anything."""

import os
import struct

import pytest

from impasto.errors import PictureError, RecipeError
from impasto.picture import Info, read, read_recipe
from impasto.picture.mp4 import xmp_box


def box(kind, content=b"", length=None):
    return struct.pack(">I4s", 8 + len(content) if length is None else length, kind) + content


def long_box(kind, content, length=None):
    length = 16 + len(content) if length is None else length
    return struct.pack(">I4sQ", 1, kind, length) + content


FTYP = box(b"ftyp", b"isom\0\0\2\0isomavc1mp41")
OTHER = box(b"uuid", bytes(range(16)) + b"something of somebody else")


@pytest.fixture
def said(recipe):
    return xmp_box(Info(recipe=recipe).xmp())


@pytest.fixture
def film(tmp_path):
    def made(*boxes, name="a.mp4"):
        path = tmp_path / name
        path.write_bytes(b"".join((FTYP, *boxes)))
        return path

    return made


@pytest.mark.parametrize(
    "others",
    [
        (),
        (box(b"moov"), box(b"mdat", b"pixels")),
        (OTHER, long_box(b"mdat", b"pixels"), box(b"uuid", b"short")),
        (box(b"mdat", b"mdat" + xmp_box(b"in the middle of another box")),),
    ],
)
def test_the_recipe_is_found_wherever_it_lies(film, recipe, said, others):
    assert read_recipe(film(*others, said)) == recipe
    assert read_recipe(film(said, *others)) == recipe


def test_a_last_box_may_go_on_to_the_end(film, recipe, said):
    assert read_recipe(film(said, box(b"mdat", b"pixels", 0))) == recipe
    assert read_recipe(film(b"\0\0\0\0" + said[4:])) == recipe


@pytest.mark.parametrize("name", ["a.mov", "a.m4v", "a"])
def test_it_is_told_by_content_and_not_by_name(film, recipe, said, name):
    assert read_recipe(film(said, name=name)) == recipe


def test_more_than_memory_holds_is_passed_over(film, recipe, said):
    path = film(long_box(b"mdat", b"", 1 << 33), said)
    with path.open("r+b") as file:  # a file with a hole
        file.seek(len(FTYP) + (1 << 33))
        file.write(said)
    assert read_recipe(path) == recipe


@pytest.mark.parametrize(
    "boxes",
    [
        (),
        (box(b"moov"), OTHER),
        (box(b"uuid"),),
        (xmp_box(b""),),
        (xmp_box(b"<x:xmpmeta"),),
        (xmp_box(b"\xff" * 9),),
        (xmp_box(b" " * (1 << 21)),),
        (xmp_box(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),),
    ],
)
def test_a_film_without_a_recipe_says_so(film, boxes):
    with pytest.raises(RecipeError, match=r"^no recipe in .*a\.mp4: it was not made by Impasto"):
        read_recipe(film(*boxes))


@pytest.mark.parametrize(
    "end",
    [
        box(b"mdat", b"pixels")[:-1],
        b"\0",
        b"\0\0\0\x08moo",
        b"\0" * 7,
        box(b"mdat", length=7),
        box(b"mdat", length=2),
        box(b"mdat", length=0xFFFFFFFF),
        box(b"mdat", length=1),
        long_box(b"mdat", b"", length=2**64 - 1),
        long_box(b"mdat", b"pixels", length=15),
        long_box(b"mdat", b"pixels", length=0),
        long_box(b"mdat", b"pixels")[:12],
        box(b"moov") * 70_000,
    ],
    ids=range(13),
)
def test_broken_films_get_one_line(film, end):
    with pytest.raises(PictureError, match=r"^cannot read .*a\.mp4: the file is broken or inc"):
        read_recipe(film(end))


def test_every_cut_ends_in_one_line(film):
    path = film(OTHER, long_box(b"mdat", b"pixels"), xmp_box(b"<cut/>"))
    whole, ends = path.read_bytes(), []
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises((PictureError, RecipeError)) as caught:
            read_recipe(path)
        assert str(caught.value).isprintable()
        ends.append(caught.type)
    assert ends.count(RecipeError) == 3  # where boxes meet


def test_a_hostile_recipe_is_refused(film):
    text = '{"verb": "stylize", "version": "1", "settings": {"mask": "/etc/passwd"}}'
    space = "urn:impasto:recipe:1:"
    packet = f'<r xmlns:i="{space}"><i:recipe>{text}</i:recipe></r>'.encode()
    with pytest.raises(RecipeError, match=r"a\.mp4: the recipe is refused: settings\.mask"):
        read_recipe(film(xmp_box(packet)))


def test_pictures_of_phones_are_still_told_apart(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"heic"))
    with pytest.raises(PictureError, match="HEIC"):
        read_recipe(path)


def test_a_film_is_no_picture(film, said):
    with pytest.raises(PictureError, match="a video; save one frame"):
        read(film(said))


@pytest.mark.parametrize("name", ["pipe.svg", "pipe.mp4"])
def test_pipes_are_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(PictureError, match="device or a pipe"):
        read_recipe(tmp_path / name)
