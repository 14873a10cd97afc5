"""Recipes in SVGs, which may come from anybody."""

from pathlib import Path

import pytest

from impasto.errors import PictureError, RecipeError
from impasto.picture import Info, Recipe, read_recipe
from impasto.picture.drawn import is_drawing

RECIPE = Recipe(verb="create-draw", version="1", source_type="trainedAlgorithmicMedia")


def test_names_tell() -> None:
    assert is_drawing("a.SVG")
    assert not is_drawing("a.png")


def test_a_recipe_is_found(tmp_path: Path) -> None:
    packet = (Info(recipe=RECIPE).xmp() or b"").decode()
    (tmp_path / "d.svg").write_text(f"<svg><metadata>{packet}</metadata></svg>")
    assert read_recipe(tmp_path / "d.svg") == RECIPE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg/>",
        b"\xff\x00<x:xmpmeta>\xff</x:xmpmeta>",
        b"</x:xmpmeta><x:xmpmeta>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><x:xmpmeta>&b;</x:xmpmeta>',
    ],
)
def test_where_there_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.svg").write_bytes(content)
    with pytest.raises(RecipeError, match="no recipe"):
        read_recipe(tmp_path / "d.svg")


def test_a_bad_one_is_refused(tmp_path: Path) -> None:
    packet = (Info(recipe=RECIPE).xmp() or b"").decode().replace("create-draw", "/bin/sh")
    (tmp_path / "d.svg").write_text(packet)
    with pytest.raises(RecipeError, match="refused"):
        read_recipe(tmp_path / "d.svg")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no such file"):
        read_recipe(tmp_path / "d.svg")
