"""The verb create_draw."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from impasto.creation.pen.begun import THOUGHTS, begun, going_on
from impasto.creation.pen.between import idea_of, ideas_between
from impasto.creation.pen.draw import create_draw
from impasto.creation.pen.pens import Known
from impasto.creation.pen.sampling import chance
from impasto.data.svg import read_strokes
from impasto.errors import DataError, ImpastoError, SettingsError, WeightsError
from impasto.progress import Step

from .conftest import corner


def test_new_drawings_are_strokes_that_end_lifted(run: Path) -> None:
    made = create_draw(run, count=20, seed=3)
    assert len(made) == 20
    for drawing in made:
        assert drawing.shape[1] == 3
        assert set(drawing[:, 2]) <= {0, 1}
        assert drawing[-1, 2] == 1
        assert np.isfinite(drawing).all()


def test_the_same_seed_draws_the_same(run: Path) -> None:
    first, again = create_draw(run, count=6, seed=1), create_draw(run, count=3, seed=4)
    for one, other in zip(first[3:], again, strict=True):
        assert np.array_equal(one, other)
    assert not np.array_equal(first[0], create_draw(run, temperature=1.5)[0])


def test_what_was_begun_stays_number_by_number(run: Path) -> None:
    given = corner(5)[:3] * [37.5, 37.5, 1] + [11, -4, 0]
    for drawing in create_draw(run, begin=given, count=12):
        assert len(drawing) > len(given)
        assert np.array_equal(drawing[: len(given)], given)


def test_a_pen_that_is_still_down_goes_on_from_there(run: Path) -> None:
    given = corner(5)[:2]
    drawing = create_draw(run, begin=given)[0]
    assert np.array_equal(drawing[:2], given)
    assert drawing[1, 2] == 0


def test_an_svg_stays_where_and_as_it_is(run: Path, half: Path) -> None:
    before = read_strokes(half)
    for drawing in create_draw(run, begin=half, count=8):
        places = drawing[:, :2].cumsum(0)
        wanted = np.array([(p.real, p.imag) for stroke in before for p in stroke])
        assert places[: len(wanted)] == pytest.approx(wanted, abs=1e-5)
        assert len(places) > len(wanted)


def test_what_follows_has_the_size_of_what_was_begun(run: Path) -> None:
    """A hundred times as large, the same is drawn a hundred times as large."""
    small, large = (create_draw(run, begin=corner(5)[:3] * [k, k, 1]) for k in (1, 100))
    assert large[0][:, :2] == pytest.approx(100 * small[0][:, :2], abs=0.2)


def test_an_idea_is_chosen_that_explains_what_was_begun(pen: Known) -> None:
    """The chosen ideas let the pen expect what is there; any others do so less."""
    given = begun(corner(5)[:4])
    assert THOUGHTS > 10
    begins = [going_on(pen.pen, given, chance(pen.pen, s, 20), 1.0)[0] for s in range(12)]
    assert len({tuple(b.idea.flatten().tolist()) for b in begins}) > 3


def test_from_one_to_another(run: Path, pen: Known) -> None:
    first, last = corner(1), corner(2)[[0, 1, 2]] * [1, 3, 1]
    made = create_draw(run, between=(first, last), steps=5)
    assert len(made) == 5
    ends = [idea_of(pen.pen, begun(end)) for end in (first, last)]
    ideas = ideas_between(ends[0], ends[1], 5)
    for idea, end in ((ideas[0], ends[0]), (ideas[-1], ends[1])):
        assert idea.flatten().tolist() == pytest.approx(end.flatten().tolist(), abs=1e-5)
    lengths = [float(idea.norm()) for idea in ideas]
    wanted = np.linspace(float(ends[0].norm()), float(ends[1].norm()), 5)
    assert lengths == pytest.approx(wanted.tolist(), rel=1e-3)


def test_between_the_same_two_all_are_the_same(run: Path) -> None:
    made = create_draw(run, between=(corner(1), corner(1)), steps=3)
    assert np.array_equal(made[0], made[1])
    assert np.array_equal(made[0], made[2])


def test_steps_are_counted_and_stopping_keeps_what_is_finished(run: Path) -> None:
    seen: list[Step] = []
    made = create_draw(run, count=50, on_step=lambda step: seen.append(step) or len(seen) == 7)
    assert [step.done for step in seen] == list(range(1, 8))
    assert {step.total for step in seen} == {50}
    assert len(made) == 7
    whole = create_draw(run, count=50)
    assert all(any(np.array_equal(one, other) for other in whole) for one in made)


def test_points_end_a_drawing(run: Path) -> None:
    assert max(map(len, create_draw(run, count=20, points=3, temperature=1.0))) <= 3


def test_only_new_points_count(run: Path) -> None:
    long = np.array([[0, 0, 0], *[[1, (-1) ** n, 0] for n in range(300)]])
    new = [len(made) - len(long) for made in create_draw(run, begin=long, points=10, count=20)]
    assert 1 < max(new) <= 10
    assert len(set(new)) > 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": 0}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"points": 1}, "points"),
        ({"count": 0}, "count"),
        ({"seed": -1}, "seed"),
        ({"between": (corner(1), corner(2)), "steps": 1}, "steps"),
        ({"between": (corner(1), corner(2)), "count": 3}, "count"),
        ({"between": (corner(1), corner(2)), "begin": corner(1)}, "choose one"),
    ],
)
def test_wrong_settings(run: Path, values: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        create_draw(run, **values)


def test_an_unknown_pen_names_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no pen draws like"):
        create_draw(tmp_path)
    (tmp_path / "best.safetensors").write_bytes(b"nothing")
    with pytest.raises(ImpastoError):
        create_draw(tmp_path)


def test_a_run_of_something_else_is_no_pen(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"model.a": torch.zeros(1)}, tmp_path / "best.safetensors", {"training": "{}"})
    with pytest.raises(WeightsError, match="holds no pen"):
        create_draw(tmp_path)


@pytest.mark.parametrize(
    ("strokes", "message"),
    [
        (np.array([[0, 0, 0], [np.nan, 1, 1]]), "NaN"),
        (np.array([[0, 0, 0], [np.inf, 1, 1]]), "NaN"),
        (np.zeros((0, 3)), "rows of three"),
        (np.zeros((4, 2)), "rows of three"),
        (np.array([[0, 0, 0], [1, 1, 2]]), "0 or 1"),
        (np.array([[0, 0, 0], [1e12, 1, 1]]), "billion"),
    ],
)
def test_strokes_that_are_none(run: Path, strokes: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        create_draw(run, begin=strokes)


def test_strokes_may_be_a_list_or_a_tensor(run: Path) -> None:
    rows = [[0.0, 0.0, 0.0], [3.0, 1.0, 0.0], [4.0, 2.0, 1.0]]
    learned = torch.tensor(rows, requires_grad=True)
    wanted = create_draw(run, begin=np.array(rows))[0]
    for given in (rows, learned):
        assert np.array_equal(create_draw(run, begin=given)[0], wanted)


WRONG_TYPES = """
import sys
import numpy as np
import torch
import impasto
from impasto.errors import DataError, SettingsError

