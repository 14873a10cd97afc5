"""Charts are SVG that any reader takes, and a screen reader reads."""

import math
from xml.etree import ElementTree as ET

import pytest

from impasto.report.charts import HIGH, WIDE, curves, diagonal

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
