"""The command `explain`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that tells dark from light."""
    from impasto.learning.settings import TrainSettings
    from impasto.learning.train import train

    folder = tmp_path_factory.mktemp("explain")
    for kind, level in (("dark", 60), ("light", 180)):
        (folder / "works" / kind).mkdir(parents=True)
        for i in range(8):
            pixels = np.random.default_rng(i).integers(level - 30, level + 30, (20, 20, 3))
            Image.fromarray(pixels.astype(np.uint8)).save(folder / "works" / kind / f"{i}.png")
    settings = TrainSettings(size=16, network="cnn", batch=8, iterations=20)
    train(str(folder / "works"), folder / "run", settings=settings)
    return folder / "run"


def test_in_words_with_a_page(impasto: Any, run: Path, small: Path, tmp_path: Path) -> None:
    done = impasto("explain", run, small, "-o", tmp_path / "why.png")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("explained: ")
    assert any(line.startswith("hiding parts of it: ") for line in lines)
    assert any(line.startswith("Grad-CAM: ") for line in lines)
    assert sum(line.startswith("like ") for line in lines) == 5
    assert lines[-1] == str(tmp_path / "why.png")
    with Image.open(tmp_path / "why.png") as page:
        assert page.width > 1000


def test_for_the_next_program(impasto: Any, run: Path, small: Path) -> None:
    done = impasto("explain", run, small, "--json", "--class", "dark")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["label"] == "dark"
    assert set(found["probabilities"]) == {"dark", "light"}
    assert set(found["maps"]) == {"occlusion", "grad-cam"}
    assert found["path"] == str(small)


def test_works_that_were_moved(impasto: Any, run: Path, small: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(run.parent, tmp_path / "moved")
    settings = {"source": "gone", "place": str(tmp_path / "gone")}
    known = json.loads((moved / "run" / "run.json").read_text()) | settings
    (moved / "run" / "run.json").write_text(json.dumps(known))
    lost = impasto("explain", moved / "run", small)
    assert "name its new place with --source" in lost.out
    done = impasto("explain", moved / "run", small, "--source", moved / "works")
    assert (done.code, done.err) == (0, "")
    assert sum(line.startswith("like ") for line in done.out.splitlines()) == 5


def test_names_command_no_terminal(
    impasto: Any, run: Path, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    done = impasto("explain", run, draw(tmp_path / "a\x1b[31m\n\udcff.png"), "--json")
    assert done.code == 0
    assert done.out.count("\n") == 1
    assert done.out[:-1].isprintable()


def test_what_goes_wrong_is_one_line(impasto: Any, run: Path, small: Path, tmp_path: Path) -> None:
    (tmp_path / "there.png").write_text("mine")
    (tmp_path / "bad.png").write_text("no picture")
    for words, code, said in (
        ((run, small, "--class", "mauve"), 2, "no class is called 'mauve'"),
        ((run, small, "-o", tmp_path / "there.png"), 1, "there.png"),
        ((run, small, "-o", tmp_path / "why.txt"), 1, "why.txt"),
        ((run, small, "-o", small, "--force"), 1, "small.png"),
        ((run, tmp_path / "bad.png"), 1, "bad.png"),
        ((run, tmp_path / "none.png"), 1, "none.png"),
        ((tmp_path, small), 1, "is no run"),
    ):
        done = impasto("explain", *words)
        assert done.code == code, words
        assert said in done.line
        assert done.out == ""
    assert (tmp_path / "there.png").read_text() == "mine"