run, line = sys.argv[1], np.array([[0, 0, 0], [1, 2, 1]])
assert len(impasto.create_draw(run, count=np.uint8(2), seed=np.int64(3))) == 2
for kind, wrong, said in (
    (SettingsError, {"between": (line,)}, "two drawings to go between, got 1"),
    (SettingsError, {"between": (line, line, line)}, "two drawings to go between, got 3"),
    (SettingsError, {"between": ()}, "two drawings to go between, got 0"),
    (SettingsError, {"between": "a.svg"}, "two drawings to go between, got 1"),
    (SettingsError, {"count": "3"}, "count: expected a whole number"),
    (SettingsError, {"seed": 1.5}, "seed: expected a whole number"),
    (SettingsError, {"between": (line, line), "steps": "3"}, "steps: expected a whole number"),
    (DataError, {"begin": [[1, 2, 0], [3, 4]]}, "rows of three"),
    (DataError, {"begin": torch.zeros(2, 3, dtype=torch.bfloat16)}, "rows of three"),
    (DataError, {"begin": 3}, "rows of three"),
):
    try:
        impasto.create_draw(run, **wrong)
    except kind as error:
        assert said in str(error), error
    else:
        raise AssertionError(wrong)
"""


def test_wrong_types_are_one_clear_line(run: Path) -> None:
    """In a process of its own, where nothing checks the hints."""
    subprocess.run([sys.executable, "-c", WRONG_TYPES, str(run)], check=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "draws nothing"),
        ("<svg>" + "<g>" * 500_000, "deep"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "DOCTYPE"),
        ('<svg><path d="M0 0LNaN 4"/></svg>', "N"),
        ('<svg><polyline points="0,0 1e999,4"/></svg>', "billion"),
        ("", "no XML"),
    ],
)
def test_svgs_that_are_none(run: Path, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.svg").write_text(text)
    with pytest.raises(DataError, match=message) as caught:
        create_draw(run, begin=tmp_path / "bad.svg")
    assert "\n" not in str(caught.value)


def test_a_dot_can_be_gone_on_from(run: Path) -> None:
    dot = np.array([[4.0, 4.0, 1.0]])
    drawing = create_draw(run, begin=dot)[0]
    assert np.array_equal(drawing[:1], dot)
    assert len(drawing) > 1
