"""SVG drawings: points by hand, and tricks refused."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.data.curves import PIECES, flatten, numbers, points
from impasto.data.svg import read_svg
from impasto.errors import DataError


def svg(folder: Path, inside: str, head: str = "") -> Path:
    path = folder / "d.svg"
    path.write_text(
        f'<?xml version="1.0"?>{head}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{inside}</svg>'
    )
    return path


def test_lines_and_polygons_by_hand(tmp_path):
    path = svg(
        tmp_path,
        '<g><polyline points="1,1 3 1 3,4"/></g><line x1="0" y1="0" x2="1"/>'
        '<polygon points="0,0 2,0 2,2"/>',
    )
    assert read_svg(str(path)).tolist() == [
        [0, 0, 0],
        [2, 0, 0],
        [0, 3, 1],
        [-3, -4, 0],
        [1, 0, 1],
        [-1, 0, 0],
        [2, 0, 0],
        [0, 2, 0],
        [-2, -2, 1],
    ]


@pytest.mark.parametrize(
    ("path", "strokes"),
    [
        ("M1 2L3,4", [[1 + 2j, 3 + 4j]]),
        ("m1 2 2 2 1-1", [[1 + 2j, 3 + 4j, 4 + 3j]]),
        ("M1,2 3,4 5 6", [[1 + 2j, 3 + 4j, 5 + 6j]]),
        ("M0 0H5h-2V3v.5", [[0, 5, 3, 3 + 3j, 3 + 3.5j]]),
        ("M0 0L1 0L1 1z", [[0, 1, 1 + 1j, 0]]),
        ("M0 0L1 0L0 0Z", [[0, 1, 0]]),
        ("M1 1l1 0zl0 1", [[1 + 1j, 2 + 1j, 1 + 1j], [1 + 1j, 1 + 2j]]),
        ("M0 0L1 1M5 5m1 1L7 7", [[0, 1 + 1j], [6 + 6j, 7 + 7j]]),
        ("M1e1.5L-.5.5", [[10 + 0.5j, -0.5 + 0.5j]]),
        ("M3 3", []),
        ("", []),
    ],
)
def test_straight_paths_by_hand(path, strokes):
    assert flatten(path) == strokes


def test_a_cubic_curve_is_halfway_where_the_formula_says():
    (stroke,) = flatten("M0 0C0 8 8 8 8 0")
    assert len(stroke) == PIECES + 1
    assert stroke[PIECES // 2] == 4 + 6j
    assert stroke[-1] == 8


def test_relative_curves_are_the_absolute_ones_moved():
    (there,) = flatten("M0 0c0 8 8 8 8 0s8-8 8 0q2 2 4 0t4 0")
    (here,) = flatten("M0 0C0 8 8 8 8 0S16-8 16 0Q18 2 20 0T24 0")
    np.testing.assert_allclose(there, here)


def test_smooth_curves_mirror_the_handle_before():
    (smooth,) = flatten("M0 0C0 8 8 8 8 0S16-8 16 0")
    (full,) = flatten("M0 0C0 8 8 8 8 0C8-8 16-8 16 0")
    np.testing.assert_allclose(smooth, full)
    (smooth,) = flatten("M0 0Q2 4 4 0T8 0")
    (full,) = flatten("M0 0Q2 4 4 0Q6-4 8 0")
    np.testing.assert_allclose(smooth, full)


def test_a_smooth_curve_after_a_line_begins_straight():
    (smooth,) = flatten("M0 0L4 0S8 4 8 0")
    (full,) = flatten("M0 0L4 0C4 0 8 4 8 0")
    np.testing.assert_allclose(smooth, full)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("M0 0A1 1 0 0 0 1 1", "arcs are not read"),
        ("M0 0X1", "got 'X'"),
        ("L1 1", "begins with M, got 'L'"),
        ("1 1", "begins with M, got '1 1'"),
        ("M0 0L1", "missing or left over after 'L'"),
        ("M0 0L1 L2 2", "missing or left over after 'L'"),
        ("M0 0Z1 1", "begins with M"),
        ("M0 0L1 #", "got '#'"),
        ("M0 0L1e999 0", "below a billion"),
        ("M0 0L1 " + "9" * 400, "below a billion"),
    ],
)
def test_paths_that_are_none_are_refused(path, said):
    with pytest.raises(DataError, match=re.escape(said)):
        flatten(path)


def test_too_many_points_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("impasto.data.curves.MOST", 20)
    monkeypatch.setattr("impasto.data.svg.MOST", 30)
    with pytest.raises(DataError, match="a path has more than 20 points"):
        flatten("M0 0" + "l1 1" * 21)
    path = f"<path d='M0 0{'l1 1' * 18}'/>"
    with pytest.raises(DataError, match="it has more than 30 points"):
        read_svg(svg(tmp_path, path * 2))


def test_numbers_and_points():
    assert numbers(" 1,-2.5e1 .5") == [1, -25, 0.5]
    assert points("1 2,3 4") == [1 + 2j, 3 + 4j]
    with pytest.raises(DataError, match="expected pairs"):
        points("1 2 3")
    with pytest.raises(DataError, match="expected numbers"):
        numbers("1 M")


@pytest.mark.parametrize(
    ("transform", "end"),
    [
        ("translate(5)", [1, 0]),
        ("scale(2,3)", [2, 0]),
        ("rotate(90)", [0, 1]),
        ("rotate(90 7 7)", [0, 1]),
        ("matrix(0 1 -1 0 5 5)", [0, 1]),
        ("skewY(45)", [1, 1]),
        ("skewX(45)", [1, 0]),
        ("scale(2) rotate(90)", [0, 2]),
        ("translate(1,2),scale(-1)", [-1, 0]),
    ],
)
def test_transforms_by_hand(tmp_path, transform, end):
    path = svg(tmp_path, f'<g transform="{transform}"><path d="M0 0h1"/></g>')
    np.testing.assert_allclose(read_svg(path)[1, :2], end, atol=1e-6)


def test_a_turn_about_a_point_leaves_that_point(tmp_path):
    path = svg(tmp_path, '<path d="M0 0L7 7"/><path transform="rotate(33 7 7)" d="M7 7L9 9"/>')
    np.testing.assert_allclose(read_svg(path)[2], [0, 0, 0], atol=1e-5)


def test_what_is_not_drawn_is_passed_over(tmp_path):
    inside = "<defs><circle r='1'/></defs><title>x</title><path d='M0 0h1' fill='url(#a)'/>"
    assert len(read_svg(svg(tmp_path, inside))) == 2


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<circle r='1'/>", "it has a circle; turn shapes"),
        ("<use href='#a'/>", "it has a use"),
        ("<image href='http://x/y.png'/>", "refers to 'http://x/y.png' outside itself"),
        ("<a xlink:href='file:///etc/passwd'/>", "outside itself"),
        ("<image href='data:image/png;base64,xx'/>", "outside itself"),
        ("<path d='M0 0h1' style='fill:url(http://x)'/>", "outside itself"),
        ("<path d='M0 0h1' fill='url( &quot;x.svg#a&quot;)'/>", "outside itself"),
        ("<style>@import 'x.css';</style>", "style sheet refers"),
        ("<script>alert(1)</script>", "it has a script"),
        ("", "it draws nothing"),
        ("<polyline points='1 1'/>", "it draws nothing"),
        ("<line x1='1 2'/>", "expected one number"),
        ("<path d='M0 0h1' transform='scale(1 2 3)'/>", "scale of 3 numbers"),
        ("<path d='M0 0h1' transform='spin'/>", "a transform can't be read"),
        ("<g>" * 70 + "</g>" * 70, "more than 64 deep"),
        ("<g>", "no XML in UTF-8"),
        ("&xxe;", "no XML in UTF-8"),
    ],
)
def test_what_is_no_plain_drawing_is_one_clear_line(tmp_path, inside, said):
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        read_svg(svg(tmp_path, inside))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg PUBLIC "a" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        '<?xml-stylesheet href="http://x/y.css"?>',
    ],
)
def test_doors_to_the_outside_are_refused(tmp_path, head):
    with pytest.raises(DataError, match="can reach outside; save it as plain SVG"):
        read_svg(svg(tmp_path, "<path d='M0 0h1'/>", head))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no XML"),
        (b"<html/>", "expected an svg element, got html"),
        ("<svg/>".encode("utf-16"), "no XML"),
        (b"<svg>" + b" " * (1 << 23) + b"</svg>", "larger than 8 MB"),
        (b"\xff\xd8\xff", "no XML"),
    ],
)
def test_other_files_are_refused(tmp_path, data, said):
    (tmp_path / "d.svg").write_bytes(data)
    with pytest.raises(DataError, match=said):
        read_svg(tmp_path / "d.svg")


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="can't be used as a drawing"):
        read_svg(tmp_path / "d.svg")


@settings(deadline=None, max_examples=100)
@given(st.text("MLHVCSQTZmlhvcsqtzA0123456789.-+e, ", max_size=40))
def test_any_path_is_followed_or_refused_in_one_line(text):
    strokes, said = [], ""
    try:
        strokes = flatten(text)
    except DataError as error:
        said = str(error)
    assert all(len(stroke) > 1 for stroke in strokes)
    assert said.isprintable()
