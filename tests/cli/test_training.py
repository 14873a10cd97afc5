"""The commands of the six steps: train, resume, test, predict, compare."""

import csv
import io
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

SMALL = ("--size", 16, "--batch", 8)


def fill(folder: Path, *, each: int = 8, kinds: tuple[str, ...] = ("red", "green", "blue")) -> Path:
    """Fill a folder with pictures of about one color a sub-folder."""
    for channel, kind in enumerate(kinds):
        (folder / kind).mkdir(parents=True)
        for i in range(each):
            pixels = np.random.default_rng(100 * channel + i).integers(0, 90, (20, 20, 3))
            pixels[..., channel % 3] += 150
            Image.fromarray(pixels.astype(np.uint8)).save(folder / kind / f"{i:02}.png")
    return folder


@pytest.fixture
def paintings(tmp_path: Path) -> Path:
    """A folder with three colors."""
    return fill(tmp_path / "paintings")


@pytest.fixture
def run(tmp_path: Path, paintings: Path, impasto: Any) -> Path:
    """A run that was trained and tested."""
    folder = tmp_path / "run"
    assert impasto("train", paintings, *SMALL, "--epochs", 4, "-o", folder).code == 0
    assert impasto("test", folder).code == 0
    return folder


def test_from_pictures_to_a_report(impasto: Any, paintings: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    trained = impasto("train", paintings, *SMALL, "--until", "accuracy=0.9", "-o", run)
    assert (trained.code, trained.err) == (0, "")
    lines = trained.out.splitlines()
    assert lines[0] == "24 of 24 works have a label that is learned from"
    assert any(line.startswith("stopped: accuracy reached") for line in lines)
    assert lines[-1].endswith(f"impasto test {run} says how good it is")
    tested = impasto("test", run)
    assert (tested.code, tested.err) == (0, "")
    said = tested.out.splitlines()
    assert said[0].startswith("accuracy ")
    assert "chance 0." in said[0]
    assert "[" in said[0]
    assert said[-1] == str(run / "report.html")
    found = json.loads((run / "report.json").read_text())
    low, high = found["accuracy"]["interval"]
    assert low <= found["accuracy"]["value"] <= high
    assert "<svg" in (run / "report.html").read_text()


def test_asking(impasto: Any, run: Path, paintings: Path, tmp_path: Path) -> None:
    red = paintings / "red" / "00.png"
    outcome = impasto("predict", run, red)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{red}: ")
    table = impasto("predict", run, paintings, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(table.out)))
    assert len(rows) == 24
    assert list(rows[0]) == ["path", "prediction", "set", "cannot_say", "blue", "green", "red"]
    assert rows[0]["cannot_say"] == "true"  # three works held back are too few
    assert sum(float(rows[0][k]) for k in ("blue", "green", "red")) == pytest.approx(1, abs=1e-4)
    lines = impasto("predict", run, red, "--format", "json").out.splitlines()
    assert [json.loads(line)["path"] for line in lines] == [str(red)]
    assert sorted(json.loads(lines[0])["set"]) == ["blue", "green", "red"]


def test_asking_with_another_confidence(impasto: Any, run: Path, paintings: Path) -> None:
    red = paintings / "red" / "00.png"
    outcome = impasto("predict", run, red, "--confidence", 0.5)
    assert (outcome.code, outcome.err) == (0, "")
    assert " at 50 %" in outcome.out
    assert "cannot say at 90 %: that takes 9 works" in impasto("predict", run, red).out
    wrong = impasto("predict", run, red, "--confidence", 90)
    assert wrong.code == 2
    assert wrong.line.endswith("expected a confidence between 0 and 1, such as 0.9; got 90")


def test_asking_about_a_file_that_is_no_picture(impasto: Any, run: Path, paintings: Path) -> None:
    (paintings / "bad.png").write_text("no picture")
    good = paintings / "red" / "00.png"
    outcome = impasto("predict", run, paintings / "bad.png", good, "--format", "csv")
    assert (outcome.code, "bad.png" in outcome.line) == (1, True)
    assert len(outcome.out.splitlines()) == 2


