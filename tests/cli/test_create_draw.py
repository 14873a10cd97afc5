"""The command `create draw`."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pen that has learned a little."""
    from impasto.creation.pen.teaching import Lesson, Sizes, teach
    from impasto.data.sketches import Sketches
    from impasto.training.loop import Plan

    ways = np.random.default_rng(0).uniform(0.5, 1.5, (40, 2))
    drawings = [np.array([[0, 0, 0], [x, 0, 0], [0, y, 1], [-x, 0, 0], [0, y, 1]]) for x, y in ways]
    lesson = Lesson(
        plan=Plan(steps=40, rate=1e-2, warmup=5, average=0.9),
        sizes=Sizes(ideas=4, reading=8, drawing=16, mixtures=2),
        batch=16,
    )
    folder = tmp_path_factory.mktemp("run")
    teach(Sketches(drawings, drawings[:5], []), folder, lesson=lesson)
    return folder


@pytest.fixture
def half(tmp_path: Path) -> Path:
    path = tmp_path / "half.svg"
    path.write_text('<svg><polyline points="10,10 40,12.5 40,30"/></svg>')
    return path


def test_a_sheet_of_signs(impasto: Any, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "signs.svg"
    outcome = impasto(
        "create", "draw", "--like", run, "--temperature", 0.6, "--count", 24, "-o", out
    )
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{out}\n", "")
    assert out.read_text().count("<g ") == 24


def test_it_is_what_python_draws(impasto: Any, run: Path, tmp_path: Path) -> None:
    from impasto.creation.pen.draw import create_draw
    from impasto.data.paper import lines_of
    from impasto.data.svg import read_strokes

    out = tmp_path / "one.svg"
    made = create_draw(run, temperature=0.9, points=30, count=9)
    longest = max(range(9), key=lambda number: len(made[number]))
    words = ("--temperature", 0.9, "--seed", 1 + longest, "--points", 30)
    assert impasto("create", "draw", "--like", run, *words, "-o", out).code == 0
    shown = np.concatenate([[(p.real, p.imag) for p in stroke] for stroke in read_strokes(out)])
    wanted = np.concatenate(
        [np.repeat(line, 1 + (len(line) == 1), 0) for line in lines_of(made[longest])]
    )
    assert shown.tolist() == wanted.tolist()


def test_completing_and_going_between(impasto: Any, run: Path, half: Path, tmp_path: Path) -> None:
    done, way = tmp_path / "done.svg", tmp_path / "way.svg"
    assert impasto("create", "draw", "--like", run, "--begin", half, "-o", done).code == 0
    assert "M10 10L40 12.5 40 30" in done.read_text()
    words = ("--between", half, done, "--steps", 5)
    assert impasto("create", "draw", "--like", run, *words, "-o", way).code == 0
    assert way.read_text().count("<g ") == 5


def test_help_comes_from_the_record(impasto: Any) -> None:
    said = impasto("create", "draw", "--help").out
    for word in ("--temperature", "0.01 to 2", "--begin", "--between", "--steps", "--points"):
        assert word in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--temperature", "9"), "temperature"),
        (("--temperature", "nan"), "temperature"),
        (("--count", "0"), "count"),
        (("--seed", "-1"), "seed"),
        (("--points", "1"), "points"),
        (("--steps", "1"), "steps"),
        (("--like", "nobody"), "no pen draws like nobody"),
        (("--between", "half.svg", "half.svg", "--begin", "half.svg"), "choose one"),
        (("--between", "half.svg", "half.svg", "--count", "3"), "leave out the count"),
    ],
)
def test_what_cannot_be_is_one_line(
    impasto: Any,
    run: Path,
    half: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = impasto("create", "draw", "--like", run, *words, "-o", "out.svg")
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.line
    assert not Path("out.svg").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<svg/>",
        "<svg>" + "<g>" * 300_000,
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        '<svg><polyline points="0,0 NaN,4"/></svg>',
        '<svg><path d="M0 0L1e400 4"/></svg>',
        '<svg><image href="http://example.org/x.png"/></svg>',
    ],
)
def test_a_bad_svg_is_one_line(impasto: Any, run: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.svg").write_text(text)
    words = ("--begin", tmp_path / "bad.svg", "-o", tmp_path / "out.svg")
    outcome = impasto("create", "draw", "--like", run, *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert "bad.svg" in outcome.line
    assert not (tmp_path / "out.svg").exists()


def test_ctrl_c_keeps_what_is_finished(
    impasto: Any, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.cli import create_draw

    class Pressed(create_draw.Stoppable):
        def __call__(self, step: Any) -> bool:
            if step.done == 5:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
            return super().__call__(step)

    monkeypatch.setattr(create_draw, "Stoppable", Pressed)
    out = tmp_path / "out.svg"
    outcome = impasto("create", "draw", "--like", run, "--count", 50, "-o", out)
    assert outcome.code == 130
    assert out.read_text().count("<g ") == 5
