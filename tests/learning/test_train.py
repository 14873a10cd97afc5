"""The verb `train`: it learns from every kind of collection, ends as asked, and goes on."""

import csv
import importlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from impasto.errors import DataError, OutputError, SettingsError, TrainingError
from impasto.learning import testing
from impasto.learning.run import Run, load
from impasto.learning.settings import TrainSettings, read_recipe
from impasto.learning.train import resume, train
from impasto.progress import Step
from impasto.training.checkpoint import BEST, LAST
from impasto.training.claim import alone_in


def asked(**values: Any) -> TrainSettings:
    """Settings for pictures of 16 pixels."""
    return TrainSettings(**{"size": 16, "batch": 8, "epochs": 3, **values})


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return {k: v for k, v in load_file(folder / LAST).items() if k.startswith("model.")}


@pytest.mark.parametrize("network", ["cnn", "cnn-deep", "resnet", "rnn"])
def test_a_folder_of_folders(paintings: Any, tmp_path: Path, network: str) -> None:
    said: list[str] = []
    settings = asked(network=network)
    run = train(str(paintings()), tmp_path / "run", settings=settings, on_line=said.append)
    assert (run.network, run.classes) == (network, ("blue", "green", "red"))
    assert run.reason == "stopped: all 3 epochs are done"
    assert run.shape == (3, 16, 16)
    assert said[0] == "30 of 30 works have a label that is learned from"
    assert said[-1] == run.reason
    assert any("in all" in line or "total" in line for line in said)
    with (tmp_path / "run" / "log.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]


def test_colors_are_learned(paintings: Any, tmp_path: Path) -> None:
    run = train(str(paintings()), tmp_path / "run", settings=asked(until="accuracy=0.9", epochs=30))
    assert run.reason.startswith("stopped: accuracy reached 1 (target 0.9) in epoch")


@pytest.mark.parametrize(
    "values",
    [
        {"until": "macro_f1=0.1"},
        {"until": "balanced_accuracy=0.1"},
        {"until": "loss=100"},
        {"until": "loss=100", "loss": "focal"},
        {"until": "mae=500", "task": "regress", "label": "year"},
        {"until": "spearman=-1", "task": "regress", "label": "year"},
        {"until": "emd=2", "task": "distribution", "label": "a,b,c"},
    ],
)
def test_every_metric_of_the_validation_can_end_it(
    catalog: Any, tmp_path: Path, values: Any
) -> None:
    run = train(str(catalog()), tmp_path / "run", settings=asked(**{"label": "movement", **values}))
    assert run.reason.startswith(f"stopped: {values['until'].partition('=')[0]} reached")


def test_pictures_are_told_of_as_they_are_read(paintings: Any, tmp_path: Path) -> None:
    source, told = str(paintings(4)), list[Step]()
    train(source, tmp_path / "run", settings=asked(epochs=1), on_step=told.append)
    assert [(s.done, s.total) for s in told[:12]] == [(i, 12) for i in range(1, 13)]
    assert all(s.label.endswith(".png") for s in told[:12])
    assert all(set(s.values) >= {"loss"} and not s.label for s in told[12:])


def test_stopped_while_pictures_are_read(paintings: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="stopped before all pictures were read"):
        train(str(paintings(4)), tmp_path / "run", settings=asked(), on_step=lambda s: s.done == 3)
    assert not (tmp_path / "run" / "run.json").exists()


def test_the_network_suits_the_works(paintings: Any, drawings: Path, tmp_path: Path) -> None:
    folder, once = str(paintings(4)), {"epochs": None, "iterations": 1}
    small = train(folder, tmp_path / "small", settings=asked(**once))
    large = train(folder, tmp_path / "large", settings=asked(size=48, **once))
    drawn = train(str(drawings), tmp_path / "drawn", settings=asked(**once))
    assert (small.network, large.network, drawn.network) == ("cnn", "eye", "rnn")


def test_a_table_split_by_artist(catalog: Any, tmp_path: Path) -> None:
    settings = asked(label="movement", split_by="artist")
    run = train(str(catalog()), tmp_path / "run", settings=settings)
    artist = {f"works/{c}{i:02}.png": f"{c} {i % 5}" for c in run.classes for i in range(10)}
    held = {artist[name] for part in ("validation", "test") for name in run.split[part]}
    learned = set(artist) - {name for part in ("validation", "test") for name in run.split[part]}
    assert not held & {artist[name] for name in learned}
    assert any("groups across parts: none" in line for line in run.lines)
    assert any("look-up of the group alone" in line for line in run.lines)


def test_duplicates_across_the_parts_are_found(paintings: Any, tmp_path: Path) -> None:
    source = paintings(4)
    for i in range(6):
        shutil.copy(source / "red" / "00.png", source / "red" / f"copy{i}.png")
    run = train(str(source), tmp_path / "run", settings=asked(epochs=1))
    (line,) = (line for line in run.lines if line.startswith("the same file lies"))
    assert "red/00.png" in line or "red/copy" in line
    assert "two works that look the same lie in different parts: never" in run.lines


def test_numbers(catalog: Any, tmp_path: Path) -> None:
    settings = asked(task="regress", label="year", epochs=20)
    run = train(str(catalog()), tmp_path / "run", settings=settings)
    assert (run.classes, run.outputs) == ((), 1)
    assert 1800 < run.center < 1900
    with (tmp_path / "run" / "log.csv").open() as file:
        errors = [float(row["validation_mae"]) for row in csv.DictReader(file)]
    assert min(errors) < 0.5 * errors[0] or min(errors) < 15


def test_drawings(drawings: Path, tmp_path: Path) -> None:
    run = train(str(drawings), tmp_path / "run", settings=asked(until="accuracy=1", epochs=20))
    assert (run.network, run.classes) == ("rnn", ("across", "down"))
    assert "accuracy reached 1" in run.reason


def test_digits(digits: Path, tmp_path: Path) -> None:
    settings = asked(data=str(digits), epochs=2)
    run = train("mnist", tmp_path / "run", settings=settings)
    assert (run.network, run.shape, len(run.classes)) == ("cnn", (1, 28, 28), 10)
    assert not (tmp_path / "run" / BEST).exists()  # nothing was held back to choose by
    held = train("mnist", tmp_path / "held", settings=asked(data=str(digits), until="accuracy=0.5"))
    assert any("the last 20 of those to learn from are held back" in line for line in held.lines)


def test_digits_without_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(address: str) -> bytes:
        raise OSError("no network")

    monkeypatch.setattr("impasto.data.download._download", offline)
    with pytest.raises(DataError, match=r"no network.* with --data FOLDER"):
        train("mnist", tmp_path / "run", settings=asked())


def test_the_same_seed_gives_the_same_weights(paintings: Any, tmp_path: Path) -> None:
    source, settings = str(paintings()), asked(network="resnet", seed=3)
    for name in ("a", "b"):
        train(source, tmp_path / name, settings=settings)
    a, b = weights(tmp_path / "a"), weights(tmp_path / "b")
    assert all(torch.equal(a[k], b[k]) for k in a)


@pytest.mark.parametrize("network", ["cnn-deep", "resnet"])
def test_resumed_equals_never_stopped(paintings: Any, tmp_path: Path, network: str) -> None:
    source, settings = str(paintings()), asked(network=network, epochs=2)
    train(source, tmp_path / "whole", settings=settings)
    begun = train(
        source,
        tmp_path / "parts",
        settings=settings,
        on_step=lambda s: bool(s.values) and s.done == 3,
    )
    assert begun.reason == "stopped: asked to at iteration 3"
    ended = resume(tmp_path / "parts")
    assert ended.reason == "stopped: all 2 epochs are done"
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(whole[k], parts[k]) for k in whole)
    assert ended.temperature == load(tmp_path / "whole").temperature


