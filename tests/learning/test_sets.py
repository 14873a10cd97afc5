"""Answers with doubt: the classes that a work may be, kept by the run with what they promise."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from impasto.data.examples import Examples
from impasto.errors import SettingsError, TrainingError
from impasto.learning import testing
from impasto.learning.answers import written
from impasto.learning.explain import explain
from impasto.learning.lesson import predicted, raw
from impasto.learning.page import report
from impasto.learning.predict import predict
from impasto.learning.run import CACHE, Run, load
from impasto.learning.sets import fitted, in_words, judged, may_be, silent, threshold_of
from impasto.learning.settings import TrainSettings
from impasto.learning.sources import Prepared, prepare
from impasto.learning.train import resume, train
from impasto.metrics.conformal import Threshold, fit, sets


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three colors with enough works held back for sets at 90 %, split at random."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("many")
    g = np.random.default_rng(0)
    for kind in range(3):
        (folder / "works" / "rgb"[kind]).mkdir(parents=True)
        for i in range(40):
            pixels = g.normal(110, 60, (16, 16, 3))
            pixels[..., kind] += g.normal(25, 25)
            file = folder / "works" / "rgb"[kind] / f"{i:02}.png"
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file)
    train(
        str(folder / "works"),
        folder / "run",
        settings=TrainSettings(network="cnn", size=16, batch=16, epochs=6),
    )
    return folder / "run"


def held_back(run: Path) -> tuple[Run, np.ndarray, Prepared]:
    """What a run says of the works that were held back."""
    known = load(run)
    works = prepare(*known.reached(), cache=run / CACHE, look=False)
    assert works.validation is not None
    return known, predicted(known, raw(known.trained(run), works.validation)), works


def test_a_run_keeps_what_its_sets_are_made_by(many: Path) -> None:
    known, said, works = held_back(many)
    assert works.validation is not None
    assert len(known.strange) == len(works.validation)
    assert known.strange == tuple(sorted(known.strange))
    own = 1 - said[np.arange(len(said)), works.validation.targets.numpy()]
    np.testing.assert_allclose(known.strange, np.sort(own), atol=1.1e-6)
    assert (np.array(known.strange) >= np.sort(own) - 1e-12).all()  # rounded up: no promise shrinks
    for coverage in (0.5, 0.9):
        kept = threshold_of(known, coverage)
        assert kept is not None
        direct = fit(said, works.validation.targets, coverage=coverage)
        assert kept.value == pytest.approx(direct.value, abs=1.1e-6)
        assert (kept.works, kept.coverage) == (direct.works, coverage)


def test_sets_hold_what_they_were_fitted_to(many: Path) -> None:
    known, said, works = held_back(many)
    assert works.validation is not None
    for coverage in (0.5, 0.8, 0.9):
        found = threshold_of(known, coverage)
        assert found is not None
        held = sets(said, found)[np.arange(len(said)), works.validation.targets.numpy()]
        assert held.mean() >= coverage


def test_predictions_name_the_classes_that_it_may_be(many: Path) -> None:
    folder = many.parent / "works" / "r"
    known = load(many)
    sure = threshold_of(known)
    assert sure is not None
    answers = predict(many, folder)
    assert {answer.confidence for answer in answers} == {0.9}
    for answer in answers:
        assert answer.labels is not None
        shares = answer.probabilities or {}
        assert set(answer.labels) == {k for k, v in shares.items() if 1 - v <= sure.value}
        assert answer.cannot_say == (len(answer.labels) != 1)  # two of three are more than half
        assert answer.doubt == in_words(answer.labels, 3, sure)


def test_more_confidence_makes_larger_sets(many: Path) -> None:
    folder = many.parent / "works" / "g"
    sizes = [
        [len(a.labels or ()) for a in predict(many, folder, confidence=c)] for c in (0.5, 0.8, 0.94)
    ]
    assert all(a <= b <= c for a, b, c in zip(*sizes, strict=True))
    assert sum(sizes[0]) < sum(sizes[2])


def test_a_confidence_that_takes_more_works(many: Path) -> None:
    works = len(load(many).strange)
    (answer,) = predict(many, many.parent / "works" / "g" / "00.png", confidence=0.999)
    assert sorted(answer.labels or ()) == ["b", "g", "r"]
    assert (answer.labels or ("",))[0] == answer.label  # the likeliest first
    assert answer.cannot_say
    assert answer.doubt == (
        "cannot say at 99.9 %: that takes 999 works held back by the training, and there were "
        f"{works}"
    )


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, 90.0, float("nan"), float("inf")])
def test_a_confidence_that_is_none(many: Path, confidence: float) -> None:
    with pytest.raises(SettingsError, match=r"expected a confidence between 0 and 1, such as 0\.9"):
        predict(many, many.parent / "works", confidence=confidence)


def old(run: Path, folder: Path) -> Path:
    """A copy of a run as it was before sets belonged to it."""
    copy = Path(shutil.copytree(run, folder))
    known = json.loads((copy / "run.json").read_text())
    del known["strange"]
    (copy / "run.json").write_text(json.dumps(known))
    return copy


def test_a_run_of_an_older_version(many: Path, tmp_path: Path) -> None:
    run, picture = old(many, tmp_path / "run"), many.parent / "works" / "b" / "03.png"
    (answer,) = predict(run, picture)
    assert (answer.labels, answer.confidence, answer.doubt) == (None, None, "")
    with pytest.raises(TrainingError, match=r"no sets at 80 %: .* older version; train anew"):
        predict(run, picture, confidence=0.8)
    found, fresh = testing.test(run), testing.test(many)
    assert isinstance(found, testing.Tested)
    assert isinstance(fresh, testing.Tested)
    assert found.sets is not None
    assert fresh.sets is not None
    assert found.sets.as_dict() == fresh.sets.as_dict()
    assert explain(run, picture).labels == explain(many, picture).labels
    resume(run)  # there is nothing left to learn, and it has them again
    assert load(run).strange == load(many).strange


def test_explain_and_predict_say_the_same(many: Path) -> None:
    for name in ("00.png", "01.png", "02.png"):
        picture = many.parent / "works" / "g" / name
        found, (answer,) = explain(many, picture), predict(many, picture)
        assert found.labels == answer.labels
        assert any(line.startswith("nine times of ten is what 18 works") for line in found.lines)


def test_explain_needs_no_works_for_a_set(many: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(many, tmp_path / "run"))
    replace(load(run), source=str(tmp_path / "gone"), place="").save(run)
    picture = many.parent / "works" / "g" / "00.png"
    found = explain(run, picture)
    assert found.labels == predict(many, picture)[0].labels
    assert found.lines[-1].startswith("the nearest works are not known: ")


def test_a_test_measures_what_is_promised(many: Path) -> None:
    tested = testing.test(many)
    assert isinstance(tested, testing.Tested)
    found = tested.sets
    assert found is not None
    kept = threshold_of(tested.run)
    assert kept is not None
    chosen = sets(tested.predictions, kept)
    truth = tested.works.targets.numpy()
    assert found.figures["coverage"].value == chosen[np.arange(len(truth)), truth].mean()
    assert found.figures["size"].value == pytest.approx(chosen.sum(1).mean())
    assert found.figures["cannot_say"].value == pytest.approx((chosen.sum(1) != 1).mean())
    assert found.guaranteed
    written_down = json.loads((many / "report.json").read_text())["sets"]
    assert written_down["guaranteed"] is True
    low, high = written_down["coverage"]["interval"]
    assert low <= written_down["coverage"]["value"] <= high
    said, promise = found.lines()
    assert said.startswith("sets at 90 %: ")
    assert said in tested.lines()
    assert promise.startswith("guaranteed for new works like these, which were split at random")
    page = report(tested)
    assert "Which classes it may be" in page
    assert promise in page


def test_artists_that_nobody_has_seen_are_promised_nothing(learned: Path) -> None:
    tested = testing.test(learned)
    assert isinstance(tested, testing.Tested)
    found = tested.sets
    assert found is not None
    assert not found.guaranteed
    assert found.groups is not None
    assert set(found.groups) == set(tested.works.groups)
    _, few, promise = found.lines()
    assert few.startswith("every set holds all classes: that takes 9 works held back")
    assert promise.startswith("measured, not guaranteed: works are split by artist, and those")
    assert found.figures["coverage"].value == 1
    assert found.figures["cannot_say"].value == 1
    assert "Each artist by itself, the worst served first" in report(tested)


def test_digits_hold_back_nothing_unless_asked(digits: Path, tmp_path: Path) -> None:
    settings = TrainSettings(data=str(digits), iterations=1)
    run = train("mnist", tmp_path / "none", settings=settings)
    assert run.strange == ()
    tested = testing.test(tmp_path / "none")
    assert isinstance(tested, testing.Tested)
    assert tested.sets is None
    assert "Which classes it may be" not in report(tested)
    patient = settings.model_copy(update={"patience": 3})
    run = train("mnist", tmp_path / "some", settings=patient)
    assert len(run.strange) == 20
    tested = testing.test(tmp_path / "some")
    assert isinstance(tested, testing.Tested)
    assert tested.sets is not None
    assert not tested.sets.guaranteed
    assert tested.sets.lines()[-1].endswith("these came divided")


def test_numbers_have_no_sets(catalog: Any, tmp_path: Path, paint: Any) -> None:
    settings = TrainSettings(task="regress", label="year", size=16, network="cnn", iterations=2)
    assert train(str(catalog()), tmp_path / "run", settings=settings).strange == ()
    paint(tmp_path / "red.png", (200, 40, 30), seed=7)
    (answer,) = predict(tmp_path / "run", tmp_path / "red.png")
    assert answer.labels is None
    with pytest.raises(TrainingError, match=r"sets are of classes, .* learned to regress"):
        predict(tmp_path / "run", tmp_path / "red.png", confidence=0.9)


@pytest.mark.parametrize("strange", [[0.5, 0.1], [-0.1], [1.5], [float("nan")], ["a"], 3])
def test_a_run_whose_file_lies(many: Path, tmp_path: Path, strange: object) -> None:
    run = Path(shutil.copytree(many, tmp_path / "run"))
    known = json.loads((run / "run.json").read_text()) | {"strange": strange}
    (run / "run.json").write_text(json.dumps(known))
    with pytest.raises(TrainingError, match=r"run.json is damaged \(strange"):
        predict(run, many.parent / "works")


def test_a_training_that_goes_on_promises_nothing_meanwhile(many: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(many, tmp_path / "run"))
    known = load(run)
    replace(known, settings=known.settings.model_copy(update={"epochs": 7})).save(run)
    seen = []
    resume(run, on_step=lambda step: seen.append(load(run).strange) if step.values else None)
    assert seen
    assert set(seen) == {()}
    assert len(load(run).strange) == len(known.strange)


SURE = Threshold(0.8, 0.9, "lac", 200)


def test_sets_in_words() -> None:
    assert in_words(("a",), 4, SURE) == "at 90 % only a"
    assert in_words(("a", "b"), 4, SURE) == "at 90 % one of: a, b"
    assert in_words((), 4, SURE) == "cannot say at 90 %: it looks like none of the classes"
    assert in_words(tuple("abc"), 4, SURE) == "cannot say at 90 %: it may be any of 3 classes of 4"
    assert in_words(("\x1b[31m", "b"), 4, SURE) == "at 90 % one of: \\x1b[31m, b"
    assert [silent(("x",) * n, 4) for n in range(5)] == [True, False, False, True, True]


def works(count: int, *, groups: tuple[str, ...] = ()) -> Examples:
    targets = torch.arange(count) % 2
    return Examples(("",) * count, torch.zeros(count, 1), targets, ("oil", "ink"), groups)


def test_fitted_and_judged_by_hand() -> None:
    said = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.8, 0.2]])
    assert fitted(said, works(4)) == (0.1, 0.4, 0.7, 0.8)
    run = Run("x", TrainSettings(split_by="artist"), "cnn", ("oil", "ink"), (3, 16, 16))
    assert judged(run, said, works(4)) is None
    kept = replace(run, strange=(0.1,) * 8 + (0.5,))
    known = threshold_of(kept)
    assert known is not None
    assert known.value == 0.5
    assert may_be(kept, said, known) == [("oil",), ("ink",), ("ink",), ("oil",)]
    found = judged(kept, said, works(4, groups=("a", "a", "b", "b")))
    assert found is not None
    assert found.figures["coverage"].value == 0.5  # the first two
    assert found.figures["size"].value == 1
    assert {name: figure.value for name, figure in (found.groups or {}).items()} == {"b": 0, "a": 1}
    assert list(found.groups or {}) == ["b", "a"]
    assert not found.guaranteed


def test_sets_are_written(many: Path) -> None:
    answers = predict(many, many.parent / "works" / "r")[:3]
    lines = list(written(answers, "text"))
    assert all(line.endswith(f"; {a.doubt}") for line, a in zip(lines, answers, strict=True))
    head, first = list(written(answers, "csv"))[:2]
    assert head == "path,prediction,set,cannot_say,b,g,r"
    said = str(answers[0].cannot_say).lower()
    assert f",{'; '.join(answers[0].labels or ())},{said}," in first
    rows = [json.loads(line) for line in written(answers, "json")]
    assert [row["set"] for row in rows] == [list(a.labels or ()) for a in answers]
    assert [row["cannot_say"] for row in rows] == [a.cannot_say for a in answers]
    assert {row["confidence"] for row in rows} == {0.9}
