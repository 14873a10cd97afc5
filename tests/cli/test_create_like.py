"""The command `create like`."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def picture(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    return draw(tmp_path / "painting.png", size=(48, 40))


def test_variations_go_into_a_folder(impasto: Any, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--size", "56x32", "--count", 2, "--seed", 7, "-o", out)
    outcome = impasto("create", "like", picture, *words)
    files = [out / "painting-like-7.png", out / "painting-like-8.png"]
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [str(path) for path in files]


def test_it_is_what_python_makes(
    impasto: Any, picture: Path, painting: Path, tmp_path: Path, pixels: Any
) -> None:
    from impasto.creation.patches.like import create_like

    out = tmp_path / "out.png"
    words = ("--freedom", "0.5", "--patch", "5", "--tileable", "--with", painting, "--seed", "2")
    assert impasto("create", "like", picture, *words, "-o", out).code == 0
    made = create_like(picture, other=painting, freedom=0.5, patch=5, tileable=True, seed=2)[0]
    wanted = made.pixels[0].permute(1, 2, 0).mul(255).numpy()
    assert np.abs(pixels(out) - wanted).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("name", ["v1.5", "v1.b/", "new"])
def test_one_picture_goes_into_a_folder(
    impasto: Any, picture: Path, tmp_path: Path, name: str
) -> None:
    outcome = impasto("create", "like", picture, "-o", f"{tmp_path}/{name}")
    assert outcome.out.split() == [str(tmp_path / name / "painting-like-0.png")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "out.jgp"), "/ for a folder, got .jgp"),
        (("-o", "out.png", "--count", "3"), "name a folder: 3 pictures go into one"),
        (("-o", "out.png", "--sheet", "out.png"), "out.png is where the pictures go"),
        (("-o", "out.png", "--sheet", "./out.png", "--force"), "is where the pictures go"),
        (("-o", "out.png", "--sheet", "new/sheet.png"), "make it first"),
        (("-o", "out", "--count", "500", "--sheet", "sheet.png"), "at most 400 pictures"),
    ],
)
def test_names_that_cannot_be_are_refused_before_the_work(
    impasto: Any,
    picture: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = impasto("create", "like", picture, *words)
    assert outcome.code
    assert outcome.out == ""
    assert message in outcome.line
    assert list(tmp_path.iterdir()) == [picture]


def test_a_sheet_in_the_new_folder_and_again(impasto: Any, picture: Path, tmp_path: Path) -> None:
    sheet, same = tmp_path / "out" / "sheet.png", tmp_path / "same.png"
    words = ("--count", 2, "--sheet", sheet, "-o", tmp_path / "out")
    assert impasto("create", "like", picture, *words).out.splitlines()[-1] == str(sheet)
    assert impasto("again", sheet, "--content", picture, "-o", same).code == 0
    assert same.read_bytes() == sheet.read_bytes()


def test_a_sheet_and_how_it_was_made(impasto: Any, picture: Path, tmp_path: Path) -> None:
    words = ("--count", 2, "--sheet", tmp_path / "sheet.png", "-o", tmp_path / "out")
    outcome = impasto("create", "like", picture, *words)
    assert outcome.out.splitlines()[-1] == str(tmp_path / "sheet.png")
    said = impasto("inspect", tmp_path / "out" / "painting-like-1.png").out
    for word in ("create-like", "painting.png", "freedom", "trainedAlgorithmicMedia", "seed"):
        assert word in said


def test_help_comes_from_the_record(impasto: Any) -> None:
    said = impasto("create", "like", "--help").out
    for word in ("--freedom", "0 to 1", "--tileable", "--with", "--count", "1024x512"):
        assert word in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--size", "big"), "1024x512"),
        (("--size", "0x5"), "1 to 16,384"),
        (("--freedom", "2"), "freedom"),
        (("--patch", "6"), "odd"),
        (("--patch", "99"), "patch"),
        (("--count", "0"), "count"),
        (("--seed", "-1"), "seed"),
    ],
)
def test_what_cannot_be_is_one_line(
    impasto: Any, picture: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    outcome = impasto("create", "like", picture, *words, "-o", tmp_path / "out.png")
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.line
    assert not (tmp_path / "out.png").exists()


def test_too_large_for_the_memory(
    impasto: Any, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.jobs import memory

    monkeypatch.setattr(memory, "installed", lambda: 2_000_000_000)
    words = ("--size", "16000x16000", "-o", tmp_path / "out.png")
    outcome = impasto("create", "like", picture, *words)
    assert outcome.code == 2
    assert "GB of memory" in outcome.line


def test_an_existing_file_is_kept_or_replaced(impasto: Any, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    out.write_text("mine")
    refused = impasto("create", "like", picture, "-o", out)
    assert (refused.code, out.read_text()) == (1, "mine")
    assert "--force" in refused.line
    assert impasto("create", "like", picture, "-o", out, "--force").code == 0
    assert out.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "content"), [("no.jpg", None), ("text.jpg", b"hello")])
def test_a_bad_picture_is_one_line(
    impasto: Any, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    outcome = impasto("create", "like", path, "-o", tmp_path / "out")
    assert (outcome.code, outcome.out) == (1, "")
    assert name in outcome.line
    assert not (tmp_path / "out").exists()


def test_what_takes_long_is_said_beforehand(
    impasto: Any, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.cli import create_like

    monkeypatch.setattr(create_like, "LONG", 0.0)
    assert "Ctrl-C keeps" in impasto("create", "like", picture, "-o", tmp_path / "o.png").err


def test_ctrl_c_keeps_what_is_finished(
    impasto: Any, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.cli import create_like

    class Pressed(create_like.Stoppable):
        def __call__(self, step: Any) -> bool:
            if step.done > 0.4 * step.total and not self.asked:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
            return super().__call__(step)

    monkeypatch.setattr(create_like, "Stoppable", Pressed)
    out = tmp_path / "out"
    outcome = impasto("create", "like", picture, "--count", 3, "-o", out)
    assert outcome.code == 130
    assert outcome.out.splitlines() == [str(out / "painting-like-0.png")]
    assert [path.name for path in out.iterdir()] == ["painting-like-0.png"]
    assert "kept" in outcome.line
