"""Drawings, from file to file."""

import shutil
from pathlib import Path

import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from impasto.creation.pen import record
from impasto.creation.pen.files import draw_file
from impasto.creation.pen.pens import Known
from impasto.creation.pen.showing import first_points, painted
from impasto.data.paper import alone, beside, lines_of
from impasto.data.svg import read_strokes
from impasto.errors import OutputError, RecipeError, SettingsError
from impasto.jobs.again import again
from impasto.jobs.saving import Saving
from impasto.picture import read, read_recipe
from impasto.progress import Step

from .conftest import corner


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, pen: Known) -> None:
    """As if the pen of the tests came with Impasto."""
    monkeypatch.setattr(record, "shipped", {pen.sha256: pen}.get)
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


def test_a_pen_of_ones_own_draws_again_where_its_run_is_named(run: Path, tmp_path: Path) -> None:
    first = draw_file(tmp_path / "a.svg", like=run, count=3, seed=4)
    same = again(first, tmp_path / "b.svg", content=run)
    assert first.read_bytes() == same.read_bytes()


def test_another_pen_is_not_taken_for_this_one(
    run: Path, half: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draw_file(tmp_path / "a.svg", like=run)
    monkeypatch.chdir(run.parent)  # the recipe's name of the run is a folder there
    with pytest.raises(RecipeError, match=r"another pen .* --content"):
        again(made, tmp_path / "b.svg")
    other = shutil.copytree(run, tmp_path / "other")
    changed = load_file(run / "best.safetensors")
    with safe_open(run / "best.safetensors", "pt") as file:
        facts = file.metadata() | {"changed": "yes"}
    save_file(changed, other / "best.safetensors", facts)
    with pytest.raises(RecipeError, match=r"another pen .* --content"):
        again(made, tmp_path / "b.svg", content=other)
    with pytest.raises(SettingsError, match="name the folder of a run"):
        again(made, tmp_path / "b.svg", content=tmp_path)
    done = draw_file(half.parent / "done.svg", like=run, begin=half)
    with pytest.raises(RecipeError, match="drawings of yours took part"):
        again(done, tmp_path / "b.svg")


def test_a_way_that_does_not_fit_is_refused_before_the_work(
    run: Path, half: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impasto.jobs.memory.installed", lambda: 8_000_000_000)
    told: list[Step] = []

    def stop(step: Step) -> bool:
        told.append(step)
        return True

    with pytest.raises(SettingsError, match=r"10,000 pictures .* 25\.6 GB .* fewer --steps"):
        draw_file(tmp_path / "a.gif", like=run, between=(half, half), steps=10_000, on_step=stop)
    assert not told


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
    assert [len(line) for line in first_points(lines, 1.0)] == [3, 2]
    assert [len(line) for line in first_points(lines, 0.8)] == [3, 1]
    assert [len(line) for line in first_points(lines, 0.0)] == [1]


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
