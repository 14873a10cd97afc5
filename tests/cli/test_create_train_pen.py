"""The command `create train --strokes`."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def strokes(tmp_path: Path) -> Path:
    """Forty bent lines in an .npz, none of them held out."""
    ways = np.random.default_rng(0).integers(20, 90, (40, 2))
    points = np.concatenate([[[0, 0, 0], [x, 0, 0], [0, y, 1]] for x, y in ways])
    np.savez(tmp_path / "bent.npz", train_points=points, train_lengths=np.full(40, 3))
    return tmp_path / "bent.npz"


def test_train_draw_and_go_on(impasto: Any, strokes: Path, tmp_path: Path) -> None:
    run = tmp_path / "mypen"
    words = ("--strokes", strokes, "--steps", 4, "--look", 2, "--seed", 3, "-o", run)
    outcome = impasto("create", "train", *words)
    assert (outcome.code, outcome.err) == (0, "")
    said = outcome.out.splitlines()
    assert said[0].startswith("36 drawings to learn from, 4 held out to judge by")
    assert [line[:7] for line in said[2:4]] == ["step 2:", "step 4:"]
    assert said[-2] == str(run / "drawings.svg")
    assert f"impasto create draw --like {run}" in said[-1]
    assert impasto("create", "draw", "--like", run, "-o", tmp_path / "a.svg").code == 0
    again = impasto("create", "train", "--resume", run)
    assert again.code == 0
    assert "all 4 iterations are done" in again.out
    refused = impasto("create", "train", *words)
    assert (refused.code, "--resume" in refused.line) == (1, True)


def test_ctrl_c_keeps_what_is_learned(
    impasto: Any, strokes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.cli import create_train_pen

    class Pressed(create_train_pen.Watched):
        def __call__(self, step: Any) -> bool:
            if step.values and step.done == 2:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
            return super().__call__(step)

    monkeypatch.setattr(create_train_pen, "Watched", Pressed)
    run = tmp_path / "mypen"
    outcome = impasto("create", "train", "--strokes", strokes, "--steps", 50, "-o", run)
    assert outcome.code == 130
    assert "asked to at iteration 2" in outcome.out
    assert f"impasto create train --resume {run} goes on" in outcome.out
    assert impasto("create", "draw", "--like", run, "-o", tmp_path / "a.svg").code == 0


def test_wrong_words(impasto: Any, strokes: Path, tmp_path: Path) -> None:
    empty, new = tmp_path / "empty", tmp_path / "new"
    empty.mkdir()
    picture = tmp_path / "photo.JPG"
    picture.write_bytes(b"\xff\xd8\xff")
    cases = {
        (tmp_path, "--strokes", strokes): "with --strokes alone",
        ("--strokes", strokes, "--size", 64): "leave out --size",
        ("--strokes", strokes, "--no-mirror"): "leave out --no-mirror",
        ("--strokes", strokes, "--batch", 5000): "batch",
        ("--strokes", strokes, "--resume", empty, "--steps", 5): "leave out --steps",
        ("--strokes", strokes, "--resume", empty): "no pen in training",
        ("--strokes", empty, "-o", new): "no drawings in",
        ("--strokes", picture, "-o", new): "a picture, and --strokes takes drawings",
        ("--strokes", tmp_path / "nowhere", "-o", new): "no folder and no file",
    }
    for words, expected in cases.items():
        outcome = impasto("create", "train", *words)
        assert outcome.code in (1, 2)
        assert expected in outcome.line
    assert not new.exists()


def test_the_option_is_explained(impasto: Any) -> None:
    assert "--strokes" in impasto("create", "train", "--help").out
