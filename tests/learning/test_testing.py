"""The verb `test`: every figure with its interval, beside what is simple; and the page of it."""

import csv
import html
import json
import os
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from impasto.data.examples import Examples
from impasto.errors import DataError, TrainingError
from impasto.learning import testing
from impasto.learning.doubts import doubts
from impasto.learning.page import report, write_page
from impasto.learning.predict import predict
from impasto.learning.run import Side, load
from impasto.learning.settings import TrainSettings
from impasto.learning.testing import harmless
from impasto.learning.train import resume, train
from impasto.training.checkpoint import BEST, LAST


def asked(**values: Any) -> TrainSettings:
    return TrainSettings(**{"size": 16, "batch": 8, "epochs": 2, **values})


def figures_of(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "report.json").read_text())
    return found


def test_every_figure_has_an_interval(learned: Path) -> None:
    found = figures_of(learned)
    for name in ("accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1"):
        low, high = found[name]["interval"]
        assert 0 <= low <= found[name]["value"] <= high <= 1
    assert set(found["baselines"]) == {"chance", "constant", "shallow"}
    assert all(len(row["accuracy"]["interval"]) == 2 for row in found["baselines"].values())
    assert set(found["classes"]) == {"blue", "green", "red"}
    assert set(found["classes"]["red"]) == {"precision", "recall", "f1"}
    assert set(found["calibration"]) == {"before", "after", "temperature"}
    assert "only" in found["accuracy"]["note"]  # so few artists make a rough interval


def test_a_random_split_stands_beside_the_one_by_group(learned: Path) -> None:
    found = figures_of(learned)["random_split"]
    assert found["metric"] == "accuracy"
    looked = found["lookup"]
    assert looked["by_group"]["value"] <= 0.5 < looked["at_random"]["value"]
    assert all(e["interval"][0] <= e["value"] <= e["interval"][1] for e in looked.values())
    assert len(found["shallow"]["at_random"]["interval"]) == 2
    page = (learned / "report.html").read_text()
    assert "What a random split would have said" in page
    assert "split by artist" in page
    assert re.search(r"a look-up of the artist alone.* % \[.*\] split by artist, on", page)


def test_it_is_set_beside_what_is_simple_work_by_work(learned: Path) -> None:
    found = figures_of(learned)
    assert set(found["better_than"]) == {"shallow", "constant"}
    for row, gain in found["better_than"].items():
        both = found["accuracy"]["value"], found["baselines"][row]["accuracy"]["value"]
        assert gain["value"] == pytest.approx(both[0] - both[1])
        assert gain["metric"] == "accuracy"
        assert gain["interval"][0] <= gain["value"] <= gain["interval"][1]
    assert found["said"][0].startswith("not shown to be better than colors alone (")  # few artists
    assert html.escape(found["said"][0]) in (learned / "report.html").read_text()


def test_a_network_that_learned_is_better_than_the_same_answer(
    paintings: Any, tmp_path: Path
) -> None:
    train(str(paintings(30)), tmp_path / "run", settings=asked(until="accuracy=1", epochs=20))
    tested = testing.test(tmp_path / "run")
    (line,) = (line for line in tested.lines() if "the same answer for every work by" in line)
    assert re.fullmatch(r"better than the same answer for every work by [\d.]+ points \[.*\]", line)
    assert line in report(tested)


def test_a_calibration_error_has_its_interval(learned: Path) -> None:
    found = figures_of(learned)["calibration"]
    for when in ("before", "after"):
        low, high = found[when]["interval"]
        assert 0 <= low <= found[when]["value"] <= high <= 1
    assert found["after"]["value"] == figures_of(learned)["ece"]["value"]
    page = (learned / "report.html").read_text()
    assert re.search(r"Calibration error 0\.\d+ \[0\.\d+, \d\.\d+\] as trained", page)


def test_numbers_near_a_billion_keep_their_last_digits(learned: Path) -> None:
    run = replace(load(learned), classes=(), center=1_000_000_500.5, spread=288.7)
    numbers = 1_000_000_000 + torch.arange(0, 1000, 3).double()
    scaled = run.scaled(numbers)
    assert scaled.dtype == torch.float32
    assert np.abs(run.unscaled(scaled) - numbers.numpy()).max() < 1e-3


