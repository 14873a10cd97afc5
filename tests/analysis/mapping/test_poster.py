"""The poster: every work once, none over another, title and legend in their places."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.analysis.mapping import MapSettings, arrange, draw_poster
from impasto.analysis.mapping.crowds import crowds
from impasto.analysis.mapping.inks import HUES, PAPER, rgb
from impasto.analysis.mapping.words import cross
from impasto.errors import OutputError

SMALL = {"title": "Spots", "poster_side": 900}


def drawn(path: Path) -> np.ndarray:
    with Image.open(path) as file:
        return np.array(file.convert("RGB"))


@pytest.mark.parametrize("count", [1, 2, 60])
def test_every_work_hangs_on_it_whole(some: Any, tmp_path: Path, count: int) -> None:
    works, path = some(count, files=True), tmp_path / "map.png"
    settings = MapSettings(**SMALL)
    assert draw_poster(works, arrange(works), path, settings=settings) == []
    pixels = drawn(path)
    assert 700 < max(pixels.shape) <= 900
    from impasto.analysis.mapping.legend import planned
    from impasto.analysis.mapping.poster import _from_corner

    cells, columns, rows = _from_corner(arrange(works).cells)
    plan = planned(columns, rows, 900)
    free = np.ones(pixels.shape[:2], bool)
    for (x, y), work in zip(cells.tolist(), works.paths, strict=True):
        left, top = plan.margin + x * plan.cell, plan.top + y * plan.cell
        middle = pixels[top + plan.cell // 2, left + plan.cell // 2]
        with Image.open(work) as file:
            shown = np.abs(np.subtract(middle, file.getpixel((20, 20)))).max() < 8
        assert shown or count == 60  # a name may stand there
        free[top : top + plan.cell, left : left + plan.cell] = False
    sea = free[plan.top : plan.bottom]
    assert (pixels[plan.top : plan.bottom][sea] == PAPER.ground).all(1).mean() > 0.9


def test_colors_are_framed_and_explained(some: Any, tmp_path: Path) -> None:
    works, path = some(60, files=True), tmp_path / "map.png"
    draw_poster(works, arrange(works), path, settings=MapSettings(color="artist", **SMALL))
    pixels = drawn(path)
    for hue in HUES[:4]:
        where = (pixels == rgb(hue)).all(2)
        assert where.sum() > 200
        assert where[-80:].any()
    assert not (pixels == rgb(HUES[4])).all(2).any()


def test_numbers_get_a_scale_and_dark_paper_is_dark(some: Any, tmp_path: Path) -> None:
    works, path = some(20, files=True), tmp_path / "map.jpg"
    settings = MapSettings(color="width", dark=True, **SMALL)
    draw_poster(works, arrange(works), path, settings=settings)
    assert drawn(path)[0, 0].max() < 40


def test_it_is_the_same_however_it_is_cut(some: Any, tmp_path: Path) -> None:
    works = some(20, files=True)
    layout, thumbs = arrange(works), tmp_path / "thumbs"
    for name in ("a.png", "b.png"):
        draw_poster(works, layout, tmp_path / name, settings=MapSettings(**SMALL), thumbs=thumbs)
    apart = np.abs(drawn(tmp_path / "a.png").astype(int) - drawn(tmp_path / "b.png"))
    assert apart.mean() < 1  # the kept small pictures are compressed


def test_what_cannot_be_read_is_gray_and_listed(some: Any, tmp_path: Path) -> None:
    works = some(3, files=True)
    works.paths[1].unlink()
    ((path, reason),) = draw_poster(works, arrange(works), tmp_path / "map.png")
    assert path == works.paths[1]
    assert reason
    with pytest.raises(OutputError, match="exists already"):
        draw_poster(works, arrange(works), tmp_path / "map.png")


def test_a_name_stands_in_the_thickest_crowd() -> None:
    cells = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [90, 90], [50, 50]])
    (found,) = crowds(["a", "a", "a", "a", "a", None], cells)
    assert found == ("a", 4, 0.5, 0.5)


def test_boxes_that_touch_do_not_cross() -> None:
    assert cross((0, 0, 2, 2), (1, 1, 3, 3))
    assert not cross((0, 0, 2, 2), (2, 0, 4, 2))
