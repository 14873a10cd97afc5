"""The library of styles: found, added, blended, refused."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from impasto.data.vectors import save_vectors
from impasto.errors import OutputError, SettingsError, StyleError
from impasto.networks.styles import named_styles
from impasto.picture import Picture
from impasto.styling import library, shelf


def test_a_dozen_styles_ship() -> None:
    assert len(named_styles()) >= 12
    assert "great-wave" in shelf.names()
    assert {info.source for info in shelf.describe()} == {"shipped"}


def test_every_shipped_style_belongs_to_the_shipped_brush() -> None:
    for style in named_styles().values():
        assert library.checked(style) is style


def test_a_style_of_ones_own_is_kept_found_and_removed(
    photograph: Path, small: torch.Tensor
) -> None:
    added = library.add("dusk", [photograph, Picture.from_tensor(small.flip(1))])
    one, other = library.look(photograph), library.look(Picture.from_tensor(small.flip(1)))
    assert torch.allclose(added.values, (one.values + other.values) / 2)
    assert "dusk" in shelf.names()
    assert torch.equal(library.find("dusk").values, added.values)
    with pytest.raises(OutputError, match="--force"):
        library.add("dusk", [photograph])
    library.add("dusk", [photograph], force=True)
    assert torch.equal(library.find("dusk").values, one.values)
    library.remove("dusk")
    assert "dusk" not in shelf.names()


@pytest.mark.parametrize("name", ["", "a/b", "../up", "great-wave", "x" * 65, "a b", "a\x1b[31m"])
def test_names_that_can_not_be(name: str, photograph: Path) -> None:
    with pytest.raises(StyleError):
        library.add(name, [photograph])


def test_nothing_to_learn_from() -> None:
    with pytest.raises(StyleError, match="at least one"):
        library.add("dusk", [])


def test_what_ships_stays() -> None:
    with pytest.raises(StyleError, match="ships"):
        library.remove("great-wave")


def test_a_style_of_other_weights_is_refused_with_what_to_do(tmp_path: Path) -> None:
    style = replace(library.find("great-wave"), weights="0" * 64)
    save_vectors(tmp_path / "old.safetensors", [style])
    with pytest.raises(StyleError, match="styles add"):
        library.read_style(tmp_path / "old.safetensors")


def test_a_vector_of_another_length_is_refused() -> None:
    style = library.find("great-wave")
    with pytest.raises(StyleError, match="numbers"):
        library.checked(replace(style, values=style.values[:-1]))
    for damaged in (-style.values, style.values * float("nan")):
        with pytest.raises(StyleError, match="damaged"):
            library.checked(replace(style, values=damaged))


def test_a_style_of_other_weights_can_be_removed() -> None:
    shelf.folder().mkdir(parents=True)
    save_vectors(
        shelf.folder() / "old.safetensors",
        [replace(library.find("great-wave"), name="old", weights="0" * 64)],
    )
    library.remove("old")
    assert "old" not in shelf.names()


def test_the_names_are_those_of_the_vectors() -> None:
    assert shelf.names() == list(named_styles())


def test_names_are_told_without_torch() -> None:
    code = "import sys; from impasto.styling.shelf import names; names(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "torch" not in done.stdout.split()


def test_a_blend_is_named_after_its_shares() -> None:
    styles = [library.find("great-wave"), library.find("the-scream")]
    assert library.blend(styles, weights=(3, 1)).name == "75% great-wave + 25% the-scream"
    assert library.blend(styles, weights=(0, 1)).name == "100% the-scream"
    assert library.blend(styles, name="dusk").name == "dusk"


def test_equal_blends_and_bad_weights() -> None:
    styles = [library.find("great-wave"), library.find("the-scream")]
    middle = (styles[0].values + styles[1].values) / 2
    assert torch.allclose(library.blend(styles).values, middle, atol=1e-6)
    for weights in [(0, 0), (1, 2, 3), (float("nan"), 1)]:
        with pytest.raises(SettingsError, match="weights"):
            library.blend(styles, weights=weights)
