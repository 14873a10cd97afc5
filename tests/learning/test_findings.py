"""What is wrong with a collection is said when a training begins, and listed by its test."""

import html
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.learning import findings, testing
from impasto.learning.findings import kinds_of, lines_of, lists_of, look_through
from impasto.learning.page import report
from impasto.learning.run import Run
from impasto.learning.settings import TrainSettings
from impasto.learning.sources import prepare
from impasto.learning.train import train

SETTINGS = TrainSettings(network="cnn", size=32, batch=8, epochs=1)


def landscape(seed: int, size: int = 64) -> np.ndarray:
    """Some colored shapes, smooth enough to be recognized when they are made smaller."""
    coarse = np.random.default_rng(seed).integers(0, 255, (5, 5, 3), dtype=np.uint8)
    return np.array(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC))


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """A collection of which every kind of trouble is known."""
    for i in range(20):
        file = tmp_path / "works" / ("red" if i % 2 else "blue") / f"{i:02}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(landscape(i)).save(file)
    red = tmp_path / "works" / "red"
    Image.fromarray(landscape(50)).convert("L").save(red / "gray.png")
    framed = landscape(51)
    framed[:8] = framed[-8:] = 20
    Image.fromarray(framed).save(red / "barred.png")
    Image.fromarray(landscape(52, size=20)).save(red / "small.png")
    shutil.copy(red / "01.png", red / "copy.png")
    with Image.open(red / "03.png") as picture:
        picture.save(red / "near.jpg", quality=60)
    (red / "bad.png").write_text("no picture")
    return tmp_path / "works"


EXPECTED = {
    "small": ["red/small.png"],
    "gray": ["red/gray.png"],
    "bordered": ["red/barred.png"],
    "exact": [["red/01.png", "red/copy.png"]],
    "near": [["red/03.png", "red/near.jpg"]],
}


def test_a_training_says_what_is_wrong(untidy: Path, tmp_path: Path) -> None:
    run: Run = train(str(untidy), tmp_path / "run", settings=SETTINGS)
    assert [line for line in run.lines if line.startswith("left out: ")] == [
        line for line in run.lines if "bad.png" in line
    ]
    for line in (
        "smaller than what the network sees: 1 (red/small.png)",
        "without color: 1 (red/gray.png)",
        "with bars or a frame: 1 (red/barred.png)",
        "the same picture under several names: 1 (red/01.png = red/copy.png)",
        "nearly the same picture: 1 (red/03.png = red/near.jpg)",
    ):
        assert line in run.lines


def test_the_report_lists_all_of_them(untidy: Path, tmp_path: Path) -> None:
    train(str(untidy), tmp_path / "run", settings=SETTINGS)
    tested = testing.test(tmp_path / "run")
    found = json.loads((tmp_path / "run" / "report.json").read_text())["findings"]
    assert {kind: names for kind, names in found.items() if kind != "broken"} == EXPECTED
    assert [each["name"] for each in found["broken"]] == ["red/bad.png"]
    page = report(tested)
    assert "What to look at in the collection" in page
    assert html.escape("can't be read, and left out: 1") in page
    assert "<li>red/01.png = red/copy.png</li>" in page


def test_nothing_is_decoded_again(
    untidy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prepare(str(untidy), SETTINGS, cache=tmp_path / "cache")

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr("impasto.data.decoding.read", never)
    monkeypatch.setattr("impasto.data.cleaning.read", never)
    again = prepare(str(untidy), SETTINGS, cache=tmp_path / "cache")
    assert again.findings is not None
    assert first.findings is not None
    assert lists_of(again.findings) == lists_of(first.findings)
    assert lists_of(again.findings)["near"] == EXPECTED["near"]
    assert prepare(str(untidy), SETTINGS, cache=tmp_path / "cache", look=False).findings is None


def test_a_tidy_collection_has_nothing_to_say() -> None:
    squares = torch.from_numpy(np.stack([landscape(i).transpose(2, 0, 1) for i in range(4)]))
    found = look_through(list("abcd"), squares, [Path("none")] * 4)
    assert (found.count, lines_of(found), kinds_of(found)) == (4, [], {})


def test_many_works_are_not_looked_through(
    untidy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "LOOKED", 10)
    works = prepare(str(untidy), SETTINGS, cache=tmp_path / "cache")
    assert works.findings is not None
    assert list(kinds_of(works.findings)) == ["can't be read, and left out"]
    assert "the same file lies in different parts: not looked for" in works.lines


def test_a_thousand_broken_files_are_no_thousand_lines(untidy: Path, tmp_path: Path) -> None:
    for i in range(9):
        (untidy / "blue" / f"bad{i}.png").write_text("no picture")
    works = prepare(str(untidy), SETTINGS, cache=tmp_path / "cache")
    said = [line for line in works.lines if line.startswith("left out: ")]
    assert len(said) == 6
    assert said[-1] == "left out: 5 more that can't be read"
    assert works.findings is not None
    assert len(works.findings.broken) == 10
