"""Charts are SVG that any reader takes, and a screen reader reads."""

import math
from xml.etree import ElementTree as ET

import pytest

from impasto.report.charts import COLORS, HIGH, WIDE, curves, diagonal

EVIL = '<b>"&\x1b'


def numbers(chart: str, tag: str, name: str) -> list[str]:
    return [e.attrib[name] for e in ET.fromstring(chart).iter(tag)]


def test_lines_lie_within_the_chart() -> None:
    series = {"loss": [(1.0, 3.0), (2.0, 1.0)], "other": [(1.0, -2.0), (2.0, 0.5)]}
    chart = curves(series, title="Loss", across="steps")
    lines = numbers(chart, "polyline", "points")
    assert len(lines) == 2
    for x, y in (map(float, p.split(",")) for line in lines for p in line.split()):
        assert 0 <= x <= WIDE
        assert 0 <= y <= HIGH


def test_names_stand_as_text() -> None:
    chart = curves({EVIL: [(0.0, 0.0)]}, title=EVIL, across=EVIL)
    root = ET.fromstring(chart)
    assert root.find("svg").attrib["aria-label"] == '<b>"&\\x1b'
    assert list(root.iter("b")) == []


def test_words_are_as_dark_as_the_pages_text() -> None:
    chart = curves({"a": [(1.0, 1.0), (2.0, 2.0)]}, title="t", across="x")
    assert set(numbers(chart, "text", "fill")) == {"currentColor"}


def light(color: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    bytes_of = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in bytes_of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_lines_are_seen_by_day_and_by_night(color: str, page: str) -> None:
    dark, pale = sorted(light(each) for each in (color, page))
    assert (pale + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("series", [{}, {"loss": []}])
def test_nothing_to_draw(series: dict[str, list[tuple[float, float]]]) -> None:
    assert curves(series, title="Loss", across="steps") == ""


def test_one_point_and_level_lines() -> None:
    ET.fromstring(curves({"a": [(3.0, 1.0)]}, title="t", across="x"))
    ET.fromstring(curves({"a": [(1.0, 1.0), (2.0, 1.0)]}, title="t", across="x"))


def test_what_is_no_number_is_left_out() -> None:
    chart = curves({"a": [(1.0, math.nan), (2.0, 1.0), (3.0, math.inf)]}, title="t", across="x")
    assert "nan" not in chart
    assert "inf" not in chart
    assert curves({"a": [(1.0, math.nan)]}, title="t", across="x") == ""


def test_reliability() -> None:
    chart = diagonal([(0.5, 0.4), (0.9, 1.0)], [3, 30], title="Sure", across="how sure")
    small, large = map(float, numbers(chart, "circle", "r"))
    assert small < large
    assert [e.text for e in ET.fromstring(chart).iter("title")] == ["3 works", "30 works"]


def test_reliability_of_nothing() -> None:
    assert numbers(diagonal([], [], title="Sure", across="how sure"), "circle", "r") == []