def test_a_handful_of_works_calibrates_nothing(paintings: Any, tmp_path: Path) -> None:
    run = train(str(paintings()), tmp_path / "run", settings=asked(epochs=1))
    assert run.temperature == 1
    (line,) = (line for line in run.lines if "calibration needs 30" in line)
    few = len(run.split["validation"])
    assert f"(temperature 1): the validation has only {few} works" in line


def test_enough_works_calibrate(paintings: Any, tmp_path: Path) -> None:
    run = train(str(paintings(70)), tmp_path / "run", settings=asked(epochs=1, network="cnn"))
    assert len(run.split["validation"]) >= 30
    assert 0.1 < run.temperature < 5
    assert run.temperature != 1
    assert not any("calibration needs" in line for line in run.lines)


def test_a_run_that_has_learned_is_refused(paintings: Any, tmp_path: Path) -> None:
    source = str(paintings(4))
    train(source, tmp_path / "run", settings=asked(epochs=1))
    before = (tmp_path / "run" / LAST).read_bytes()
    with pytest.raises(OutputError, match="is a run already; impasto resume goes on"):
        train(source, tmp_path / "run", settings=asked(epochs=1))
    assert (tmp_path / "run" / LAST).read_bytes() == before


def test_the_recipe_of_a_run_gives_its_settings(paintings: Any, tmp_path: Path) -> None:
    source, settings = str(paintings(4)), asked(epochs=1, rate=0.01, augment=False)
    train(source, tmp_path / "run", settings=settings)
    assert read_recipe(tmp_path / "run" / "recipe.toml") == (source, settings)
    assert load(tmp_path / "run").settings == settings


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"network": "vit"}, "no network is called 'vit'"),
        ({"loss": "mse"}, "the loss mse is for other tasks"),
        ({"loss": "magic"}, "no loss is called"),
        ({"balance": True, "loss": "focal"}, "balance goes with the loss cross-entropy"),
        ({"until": "accuracy"}, "expected a metric and its value"),
        ({"until": "beauty=1"}, "accuracy, balanced_accuracy, macro_f1, loss, not by beauty"),
        ({"until": "mae=1"}, "mae"),
    ],
)
def test_settings_that_do_not_fit_leave_no_run(
    paintings: Any, tmp_path: Path, values: Any, said: str
) -> None:
    source = str(paintings(4))
    with pytest.raises(SettingsError, match=said):
        train(source, tmp_path / "run", settings=asked(**values))
    train(source, tmp_path / "run", settings=asked(epochs=1))