def test_comparing_a_run_with_itself(impasto: Any, run: Path) -> None:
    outcome = impasto("compare", run, run)
    assert outcome.code == 0
    assert "difference" in outcome.out
    assert "0.000 [0.000, 0.000]" in outcome.out
    assert "no difference: both score the same" in outcome.out


def test_a_recipe_is_written_and_run(impasto: Any, paintings: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    written = impasto("train", paintings, *SMALL, "--epochs", 9, "--write", recipe)
    assert (written.code, written.out) == (0, f"{recipe}\n")
    assert "epochs = 9" in recipe.read_text()
    again = impasto("train", paintings, "--write", recipe)
    assert (again.code, "--force" in again.line) == (1, True)
    run = tmp_path / "run"
    outcome = impasto("train", recipe, "--epochs", 1, "-o", run)
    assert "stopped: all 1 epochs are done" in outcome.out
    assert json.loads((run / "run.json").read_text())["settings"]["size"] == 16


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--epochs", 0), "epochs: input should be greater than or equal to 1; got 0"),
        (("--optimizer", "magic"), "optimizer: input should be 'sgd'"),
        (("--until", "accuracy"), "until: expected a metric and its value"),
        (("--network", "vit"), "no network is called 'vit'; there are eye, cnn"),
        (("--loss", "mse"), "the loss mse is for other tasks; choose cross-entropy"),
    ],
)
def test_wrong_settings(
    impasto: Any, paintings: Path, tmp_path: Path, words: Any, said: str
) -> None:
    outcome = impasto("train", paintings, *words, "-o", tmp_path / "run")
    assert (outcome.code, said in outcome.line) == (2, True)
    assert not (tmp_path / "run" / "run.json").exists()


