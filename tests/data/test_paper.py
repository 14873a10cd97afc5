"""Drawings on paper: where they lie."""

import numpy as np
import pytest

from impasto.data.paper import CELL, ROOM, alone, beside, lines_of
from impasto.errors import DataError

DRAWING = np.array([[5, 5, 0], [10, 0, 1], [-10, 4, 0], [0, 2, 1], [1, 1, 1]])


def test_lines_by_hand() -> None:
    first, second, dot = lines_of(DRAWING)
    assert first.tolist() == [[5, 5], [15, 5]]
    assert second.tolist() == [[5, 9], [5, 11]]
    assert dot.tolist() == [[6, 12]]


def test_a_pen_that_stays_down_ends_its_line_all_the_same() -> None:
    assert [len(line) for line in lines_of(DRAWING[:3])] == [2, 1]


def test_one_drawing_stays_where_it_is() -> None:
    paper = alone(lines_of(DRAWING))
    for line, own in zip(paper.places[0].on_paper(), lines_of(DRAWING), strict=True):
        assert line.tolist() == own.tolist()
    assert paper.left < 5 < 15 < paper.left + paper.width
    assert paper.top < 5 < 12 < paper.top + paper.height


def test_each_of_many_fills_its_square() -> None:
    small, large = lines_of(DRAWING), tuple(7 * line for line in lines_of(DRAWING))
    paper = beside([large, small, large, large], columns=3)
    assert (paper.width, paper.height) == (3 * CELL, 2 * CELL)
    boxes = [np.concatenate(place.on_paper()) for place in paper.places]
    sides = [np.ptp(box, axis=0).max() for box in boxes]
    assert sides == pytest.approx([ROOM, ROOM * 2 / 7, ROOM, ROOM])
    for number, box in enumerate(boxes):
        middle = (box.min(0) + box.max(0)) / 2
        wanted = [CELL * (number % 3 + 0.5), CELL * (number // 3 + 0.5)]
        assert middle.tolist() == pytest.approx(wanted)


def test_a_dot_has_paper_too() -> None:
    dot = lines_of(np.array([[3, 3, 1]]))
    assert alone(dot).width > 0
    assert beside([dot, dot], columns=2).places[1].on_paper()[0].tolist() == [[150, 50]]


def test_nothing_is_refused() -> None:
    with pytest.raises(DataError, match="nothing"):
        alone([])
