"""The verb `predict`, and how its answers are written."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from impasto.errors import DataError, TrainingError
from impasto.learning.answers import written
from impasto.learning.predict import Prediction, predict
from impasto.learning.run import load
from impasto.learning.settings import TrainSettings
from impasto.learning.train import train
from impasto.progress import Step


def test_files_and_folders(learned: Path, tmp_path: Path, paint: Any) -> None:
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7, size=33)
    blue = paint(tmp_path / "more" / "deep" / "blue.png", (30, 40, 200), seed=8)
    (tmp_path / "more" / "notes.txt").write_text("no picture")
    told: list[Step] = []
    answers = predict(learned, [red, tmp_path / "more"], on_step=told.append)
    assert [(a.path, a.label, a.problem) for a in answers] == [(red, "red", ""), (blue, "blue", "")]
    for answer in answers:
        assert answer.probabilities is not None
        assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert max(answer.probabilities, key=answer.probabilities.__getitem__) == answer.label
    assert [(s.done, s.total) for s in told] == [(1, 2), (2, 2)]


def test_one_that_cannot_be_read(learned: Path, tmp_path: Path, paint: Any) -> None:
    good = paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    (tmp_path / "bad.png").write_text("no picture")
    bad, there, missing = predict(learned, [tmp_path / "bad.png", good, tmp_path / "none.png"])
    assert (bad.label, there.label, missing.label) == ("", "red", "")
    assert "bad.png" in bad.problem
    assert "none.png" in missing.problem


def test_a_limit_that_cannot_be_raised_is_not_to_be_raised(learned: Path, tmp_path: Path) -> None:
    Image.new("1", (14000, 14000)).save(tmp_path / "vast.png")
    (answer,) = predict(learned, tmp_path / "vast.png")
    assert answer.problem.endswith("the limit is 178,000,000 in all; make it smaller")
    assert "vast.png" in answer.problem


def test_no_pictures(learned: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no pictures in .*; name some"):
        predict(learned, [tmp_path])


def test_one_name_is_one_picture(learned: Path, tmp_path: Path, paint: Any) -> None:
    red = paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    for given in (red, str(red)):
        assert [answer.path for answer in predict(learned, given)] == [red]


@pytest.mark.parametrize("given", ["", [""], ["red.png", ""], []])
def test_an_empty_name_is_none(learned: Path, given: Any) -> None:
    with pytest.raises(DataError, match=r"got an empty one; name a file|no pictures in"):
        predict(learned, given)


def test_a_run_that_is_not_finished_says_so(learned: Path, tmp_path: Path, paint: Any) -> None:
    red, said = paint(tmp_path / "red.png", (200, 40, 30), seed=7), []
    predict(learned, red, on_line=said.append)
    assert said == []
    run = shutil.copytree(learned, tmp_path / "run")
    replace(load(run), reason="").save(run)
    predict(run, red, on_line=said.append)
    assert len(said) == 1
    assert "is not finished: the training goes on still, or broke off" in said[0]


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is no run"):
        predict(tmp_path, [tmp_path])


def test_a_network_that_reads_drawings(drawings: Path, tmp_path: Path) -> None:
    train(str(drawings), tmp_path / "run", settings=TrainSettings(iterations=1))
    with pytest.raises(DataError, match="reads drawings, not pictures"):
        predict(tmp_path / "run", [tmp_path])


def test_a_gray_network_sees_gray(digits: Path, tmp_path: Path, paint: Any) -> None:
    train("mnist", tmp_path / "run", settings=TrainSettings(data=str(digits), iterations=1))
    paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    (answer,) = predict(tmp_path / "run", [tmp_path / "red.png"])
    assert answer.label in set("0123456789")


def test_a_number(catalog: Any, tmp_path: Path, paint: Any) -> None:
    settings = TrainSettings(task="regress", label="year", size=16, iterations=2)
    train(str(catalog()), tmp_path / "run", settings=settings)
    paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    (answer,) = predict(tmp_path / "run", [tmp_path / "red.png"])
    assert 1600 < float(answer.label) < 2100
    assert answer.probabilities is None
    assert list(written([answer], "text")) == [f"{tmp_path / 'red.png'}: {answer.label}"]
    assert next(written([answer], "csv")) == "path,prediction"


ANSWERS = [
    Prediction(Path("a.png"), "red", {"red": 0.75, "=1+1": 0.25}),
    Prediction(Path("=b\x1b.png"), "=1+1", {"red": 0.5, "=1+1": 0.5}),
]


def test_as_text() -> None:
    first, second = written(ANSWERS, "text")
    assert first == "a.png: red 75%, =1+1 25%"
    assert second.startswith("=b\\x1b.png: ")


def test_as_csv() -> None:
    assert list(written(ANSWERS, "csv")) == [
        "path,prediction,red,'=1+1",
        "a.png,red,0.750000,0.250000",
        "'=b\\x1b.png,'=1+1,0.500000,0.500000",
    ]


def test_sets_beside_the_answer() -> None:
    shares = {"red": 0.6, "=1+1": 0.3, "blue": 0.1}
    answer = Prediction(
        Path("a.png"), "red", shares, ("red", "=1+1"), True, 0.9, "cannot say at 90 %: all of it"
    )
    empty = replace(answer, labels=(), doubt="")
    assert list(written([answer], "text")) == [
        "a.png: red 60%, =1+1 30%, blue 10%; cannot say at 90 %: all of it"
    ]
    assert list(written([answer, empty, replace(answer, labels=("=1+1",))], "csv")) == [
        "path,prediction,set,cannot_say,red,'=1+1,blue",
        "a.png,red,red; =1+1,true,0.600000,0.300000,0.100000",
        "a.png,red,,true,0.600000,0.300000,0.100000",
        "a.png,red,'=1+1,true,0.600000,0.300000,0.100000",
    ]
    found = [json.loads(line) for line in written([answer, empty], "json")]
    assert [row["set"] for row in found] == [["red", "=1+1"], []]
    assert [(row["cannot_say"], row["confidence"]) for row in found] == [(True, 0.9)] * 2


def test_names_in_a_table_command_no_terminal() -> None:
    name = f"a\n\x1b[31m\u202e\udcff{'x' * 300}.png"
    (_, line) = written([Prediction(Path(name), "red")], "csv")
    assert line == f"a\\n\\x1b[31m\\u202e\\udcff{'x' * 300}.png,red"


def test_as_json() -> None:
    rows = [json.loads(line) for line in written(ANSWERS, "json")]
    assert rows[0] == {
        "path": "a.png",
        "prediction": "red",
        "probabilities": {"red": 0.75, "=1+1": 0.25},
        "set": None,
        "cannot_say": None,
        "confidence": None,
    }


def test_nothing_to_say() -> None:
    assert list(written([], "csv")) == ["path,prediction"]
    assert list(written([], "text")) == []
