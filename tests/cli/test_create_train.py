"""The commands `create train`, `create sample` and `create inspect`."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from impasto.creation.collection import teaching

QUICK = ("--size", 32, "--batch", 4, "--steps", 2, "--look", 2)


@pytest.fixture
def works(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """Fifteen works, and a file that is none."""
    for seed in range(15):
        draw(tmp_path / "works" / f"{seed:02}.png", size=(36, 34), seed=seed)
    (tmp_path / "works" / "bad.png").write_text("not a picture")
    return tmp_path / "works"


@pytest.fixture
def run(impasto: Any, works: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(teaching, "SHOWN", 6)
    outcome = impasto("create", "train", works, *QUICK, "-o", tmp_path / "run")
    assert (outcome.code, outcome.err) == (0, "")
    said = outcome.out.splitlines()
    assert said[0].startswith("bad.png can't be used")
    assert any(line.startswith("step 2: KID") for line in said)
    assert "impasto create inspect" in said[-1]
    return tmp_path / "run"


def test_train_sample_inspect_and_go_on(impasto: Any, run: Path, tmp_path: Path) -> None:
    sheet, out = tmp_path / "sheet.png", tmp_path / "out"
    words = ("--count", 2, "--seed", 7, "-o", out, "--sheet", sheet)
    outcome = impasto("create", "sample", run, *words)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [str(out / n) for n in ("run-7.png", "run-8.png")] + [
        str(sheet)
    ]
    said = impasto("inspect", out / "run-7.png").out
    assert "create-sample" in said
    assert "trainedAlgorithmicMedia" in said

    gif = tmp_path / "walk.gif"
    assert impasto("create", "sample", run, "--walk", "1,5", gif, "--frames", 2).code == 0
    assert gif.read_bytes().startswith(b"GIF89a")

    judged = impasto("create", "inspect", run, "--count", 16)
    assert judged.code == 0
    for word in ("KID", "copy", "recall", "best", str(run / "inspect.html")):
        assert word in judged.out
    again = impasto("create", "train", "--resume", run)
    assert again.code == 0
    assert "all 2 iterations are done" in again.out


def test_wrong_words(impasto: Any, works: Path, tmp_path: Path) -> None:
    drawings = tmp_path / "drawings"
    drawings.mkdir()
    (drawings / "a.svg").write_text("<svg/>")
    cases = {
        ("train",): "name a collection",
        ("train", works, "--size", 50, "-o", tmp_path / "x"): "size: expected one of 32, 64",
        ("train", works, "--resume", tmp_path, "--size", 32): "leave out --size",
        ("train", works, "--resume", tmp_path, "--no-mirror"): "leave out --no-mirror",
        ("train", works, "--resume", tmp_path): "no generator",
        ("train", drawings, "-o", tmp_path / "x"): f"create train --strokes {drawings}",
        ("train", drawings / "a.svg", "-o", tmp_path / "x"): f"create train --strokes {drawings}",
        ("train", tmp_path / "nowhere", "-o", tmp_path / "x"): "no folder and no table",
        ("sample", tmp_path): "say where to",
        ("sample", tmp_path, "-o", tmp_path / "x.png"): "learned nothing yet",
        ("sample", tmp_path, "--walk", "1,b", tmp_path / "x.gif"): "seeds with commas",
        ("inspect", tmp_path / "nowhere"): "no generator",
    }
    for words, expected in cases.items():
        outcome = impasto("create", *words)
        assert outcome.code in (1, 2)
        assert expected in outcome.line
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("words", "record", "expected"),
    [
        (("sample", "RUN", "-o", "x.png"), "pen.json", "a pen; impasto create draw --like"),
        (("inspect", "RUN"), "pen.json", "a pen; impasto create draw --like"),
        (("draw", "--like", "RUN", "-o", "x.svg"), "generator.json", "impasto create sample"),
        (("train", "--strokes", "x", "--resume", "RUN"), "generator.json", "of a generator"),
        (("train", "--resume", "RUN"), "run.json", "of a network; impasto test"),
    ],
)
def test_a_run_of_another_kind_names_its_commands(
    impasto: Any, tmp_path: Path, words: tuple[str, ...], record: str, expected: str
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / record).write_text("{}")
    (run / "best.safetensors").write_bytes(b"")
    places = {"RUN": run, "x.png": tmp_path / "x.png", "x.svg": tmp_path / "x.svg"}
    outcome = impasto("create", *(places.get(word, word) for word in words))
    assert outcome.code == 1
    assert outcome.line.count(str(run)) == 1
    assert expected in outcome.line


def test_help_comes_from_the_record(impasto: Any) -> None:
    said = impasto("create", "train", "--help").out
    for word in (
        "--size",
        "of the pictures in pixels",
        "--patience",
        "--minutes",
        "--resume",
        "--mirror",
    ):
        assert word in said


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_keeps_what_is_learned(works: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    run = tmp_path / "run"
    words = ["create", "train", works, "--size", 32, "--batch", 4, "--look", 100_000, "-o", run]
    with subprocess.Popen(
        [sys.executable, "-m", "impasto", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        end = time.monotonic() + 60
        while not (run / "generator.json").exists() and process.poll() is None:
            time.sleep(0.05)
            assert time.monotonic() < end
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert f"impasto create train --resume {run} goes on" in out
    assert (run / "last.safetensors").exists()


def test_seeds_are_read_as_typed() -> None:
    from impasto.cli.create_sample import seeds

    assert seeds(" 1, 5,9") == [1, 5, 9]
    with pytest.raises(typer.BadParameter):
        seeds("1,,2")
