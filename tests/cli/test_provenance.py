"""The commands `inspect` and `again`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def painted(impasto: Any, small: Path, tmp_path: Path) -> Path:
    out = tmp_path / "painted.png"
    assert impasto("stylize", small, "--style", "great-wave", "--stroke", "2", "-o", out).code == 0
    return out


def test_inspect_tells(impasto: Any, painted: Path) -> None:
    said = impasto("inspect", painted).out
    for word in ("stylize", "great-wave", "stroke", "2.0", "small.png", "brush"):
        assert word in said
    assert "TrainedAlgorithmicMedia" in said


def test_inspect_names_the_masks(impasto: Any, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "painted.png"
    assert impasto("stylize", small, "--region", f"{small}=great-wave", "-o", out).code == 0
    assert "where small.png is white" in impasto("inspect", out).out


def test_inspect_tells_how_much_of_each_style(
    impasto: Any, small: Path, painted: Path, tmp_path: Path
) -> None:
    styles = ("--style", "great-wave", "--style", "the-scream", "--weights", "0.6,0.4")
    assert impasto("stylize", small, *styles, "-o", tmp_path / "both.png").code == 0
    assert "60% great-wave + 40% the-scream" in impasto("inspect", tmp_path / "both.png").out
    assert "weight" not in impasto("inspect", painted).out


def test_inspect_tells_what_was_stopped(impasto: Any, painted: Path, tmp_path: Path) -> None:
    from impasto.picture import read, write

    assert "stopped" not in impasto("inspect", painted).out
    whole = read(painted)
    recipe = whole.recipe.model_copy(update={"finished": False})
    half = write(replace(whole, recipe=recipe), tmp_path / "half.png")
    assert "stopped" in impasto("inspect", half).out


def test_inspect_tells_programs(impasto: Any, painted: Path) -> None:
    recipe = json.loads(impasto("inspect", painted, "--json").out)
    assert recipe["verb"] == "stylize"
    assert recipe["settings"]["stroke"] == 2
    assert recipe["content"]["name"] == "small.png"


def test_again_makes_the_same(impasto: Any, painted: Path, tmp_path: Path, pixels: Any) -> None:
    same = tmp_path / "same.png"
    assert impasto("again", painted, "-o", same).out == f"{same}\n"
    assert np.array_equal(pixels(same), pixels(painted))


def test_again_says_what_it_writes(impasto: Any) -> None:
    said = impasto("again", "--help").out
    assert [ending for ending in (".png", ".gif", ".mp4", ".svg") if ending not in said] == []


def test_again_walks_and_sweeps(impasto: Any, small: Path, tmp_path: Path) -> None:
    style, way = ("--style", "great-wave"), ("great-wave", "the-scream")
    shown = ("--steps", 3, "--seconds", 0.5, "--side", 20, "--back")
    for name, words in {
        "sweep.png": ("sweep", small, *style, "--strength", "0.5,1", "--stroke", "1"),
        "walk.gif": ("styles", "walk", *way, small, *shown),
    }.items():
        out, same = tmp_path / name, tmp_path / f"same-{name}"
        assert impasto(*words, "-o", out).code == 0
        assert impasto("again", out, "-o", same).out == f"{same}\n"
        assert same.read_bytes() == out.read_bytes()


def test_again_where_the_photograph_has_moved(
    impasto: Any, painted: Path, small: Path, tmp_path: Path, pixels: Any
) -> None:
    moved = small.rename(tmp_path / "moved.png")
    lost = impasto("again", painted, "-o", tmp_path / "same.png")
    assert (lost.code, "--content" in lost.line) == (1, True)
    found = impasto("again", painted, "--content", moved, "-o", tmp_path / "same.png")
    assert found.code == 0
    assert np.array_equal(pixels(tmp_path / "same.png"), pixels(painted))


def test_again_where_the_masks_have_moved(impasto: Any, small: Path, tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    mask, out = tmp_path / "mask.png", tmp_path / "painted.png"
    mask.write_bytes(small.read_bytes())
    assert impasto("stylize", small, "--region", f"{mask}=great-wave", "-o", out).code == 0
    moved = mask.rename(tmp_path / "masks" / "mask.png")
    lost = impasto("again", out, "-o", tmp_path / "same.png")
    assert (lost.code, "--masks" in lost.line) == (1, True)
    assert impasto("again", out, "--masks", moved.parent, "-o", tmp_path / "same.png").code == 0


def test_again_keeps_to_a_limit(impasto: Any, painted: Path, tmp_path: Path) -> None:
    outcome = impasto("again", painted, "--max-pixels", "100", "-o", tmp_path / "same.png")
    assert (outcome.code, "--max-pixels" in outcome.line) == (1, True)


def test_another_photograph_is_refused(
    impasto: Any, painted: Path, painting: Path, tmp_path: Path
) -> None:
    outcome = impasto("again", painted, "--content", painting, "-o", tmp_path / "same.png")
    assert (outcome.code, "not the file" in outcome.line) == (1, True)


@pytest.mark.parametrize("words", [("inspect",), ("again", "-o", "o.png")])
def test_a_picture_without_a_recipe(
    impasto: Any, small: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(small.parent)
    outcome = impasto(words[0], small, *words[1:])
    assert (outcome.code, outcome.out) == (1, "")
    assert "recipe" in outcome.line


def test_again_keeps_what_exists(impasto: Any, painted: Path, small: Path) -> None:
    outcome = impasto("again", painted, "-o", small)
    assert (outcome.code, "exists already" in outcome.line) == (1, True)


def test_again_makes_what_was_created(
    impasto: Any, small: Path, painting: Path, tmp_path: Path, pixels: Any
) -> None:
    out, same = tmp_path / "out.png", tmp_path / "same.png"
    assert impasto("create", "like", small, "--with", painting, "--seed", 3, "-o", out).code == 0
    assert "painting.png" in impasto("inspect", out).out
    assert impasto("again", out, "-o", same).out == f"{same}\n"
    assert np.array_equal(pixels(same), pixels(out))
