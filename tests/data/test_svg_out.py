"""SVG written: it reads as what it was, and what it says is text."""

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.data.paper import alone, beside, lines_of
from impasto.data.svg import read_strokes, read_svg
from impasto.data.svg_out import svg, write_svg
from impasto.errors import OutputError
from impasto.picture import Info, Recipe, read_recipe

DRAWING = np.array([[5.25, 5, 0], [10, 0, 1], [-10, 4, 0], [0, 2, 1], [1, 1, 1]])
RECIPE = Recipe(verb="create-draw", version="1", source_type="trainedAlgorithmicMedia")


def test_it_reads_as_it_was(tmp_path: Path) -> None:
    path = write_svg(alone(lines_of(DRAWING)), tmp_path / "d.svg")
    strokes = read_strokes(path)
    assert [[(p.real, p.imag) for p in stroke] for stroke in strokes[:2]] == [
        [(5.25, 5), (15.25, 5)],
        [(5.25, 9), (5.25, 11)],
    ]
    assert strokes[2] == [6.25 + 12j, 6.25 + 12j]  # a dot is a line of no length


@given(st.lists(st.tuples(*[st.floats(-1e8, 1e8)] * 2), min_size=2, max_size=5))
def test_no_digit_is_lost(points: list[tuple[float, float]]) -> None:
    text = svg(alone([np.array(points)]))
    path = next(e for e in ET.fromstring(text).iter() if e.tag.endswith("path"))
    numbers = [float(n) for n in path.attrib["d"].replace("M", "").replace("L", " ").split()]
    assert numbers == [n for point in points for n in point]


def test_many_read_in_their_places(tmp_path: Path) -> None:
    paper = beside([lines_of(DRAWING)] * 3, columns=2)
    found = read_strokes(write_svg(paper, tmp_path / "d.svg"))
    wanted = [line for place in paper.places for line in place.on_paper()]
    for stroke, line in zip(found, wanted, strict=True):
        points = np.array([(p.real, p.imag) for p in stroke])
        assert points == pytest.approx(line if len(line) > 1 else np.repeat(line, 2, 0), abs=1e-3)


def test_what_it_says_is_text_and_never_a_tag(tmp_path: Path) -> None:
    bad = '</title><script>alert("x")</script>&\x07'
    text = svg(alone(lines_of(DRAWING)), title=bad, names=[bad], info=Info(title=bad))
    root = ET.fromstring(text)
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    (tmp_path / "d.svg").write_text(text)
    assert len(read_svg(tmp_path / "d.svg")) == 6


def test_it_carries_its_recipe(tmp_path: Path) -> None:
    path = write_svg(alone(lines_of(DRAWING)), tmp_path / "d.svg", info=Info(recipe=RECIPE))
    assert read_recipe(path) == RECIPE
    assert "trainedAlgorithmicMedia" in path.read_text()


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "d.svg"
    path.write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        write_svg(alone(lines_of(DRAWING)), path)
    assert path.read_text() == "mine"