def test_an_empty_folder(impasto: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = impasto("train", tmp_path / "empty", "-o", tmp_path / "run")
    assert (outcome.code, "no pictures in" in outcome.line) == (1, True)


def test_no_such_folder(impasto: Any, tmp_path: Path) -> None:
    outcome = impasto("train", tmp_path / "nowhere", "-o", tmp_path / "run")
    assert (outcome.code, "there is no folder and no table" in outcome.line) == (1, True)


def test_pictures_without_labels(impasto: Any, paintings: Path, tmp_path: Path) -> None:
    outcome = impasto("train", paintings / "red", "-o", tmp_path / "run")
    assert (outcome.code, "a sub-folder for each label" in outcome.line) == (1, True)


def test_one_class(impasto: Any, tmp_path: Path) -> None:
    folder = fill(tmp_path / "one", kinds=("red",))
    outcome = impasto("train", folder, "-o", tmp_path / "run")
    assert (outcome.code, "expected at least two classes" in outcome.line) == (1, True)


@pytest.mark.parametrize("at_least", [1, 2])
def test_one_picture_a_class(impasto: Any, tmp_path: Path, at_least: int) -> None:
    folder = fill(tmp_path / "few", each=1)
    outcome = impasto("train", folder, "--at-least", at_least, "-o", tmp_path / "run")
    assert outcome.code == 1
    assert "one picture only" in outcome.line or "two classes" in outcome.line


@pytest.mark.parametrize(
    ("table", "words", "said"),
    [
        ("path,style\nred/99.png,a\n", ("--label", "style"), "files that are not there: 1 of 1"),
        ("path,style\n../x.png,a\n", ("--label", "style"), "expected paths below its folder"),
        ("file,style\nred/00.png,a\n", ("--label", "style"), "has no column 'path'"),
        ("path,style\nred/00.png,a\n", ("--label", "year"), "no column year to learn"),
        (
            "path,year\nred/00.png,1800\nred/01.png,soon\n",
            ("--label", "year", "--task", "regress"),
            "expected numbers in the column year, got 'soon' for red/01.png",
        ),
        (
            "path,a,b\nred/00.png,1,2\nred/01.png,-1,3\n",
            ("--label", "a,b", "--task", "distribution"),
            "expected votes of 0 or more, got -1",
        ),
        ("path,a\nred/00.png,1\n", ("--label", "a", "--task", "distribution"), "two or more"),
        ("path,a\nred/00.png,1\n", ("--label", "a,b", "--task", "distribution"), "no column b"),
        (
            "path,style\nred/00.png,a\nred/01.png,b\nred/02.png,a\n",
            ("--label", "style", "--split-by", "artist"),
            "artist",
        ),
    ],
)
def test_bad_tables(
    impasto: Any, paintings: Path, tmp_path: Path, table: str, words: Any, said: str
) -> None:
    (paintings / "labels.csv").write_text(table)
    outcome = impasto("train", paintings, *SMALL, *words, "-o", tmp_path / "run")
    assert outcome.code == 1
    assert said in outcome.line
    assert not (tmp_path / "run" / "run.json").exists()


def test_pictures_that_cannot_be_read(impasto: Any, paintings: Path, tmp_path: Path) -> None:
    (paintings / "red" / "bad.png").write_text("no picture")
    outcome = impasto("train", paintings, *SMALL, "--epochs", 1, "-o", tmp_path / "run")
    assert outcome.code == 0
    assert f"left out: {paintings / 'red' / 'bad.png'}: " in outcome.out
    for path in paintings.rglob("*.png"):
        path.write_text("no picture")
    outcome = impasto("train", paintings, *SMALL, "-o", tmp_path / "none")
    assert (outcome.code, "can be read" in outcome.line) == (1, True)


def test_drawings_with_pickled_objects(impasto: Any, tmp_path: Path) -> None:
    (tmp_path / "drawings").mkdir()
    for name in ("cat", "dog"):
        objects = np.array([np.zeros((2, 3)), np.zeros((3, 3))], dtype=object)
        np.savez(tmp_path / "drawings" / f"{name}.npz", train_points=objects)
    outcome = impasto("train", tmp_path / "drawings", "-o", tmp_path / "run")
    assert (outcome.code, "pickled objects" in outcome.line) == (1, True)


def test_drawings_that_are_not_divided(impasto: Any, tmp_path: Path) -> None:
    (tmp_path / "drawings").mkdir()
    for name in ("cat", "dog"):
        arrays = {"train_points": np.zeros((4, 3)), "train_lengths": np.array([2, 2])}
        np.savez(tmp_path / "drawings" / f"{name}.npz", **arrays)
    outcome = impasto("train", tmp_path / "drawings", "-o", tmp_path / "run")
    assert (outcome.code, "lacks drawings for valid and test" in outcome.line) == (1, True)


def test_a_run_is_not_written_over(impasto: Any, run: Path, paintings: Path) -> None:
    before = {p: p.read_bytes() for p in run.iterdir() if p.is_file()}
    outcome = impasto("train", paintings, "-o", run)
    assert (outcome.code, "is a run already; impasto resume" in outcome.line) == (1, True)
    assert {p: p.read_bytes() for p in run.iterdir() if p.is_file()} == before


@pytest.mark.parametrize("keep", [0, 100, -10])
def test_a_corrupt_checkpoint(impasto: Any, run: Path, keep: int) -> None:
    last = run / "last.safetensors"
    last.write_bytes(last.read_bytes()[:keep])
    before = {p: p.read_bytes() for p in run.iterdir() if p.suffix == ".safetensors"}
    outcome = impasto("resume", run)
    assert (outcome.code, "last.safetensors can't be read" in outcome.line) == (1, True)
    assert {p: p.read_bytes() for p in before} == before


def test_a_foreign_checkpoint(impasto: Any, run: Path, paintings: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    impasto("train", paintings, *SMALL, "--network", "rnn", "--iterations", 1, "-o", other)
    for name in ("last.safetensors", "best.safetensors"):
        (run / name).write_bytes((other / name).read_bytes())
    outcome = impasto("resume", run)
    assert (outcome.code, "belongs to another network" in outcome.line) == (1, True)
    outcome = impasto("test", run)
    assert (outcome.code, "is of another network than cnn" in outcome.line) == (1, True)


@pytest.mark.parametrize("command", ["resume", "test", "predict", "compare"])
def test_a_damaged_run(impasto: Any, run: Path, command: str) -> None:
    (run / "run.json").write_text('{"source": ')
    more = [run] if command in {"predict", "compare"} else []
    outcome = impasto(command, run, *more)
    assert (outcome.code, "run.json is damaged" in outcome.line) == (1, True)


@pytest.mark.parametrize("command", ["resume", "test", "predict", "compare"])
def test_no_run(impasto: Any, tmp_path: Path, command: str) -> None:
    more = [tmp_path] if command in {"predict", "compare"} else []
    outcome = impasto(command, tmp_path, *more)
    assert (outcome.code, "is no run; expected the folder" in outcome.line) == (1, True)


def test_ctrl_c_keeps_what_is_learned(
    begin: Any, impasto: Any, paintings: Path, tmp_path: Path
) -> None:
    words = ("train", paintings, *SMALL, "--iterations", 600, "--network", "cnn")
    run = tmp_path / "run"
    with begin(*words, "-o", run) as process:
        for _ in lines_until(process.stdout, "total"):
            pass
        until(run / "best.safetensors")
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (130, "impasto: stopped; what was finished is kept\n")
    *_, reason, advice = rest.splitlines()
    assert reason.startswith("stopped: asked to at iteration ")
    assert advice == f"impasto resume {run} goes on"
    done = int(load_file(run / "last.safetensors")["step"])
    assert reason.endswith(f" {done}")
    assert 0 < done < 600
    assert impasto("test", run).code == 0
    assert impasto("resume", run).code == 0
    assert int(load_file(run / "last.safetensors")["step"]) == 600


def test_resumed_by_command_equals_never_stopped(
    impasto: Any, paintings: Path, tmp_path: Path
) -> None:
    from impasto.learning.settings import TrainSettings
    from impasto.learning.train import train

    settings = TrainSettings(size=16, batch=8, epochs=3)
    train(str(paintings), tmp_path / "a", settings=settings)
    train(
        str(paintings),
        tmp_path / "b",
        settings=settings,
        on_step=lambda s: bool(s.values) and s.done == 4,
    )
    assert impasto("resume", tmp_path / "b").code == 0
    a, b = (load_file(tmp_path / name / "last.safetensors") for name in "ab")
    assert all(torch.equal(a[k], b[k]) for k in a)


def lines_until(stream: Any, word: str) -> Iterator[str]:
    """Read lines until one holds a word."""
    for line in stream:
        yield line
        if word in line:
            return


def until(path: Path, *, seconds: float = 60) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


def test_ctrl_c_is_heard_between_steps() -> None:
    from impasto.cli.stoppable import Watched
    from impasto.progress import Step

    before = signal.getsignal(signal.SIGINT)
    with Watched("training") as watched:
        assert watched(Step(1, 3, label="a.png")) is False
        assert watched(Step(1, 3, {"loss": 1.0})) is False
        signal.raise_signal(signal.SIGINT)
        assert watched(Step(2, 3, {"loss": 1.0})) is True
        with pytest.raises(KeyboardInterrupt):  # nothing is learned yet that could be kept
            watched(Step(2, 3, label="b.png"))
        with pytest.raises(KeyboardInterrupt):  # who asks twice does not want to wait
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_elsewhere_than_in_the_main_thread_ctrl_c_is_left_alone() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from impasto.cli.stoppable import Watched

    def watch() -> object:
        with Watched("training"):
            return signal.getsignal(signal.SIGINT)

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(watch).result() is signal.getsignal(signal.SIGINT)


def test_the_output_is_a_file(impasto: Any, paintings: Path, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    outcome = impasto("train", paintings, *SMALL, "-o", tmp_path / "run")
    assert (outcome.code, "cannot write" in outcome.line) == (1, True)
    assert (tmp_path / "run").read_text() == "mine"


def test_works_that_were_moved(impasto: Any, run: Path, paintings: Path, tmp_path: Path) -> None:
    moved = paintings.rename(tmp_path / "moved")
    outcome = impasto("test", run)
    assert outcome.code == 1
    assert "name its new place with --source" in outcome.err
    assert impasto("test", run, "--source", moved).code == 0
    assert impasto("resume", run, "--source", moved).code == 0
