"""`impasto analyze`: words for a person, JSON for a program, a page and a figure."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


def test_a_picture_is_said_in_words(impasto: Any, small: Path) -> None:
    outcome = impasto("analyze", small)
    assert (outcome.code, outcome.err) == (0, "")
    for word in ("Palette", "Color", "Light", "Composition", "Nearest styles", "harmony"):
        assert word in outcome.out
    assert "32 × 24 pixels" in outcome.out
    assert all(line == line.rstrip() for line in outcome.out.splitlines())


def test_json_is_for_the_next_program(impasto: Any, small: Path) -> None:
    outcome = impasto("analyze", small, "--json", "--colors", "3")
    found = json.loads(outcome.out)
    assert outcome.code == 0
    assert len(found["palette"]["swatches"]) == 3
    assert found["size"] == [32, 24]


def test_a_figure_and_a_page_are_written(impasto: Any, small: Path, tmp_path: Path) -> None:
    figure, page = tmp_path / "figure.png", tmp_path / "page.html"
    outcome = impasto("analyze", small, "-o", figure, "--html", page)
    assert outcome.code == 0
    assert outcome.out.splitlines()[-2:] == [str(figure), str(page)]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    with Image.open(figure) as image:
        assert image.width == 3200
    again = impasto("analyze", small, "-o", figure)
    assert (again.code, "exists already" in again.line) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("missing.png",), 1, "missing.png"),
        (("small.png", "--colors", "99"), 2, "colors"),
        (("small.png", "-o", "out.xyz"), 1, ".xyz"),
        (("small.png", "--html", "out.txt"), 1, ".html"),
        (("small.png", "-o", "small.png", "--force"), 1, "input"),
        (("small.png", "--max-pixels", "10"), 1, "small.png"),
    ],
)
def test_what_cannot_be_is_one_line(
    impasto: Any,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(small.parent)
    outcome = impasto("analyze", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.line


def test_help_names_the_range_of_colors(impasto: Any) -> None:
    outcome = impasto("analyze", "--help")
    assert outcome.code == 0
    assert "1 to 12" in " ".join(outcome.out.replace("│", " ").split())