def test_pictures_for_a_network_of_drawings(drawings: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the network cnn reads no strokes; choose rnn"):
        train(str(drawings), tmp_path / "run", settings=asked(network="cnn"))


def test_a_training_that_learned_nothing_may_begin_again(paintings: Any, tmp_path: Path) -> None:
    source = str(paintings(4))
    run = train(source, tmp_path / "run", settings=asked(epochs=1))
    (tmp_path / "run" / LAST).unlink()
    (tmp_path / "run" / BEST).unlink()
    again = train(source, tmp_path / "run", settings=asked(epochs=1, rate=0.01))
    assert again.settings != run.settings


def test_two_trainings_never_write_one_run(paintings: Any, tmp_path: Path) -> None:
    source = str(paintings(4))
    with (
        alone_in(tmp_path / "run"),
        pytest.raises(OutputError, match="another training is writing"),
    ):
        train(source, tmp_path / "run", settings=asked(epochs=1))
    assert not (tmp_path / "run" / "run.json").exists()


def test_who_comes_second_leaves_the_first_alone(paintings: Any, tmp_path: Path) -> None:
    source, folder = str(paintings(4)), tmp_path / "run"
    first: list[Run] = []

    def meanwhile(line: str) -> None:  # the second has looked already, and found the folder empty
        if line and not first:
            first.append(train(source, folder, settings=asked(epochs=1, seed=1)))

    with pytest.raises(OutputError, match="is a run already; impasto resume goes on"):
        train(source, folder, settings=asked(epochs=1, seed=2), on_line=meanwhile)
    assert load(folder) == first[0]


def test_a_run_is_held_until_it_is_written_for_good(
    paintings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, folder = str(paintings(4)), tmp_path / "run"
    module = importlib.import_module("impasto.learning.train")
    inner = module._calibrated

    def late(run: Run, *rest: Any) -> Run:
        with pytest.raises(OutputError, match="another training is writing"):
            resume(folder)
        return inner(run, *rest)

    monkeypatch.setattr(module, "_calibrated", late)
    assert train(source, folder, settings=asked(epochs=1)).reason == load(folder).reason != ""


def test_going_on_removes_what_was_said_of_the_network_before(
    paintings: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    train(
        str(paintings(6)), folder, settings=asked(), on_step=lambda s: bool(s.values) and s.done > 2
    )
    stale = [folder / name for name in ("report.html", "report.json", "predictions.csv")]
    for path in stale:
        path.write_text("old")
    resume(folder)
    assert not any(path.exists() for path in stale)
    stale[0].write_text("new")
    resume(folder)  # there is nothing left to learn
    assert stale[0].exists()


def test_a_training_that_breaks_off_is_not_finished(paintings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(
        str(paintings(6)), folder, settings=asked(), on_step=lambda s: bool(s.values) and s.done > 2
    )
    replace(load(folder), temperature=2.5).save(folder)

    def broken(step: Step) -> bool:
        if step.values:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        resume(folder, on_step=broken)
    known = load(folder)
    assert (known.reason, known.temperature) == ("", 2.5)
    assert known.unfinished.startswith("not finished: ")
    assert resume(folder).unfinished == ""


def test_works_that_changed_cannot_be_gone_on_with(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    train(str(source), tmp_path / "run", settings=asked(), on_step=lambda s: bool(s.values))
    before = (tmp_path / "run" / LAST).read_bytes()
    (source / "red" / "00.png").unlink()
    with pytest.raises(DataError, match="the works have changed since"):
        resume(tmp_path / "run")
    assert (tmp_path / "run" / LAST).read_bytes() == before


def test_resuming_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is no run; expected the folder that impasto train"):
        resume(tmp_path)
    (tmp_path / "pen.json").write_text("{}")
    with pytest.raises(TrainingError, match="is the run of a pen; impasto create draw --like"):
        resume(tmp_path)


def test_a_loss_that_is_no_number_names_the_rate(paintings: Any, tmp_path: Path) -> None:
    settings = asked(rate=10.0, optimizer="momentum", network="cnn-deep", epochs=40, loss="ordinal")
    with pytest.raises(TrainingError, match="learning rate"):
        train(str(paintings(4)), tmp_path / "run", settings=settings)


def test_rare_classes_weigh_as_much(paintings: Any, tmp_path: Path) -> None:
    source = paintings(6)
    for i in range(4):
        (source / "red" / f"{i:02}.png").unlink()
    run = train(str(source), tmp_path / "run", settings=asked(balance=True, epochs=1))
    assert any("3.0 to 1" in line for line in run.lines)


def test_going_on_from_another_folder(
    paintings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = paintings(4)
    monkeypatch.chdir(tmp_path)
    settings = asked(network="cnn", epochs=2)
    train("paintings", "run", settings=settings, on_step=lambda s: bool(s.values) and s.done == 1)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert resume("../run").reason == "stopped: all 2 epochs are done"
    known = load(tmp_path / "run")
    assert (known.source, known.place) == ("paintings", str(source))


def test_going_on_with_a_collection_that_was_moved(paintings: Any, tmp_path: Path) -> None:
    source, folder = paintings(4), tmp_path / "run"
    settings = asked(network="cnn", epochs=2)
    train(str(source), folder, settings=settings, on_step=lambda s: bool(s.values) and s.done == 1)
    moved = source.rename(tmp_path / "moved")
    with pytest.raises(DataError, match=r"is not at .*name its new place with --source"):
        resume(folder)
    assert resume(folder, source=str(moved)).reason == "stopped: all 2 epochs are done"
    assert (load(folder).source, load(folder).place) == (str(source), str(moved))
    assert resume(folder).reason == "stopped: all 2 epochs are done"


def test_one_lock_is_held_from_the_first_look_to_the_last_word(
    paintings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    module = importlib.import_module("impasto.learning.train")
    inner = module._calibrated

    def late(*given: Any) -> Run:  # the training has ended, and its claim is held still
        with pytest.raises(OutputError, match="another training is writing"), alone_in(folder):
            pass
        ended: Run = inner(*given)
        return ended

    monkeypatch.setattr(module, "_calibrated", late)
    train(str(paintings(4)), folder, settings=asked(network="cnn", epochs=1))
    assert [path.name for path in folder.glob(".*.lock")] == [".training.lock"]


def test_numbers_near_a_billion_are_learned_and_measured_whole(
    catalog: Any, tmp_path: Path
) -> None:
    source = catalog()
    with (source / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["year"] = str(1_000_000_000 + int(row["year"]))
    with (source / "labels.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    settings = asked(task="regress", label="year", network="cnn", epochs=20)
    run = train(str(source), tmp_path / "run", settings=settings)
    assert 10 < run.spread < 60
    tested = testing.test(tmp_path / "run")
    assert tested.works.targets.dtype == torch.float64
    assert set(tested.works.targets.tolist()) <= {float(row["year"]) for row in rows}
    assert len(set(tested.predictions.tolist())) == len(tested.predictions)  # not all rounded
    error = np.abs(tested.predictions - tested.works.targets.numpy()).mean()
    assert tested.figures["mae"].value == pytest.approx(error)
    assert error < 40