def test_predictions_are_kept(learned: Path) -> None:
    with (learned / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == figures_of(learned)["works"]
    assert {row["truth"] for row in rows} <= {"blue", "green", "red"}
    assert all(" artist " in row["group"] and 0 <= float(row["score"]) <= 1 for row in rows)


def test_formulas_are_made_harmless(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    (source / "red").rename(source / "=cmd|calc")
    train(str(source), tmp_path / "run", settings=asked())
    testing.test(tmp_path / "run")
    table = (tmp_path / "run" / "predictions.csv").read_text()
    assert "'=cmd|calc" in table
    assert not re.search(r"(^|,)\"?[=@+]", table, re.MULTILINE)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes as a name")
def test_names_that_are_no_utf8(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    for kind in ("red", "blue"):
        for file in sorted((source / kind).iterdir()):
            file.rename(os.fsdecode(os.fsencode(file).replace(b".png", b"\xff.png")))
    train(str(source), tmp_path / "run", settings=asked())
    tested = testing.test(tmp_path / "run")
    page = write_page(tested, tmp_path / "run", name="report.html").read_text(encoding="utf-8")
    table = (tmp_path / "run" / "predictions.csv").read_text(encoding="utf-8")
    assert "\\udcff.png" in table
    assert "\\udcff.png" in page


def test_harmless() -> None:
    assert [harmless(c) for c in ("=1+1", "@a", "-1.5", "red", 3)] == [
        "'=1+1",
        "'@a",
        "-1.5",
        "red",
        3,
    ]


def test_the_page_shows_names_as_text_and_asks_nobody(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    (source / "red").rename(source / "<script>alert(1)<")
    (source / "blue").rename(source / "<img src=x onerror=y>&")
    train(str(source), tmp_path / "run", settings=asked(epochs=1))
    tested = testing.test(tmp_path / "run")
    page = write_page(tested, tmp_path / "run", name="report.html").read_text()
    assert "<script" not in page
    assert html.escape("<img src=x onerror=y>&") in page
    assert {m[:5] for m in re.findall(r'(?:src|href)="([^"]*)"', page)} <= {"data:"}
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", page)


def test_confusions_open_by_keyboard(learned: Path) -> None:
    page = (learned / "report.html").read_text()
    assert page.count("<details>") == page.count("<summary>") >= 1
    assert "data:image/jpeg;base64," in page
    assert "Suspects, not verdicts" in page or "looks mislabeled" in page


def test_a_wrong_label_is_suspected() -> None:
    works = Examples(
        tuple("abcdef"),
        torch.zeros(6, 3, 4, 4, dtype=torch.uint8),
        torch.tensor([0, 0, 0, 1, 1, 1]),
        ("oil", "ink"),
    )
    sure = np.array([[0.9, 0.1]] * 3 + [[0.2, 0.8], [0.1, 0.9], [0.95, 0.05]])
    found = doubts([works.take([0, 1, 2]), works.take([3, 4, 5])], [sure[:3], sure[3:]])
    assert [(d.name, d.given, d.likely, d.share) for d in found] == [("f", "ink", "oil", 0.05)]
    assert found[0].picture is not None
    assert found[0].as_dict()["label"] == "ink"


def test_numbers(catalog: Any, tmp_path: Path) -> None:
    train(str(catalog()), tmp_path / "run", settings=asked(task="regress", label="year"))
    tested = testing.test(tmp_path / "run")
    found = figures_of(tmp_path / "run")
    assert {"mae", "rmse", "r2", "spearman"} <= set(found)
    assert found["baselines"]["constant"]["mae"]["value"] > 0
    assert found["better_than"]["constant"]["metric"] == "mae"
    assert found["calibration"] == {}
    assert (tested.counts, tested.doubts, tested.beside) == (None, (), None)
    assert "Best and worst" in report(tested)


def test_votes(catalog: Any, tmp_path: Path) -> None:
    settings = asked(task="distribution", label="a, b, c", split_by="artist", epochs=15)
    run = train(str(catalog()), tmp_path / "run", settings=settings)
    assert run.classes == ("a", "b", "c")
    tested = testing.test(tmp_path / "run")
    found = figures_of(tmp_path / "run")
    assert found["emd"]["value"] < found["baselines"]["constant"]["emd"]["value"]
    assert found["random_split"]["metric"] == "emd"
    assert found["random_split"]["lookup"]["by_group"] is None
    assert found["better_than"]["constant"]["metric"] == "emd"
    assert "split at random" in report(tested)
    with (tmp_path / "run" / "predictions.csv").open() as file:
        assert all(1 <= float(row["prediction"]) <= 3 for row in csv.DictReader(file))


def test_drawings(drawings: Path, tmp_path: Path) -> None:
    train(str(drawings), tmp_path / "run", settings=asked())
    page = report(testing.test(tmp_path / "run"))
    assert "strokes counted and measured, without a network" in page
    assert "<img" not in page


def test_a_changed_collection_is_refused(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    run = train(str(source), tmp_path / "run", settings=asked(epochs=1))
    (source / run.split["test"][0]).unlink()
    with pytest.raises(DataError, match=r"the works have changed since .*put them back"):
        testing.test(tmp_path / "run")
    assert not (tmp_path / "run" / "report.json").exists()


@pytest.mark.parametrize("part", ["training", "validation", "test"])
def test_a_picture_painted_over_is_noticed(
    paintings: Any, tmp_path: Path, paint: Any, part: str
) -> None:
    source = paintings(6)
    run = train(str(source), tmp_path / "run", settings=asked(epochs=1))
    assert set(run.sums) == {"training", "validation", "test"}
    testing.test(tmp_path / "run")
    paint(source / run.split[part][0], (9, 9, 9), seed=1, size=24)
    for again in (testing.test, resume):
        with pytest.raises(DataError, match=rf"the works have changed since .*\({part}: pictures"):
            again(tmp_path / "run")


def test_digits_that_changed_are_noticed(digits: Path, tmp_path: Path) -> None:
    settings = TrainSettings(data=str(digits), iterations=1)
    train("mnist", tmp_path / "run", settings=settings)
    labels = digits / "t10k-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\0")
    with pytest.raises(DataError, match=r"the works have changed since .*\(test: "):
        testing.test(tmp_path / "run")


def test_renamed_classes_are_refused(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    train(str(source), tmp_path / "run", settings=asked(epochs=1))
    (source / "red").rename(source / "crimson")
    with pytest.raises(DataError, match="changed since the training began"):
        testing.test(tmp_path / "run")


def copied(learned: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(learned, tmp_path / "copy"))


@pytest.mark.parametrize("keep", [0, 20, 2000])
def test_a_truncated_checkpoint(learned: Path, tmp_path: Path, keep: int) -> None:
    run = copied(learned, tmp_path)
    (run / BEST).write_bytes((run / BEST).read_bytes()[:keep])
    with pytest.raises(TrainingError, match=r"best.safetensors can't be read") as caught:
        testing.test(run)
    assert "\n" not in str(caught.value)


def test_a_report_does_without_the_curves_of_a_damaged_checkpoint(
    learned: Path, tmp_path: Path
) -> None:
    run = copied(learned, tmp_path)
    (run / LAST).write_bytes(b"damaged")
    page = write_page(testing.test(run), run, name="report.html").read_text()
    assert "How it learned" not in page
    assert "How good it is" in page


def test_a_checkpoint_of_another_network(learned: Path, tmp_path: Path) -> None:
    run = copied(learned, tmp_path)
    text = (run / "run.json").read_text().replace('"network": "cnn"', '"network": "resnet"')
    (run / "run.json").write_text(text)
    with pytest.raises(TrainingError, match="is of another network than resnet"):
        testing.test(run)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "[]",
        "{",
        "{}",
        '{"source": 1}',
        '{"settings": {"magic": 1}}',
        "[" * 100_000,
        "\xff",
    ],
)
def test_a_damaged_run(learned: Path, tmp_path: Path, text: str) -> None:
    run = copied(learned, tmp_path)
    (run / "run.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(TrainingError, match=r"run.json is damaged \(.*\); train anew") as caught:
        testing.test(run)
    assert "\n" not in str(caught.value)


NAN, INFINITY = float("nan"), float("inf")


def changed(learned: Path, tmp_path: Path, **values: object) -> Path:
    """A copy of a run whose file says something else; settings are named as they are."""
    run = copied(learned, tmp_path)
    known = json.loads((run / "run.json").read_text())
    for name, value in values.items():
        (known if name in known else known["settings"])[name] = value
    (run / "run.json").write_text(json.dumps(known))
    return run


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("network", "vit", "no network is called 'vit'"),
        ("shape", [], "shape: .* at least 2 items"),
        ("shape", [3, 0, 16], "shape.1: "),
        ("shape", [3, 100_000, 100_000], "shape.1: .* less than or equal to 512"),
        ("shape", [10**40, 16, 16], "shape.0: "),
        ("shape", [500, 16, 16], r"the network cnn for pictures of shape \(500, 16, 16\)"),
        ("shape", [250, 3], "the network cnn for strokes"),
        ("shape", [3, 32, 32], r"3 classes of shape \(3, 32, 32\) don't fit best.safetensors"),
        ("classes", 3, "classes: "),
        ("classes", [], "0 classes to classify"),
        ("classes", ["red", "red", "blue"], "a class is named twice"),
        ("classes", ["blue", "green"], "2 classes of shape .* don't fit best.safetensors"),
        ("task", "regress", "3 classes to regress"),
        ("temperature", 0, "temperature: .* greater than or equal to 0.05"),
        ("temperature", -1.5, "temperature: "),
        ("temperature", 1e300, "temperature: "),
        ("temperature", NAN, "temperature: "),
        ("temperature", INFINITY, "temperature: "),
        ("spread", 0, "spread: .* greater than 0"),
        ("spread", -1.0, "spread: "),
        ("spread", NAN, "spread: "),
        ("center", INFINITY, "center: .* finite number"),
        ("seconds", NAN, "seconds: "),
        ("size", 100_000, "settings.size: "),
        ("batch", 0, "settings.batch: "),
        ("rate", NAN, "settings.rate: "),
        ("rate", INFINITY, "settings.rate: "),
        ("until", "accuracy=60", "accuracy lies between 0 and 1"),
        ("until", "beauty", "until: expected a metric"),
    ],
)
def test_a_run_with_a_wrong_value(
    learned: Path, tmp_path: Path, name: str, value: object, said: str
) -> None:
    run = changed(learned, tmp_path, **{name: value})
    asked = rf"run.json is damaged \(.*{said}.*\); train anew"
    for ask in (testing.test, lambda run: predict(run, run / "none.png")):
        with pytest.raises(TrainingError, match=asked) as caught:
            ask(run)
        assert "\n" not in str(caught.value)


def test_a_side_is_as_long_as_the_settings_allow() -> None:
    (most,) = (m.le for m in TrainSettings.model_fields["size"].metadata if hasattr(m, "le"))
    adapter = TypeAdapter(Side)
    assert adapter.validate_python(most) == most
    with pytest.raises(ValidationError):
        adapter.validate_python(most + 1)


def test_a_source_that_was_typed_from_another_folder(
    paintings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paintings(6)
    monkeypatch.chdir(tmp_path)
    train("paintings", "run", settings=asked(epochs=1))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    run = load(Path("../run"))
    assert (run.source, run.place) == ("paintings", str(tmp_path / "paintings"))
    assert testing.test("../run").run.source == "paintings"


def test_digits_that_were_typed_from_another_folder(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(digits.parent)
    train("mnist", "run", settings=TrainSettings(data=digits.name, iterations=1))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(testing.test(tmp_path / "run").works) == 60


def test_a_collection_that_was_moved(
    paintings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = paintings(6)
    monkeypatch.chdir(tmp_path)
    train("paintings", "run", settings=asked(epochs=1))
    moved = source.rename(tmp_path / "moved")
    with pytest.raises(DataError) as caught:
        testing.test("run")
    assert str(caught.value) == (
        f"what the run learned from is not at paintings, nor at {source}; if it was moved, name "
        "its new place with --source"
    )
    for wrong in ("nowhere", "", "a\0b"):
        with pytest.raises(DataError, match=r"is not at .*name its new place with --source"):
            testing.test("run", source=wrong)
    assert testing.test("run", source=str(moved)).run.place == str(source)


def test_a_run_that_is_not_finished_says_so(learned: Path, tmp_path: Path) -> None:
    run = copied(learned, tmp_path)
    known = json.loads((run / "run.json").read_text()) | {"reason": ""}
    (run / "run.json").write_text(json.dumps(known))
    tested = testing.test(run)
    assert tested.lines()[0].startswith("not finished: ")
    assert figures_of(run)["reason"].startswith("not finished: ")
    assert "not finished: " in report(tested)
    assert "not finished: " not in (learned / "report.html").read_text()


def test_nothing_learned_yet(learned: Path, tmp_path: Path) -> None:
    run = copied(learned, tmp_path)
    (run / LAST).unlink()
    (run / BEST).unlink()
    with pytest.raises(TrainingError, match="has learned nothing yet; impasto resume"):
        testing.test(run)
