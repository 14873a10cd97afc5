"""The commands `create texture` and `create grow`."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.creation.texture import teaching


@pytest.fixture(autouse=True)
def _short_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fields show early what was learned."""
    monkeypatch.setattr(teaching, "TRIALS", (4, 8))


@pytest.fixture
def picture(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    return draw(tmp_path / "weave.png", size=(48, 40))


@pytest.fixture
def learned(impasto: Any, picture: Path, tmp_path: Path) -> Path:
    out = tmp_path / "weave.texture"
    outcome = impasto("create", "texture", picture, "--size", 64, "--turns", 2, "-o", out)
    assert (outcome.code, outcome.out.strip(), outcome.err) == (0, str(out), "")
    return out


def test_learned_and_grown_as_in_python(
    impasto: Any, picture: Path, learned: Path, tmp_path: Path
) -> None:
    from impasto.creation.texture.grow import create_grow
    from impasto.creation.texture.learn import create_texture
    from impasto.creation.texture.texture import load_texture
    from impasto.picture import read

    assert create_texture(picture, size=64, turns=2).sha256 == load_texture(learned).sha256
    out = tmp_path / "out.png"
    words = ("--size", "40x24", "--steps", 3, "--seed", 4)
    assert impasto("create", "grow", learned, *words, "-o", out).code == 0
    made = create_grow(learned, size=(40, 24), steps=3, seed=4)
    assert (read(out).pixels - made.pixels).abs().max() <= 0.5 / 255 + 1e-3
    said = impasto("inspect", out).out
    for word in ("create-grow", "weave.texture", "steps", "trainedAlgorithmicMedia", "seed"):
        assert word in said


def test_an_animation(impasto: Any, learned: Path, tmp_path: Path) -> None:
    out = tmp_path / "growth.gif"
    words = ("--size", "32x32", "--steps", 4, "--frames", 3)
    outcome = impasto("create", "grow", learned, *words, "-o", out)
    assert (outcome.code, outcome.out.strip()) == (0, str(out))
    assert out.read_bytes().startswith(b"GIF89a")


def test_onnx_without_its_extra(
    impasto: Any, learned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.creation.texture import export

    monkeypatch.setattr(export, "NEEDED", ("no_such_package",))
    outcome = impasto("create", "grow", learned, "--onnx", tmp_path / "weave.onnx")
    assert "impasto[export]" in outcome.line
    assert (outcome.code, list(tmp_path.glob("*.onnx"))) == (2, [])


def test_help_comes_from_the_records(impasto: Any) -> None:
    said = joined(impasto("create", "grow", "--help").out)
    for word in ("--size", "2048x1024", "--steps", "1 to 1", "--onnx", "512x512"):
        assert word in said
    said = joined(impasto("create", "texture", "--help").out)
    for word in ("--size", "64 to 256", "--turns", "--seed"):
        assert word in said


def joined(text: str) -> str:
    """Undo the frame and the breaks of a help page."""
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--size", "big"), "such as 1024x512"),
        (("--size", "5x50"), "16 to 16,384"),
        (("--steps", "0"), "steps"),
        (("--seed", "-1"), "seed"),
        (("--frames", "1"), "frames"),
    ],
)
def test_what_cannot_be_is_one_line(
    impasto: Any, learned: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    outcome = impasto("create", "grow", learned, *words, "-o", tmp_path / "out.png")
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.line
    assert not (tmp_path / "out.png").exists()


def test_nowhere_to_write(impasto: Any, learned: Path) -> None:
    outcome = impasto("create", "grow", learned)
    assert outcome.code == 2
    assert "--output" in outcome.line


def test_a_picture_is_no_texture(impasto: Any, picture: Path, tmp_path: Path) -> None:
    outcome = impasto("create", "grow", picture, "-o", tmp_path / "out.png")
    assert outcome.code == 1
    assert "can't be read as a texture" in outcome.line


def test_ctrl_c_keeps_the_best(
    impasto: Any, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.cli import create_texture
    from impasto.creation.texture.texture import load_texture

    class Pressed(create_texture.Stoppable):
        def __call__(self, step: Any) -> bool:
            if step.done == 2 and not self.asked:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
            return super().__call__(step)

    monkeypatch.setattr(create_texture, "Stoppable", Pressed)
    out = tmp_path / "a.texture"
    outcome = impasto("create", "texture", picture, "--size", 64, "--turns", 50, "-o", out)
    assert (outcome.code, outcome.out.strip()) == (130, str(out))
    assert load_texture(out).facts.turns_taken == 2


def test_what_takes_long_is_said_beforehand(
    impasto: Any, learned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from impasto.cli import create_grow

    monkeypatch.setattr(create_grow, "LONG", 0.0)
    words = ("--size", "32x32", "--steps", 2, "-o", tmp_path / "o.png")
    assert "Ctrl-C keeps" in impasto("create", "grow", learned, *words).err
