"""Drawings, from file to file."""

from pathlib import Path

import pytest
from PIL import Image

from impasto.creation.pen import record
from impasto.creation.pen.files import draw_file
from impasto.creation.pen.pens import Known
from impasto.creation.pen.showing import begun, painted
from impasto.data.paper import alone, beside, lines_of
from impasto.data.svg import read_strokes
from impasto.errors import OutputError, RecipeError
from impasto.jobs.again import again
from impasto.jobs.saving import Saving
from impasto.picture import read, read_recipe

from .conftest import corner


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, pen: Known) -> None:
    """As if the pen of the tests came with Impasto."""
    monkeypatch.setattr(record, "known", lambda like: pen)
    monkeypatch.setattr("impasto.creation.pen.files.known", lambda like: pen)


def test_completed_in_the_units_of_what_was_begun(run: Path, half: Path, tmp_path: Path) -> None:
    done = draw_file(tmp_path / "done.svg", like=run, begin=half)
    before, after = read_strokes(half), read_strokes(done)
    assert after[: len(before)] == before
    assert len(after) > len(before)
    recipe = read_recipe(done)
    assert recipe.content is not None
    assert recipe.content.name == "half.svg"
    assert recipe.source_type == "compositeWithTrainedAlgorithmicMedia"


def test_a_sheet_is_a_group_each(run: Path, tmp_path: Path) -> None:
    text = draw_file(tmp_path / "s.svg", like=run, count=7).read_text()
    assert text.count("<g ") == 7
    assert "seed 7" in text


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_again_is_the_same(shipped: None, tmp_path: Path, suffix: str) -> None:
    first = draw_file(tmp_path / f"a.{suffix}", count=5, seed=9, columns=2)
    same = again(first, tmp_path / f"b.{suffix}")
    assert first.read_bytes() == same.read_bytes()


def test_again_finds_the_drawings_that_took_part(shipped: None, half: Path, tmp_path: Path) -> None:
    other = draw_file(half.parent / "other.svg")
    way = draw_file(half.parent / "way.svg", between=(half, other), steps=3)
    done = draw_file(half.parent / "done.svg", begin=half)
    for made in (way, done):
        assert again(made, tmp_path / f"2{made.name}").read_bytes() == made.read_bytes()
    half.write_text(half.read_text() + " ")
    with pytest.raises(RecipeError, match="not the file"):
        again(way, tmp_path / "3.svg")


def test_another_pen_is_not_taken_for_this_one(run: Path, tmp_path: Path) -> None:
    made = draw_file(tmp_path / "a.svg", like=run)
    with pytest.raises(RecipeError, match="another pen"):
        again(made, tmp_path / "b.svg")


def test_stopped_work_is_written_and_says_so(shipped: None, tmp_path: Path) -> None:
    made = draw_file(tmp_path / "a.svg", count=40, on_step=lambda step: step.done == 3)
    assert made.read_text().count("<g ") == 3
    assert not read_recipe(made).finished
    with pytest.raises(RecipeError, match="stopped"):
        again(made, tmp_path / "b.svg")


def test_a_picture_carries_its_recipe(run: Path, tmp_path: Path) -> None:
    made = draw_file(tmp_path / "s.png", like=run, count=4)
    assert read_recipe(made).verb == "create-draw"
    pixels = read(made).pixels
    assert pixels.shape == (1, 3, 400, 600)
    assert 0.3 < float(pixels.mean()) < 0.96


@pytest.mark.parametrize("between", [False, True])
def test_a_moving_picture(run: Path, half: Path, tmp_path: Path, between: bool) -> None:
    other = draw_file(tmp_path / "other.svg", like=run) if between else half
    ends = {"between": (half, other), "steps": 4} if between else {"count": 2}
    made = draw_file(tmp_path / "s.gif", like=run, **ends)
    with Image.open(made) as image:
        assert image.n_frames > 1
    assert read_recipe(made).verb == "create-draw"


def test_lines_are_painted_where_they_lie() -> None:
    paper = beside([lines_of(corner(1)), lines_of(corner(2))], columns=2)
    sheet = painted(paper)
    assert sheet.shape == (1, 3, 200, 400)
    for place in paper.places:
        for line in place.on_paper():
            x, y = (round(2 * at) for at in line[0])
            assert sheet[0, :, y, x].max() < 0.5
    assert sheet[0, :, 2, 2].min() > 0.9
    assert painted(alone(lines_of(corner(1))), largest=10_000).numel() <= 3 * 10_200


def test_a_part_of_a_drawing_is_its_first_points() -> None:
    lines = lines_of(corner(1))
    assert [len(line) for line in begun(lines, 1.0)] == [3, 2]
    assert [len(line) for line in begun(lines, 0.8)] == [3, 1]
    assert [len(line) for line in begun(lines, 0.0)] == [1]


def test_what_cannot_be_written_is_said_before_the_work(
    run: Path, half: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.svg").write_text("mine")
    for output, message in (("a.svg", "--force"), ("no/a.svg", "folder"), ("a.txt", ".svg")):
        with pytest.raises(OutputError, match=message):
            draw_file(tmp_path / output, like=run)
    with pytest.raises(OutputError, match="input"):
        draw_file(half, like=run, begin=half, saving=Saving(force=True))
    draw_file(tmp_path / "a.svg", like=run, saving=Saving(force=True))
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
