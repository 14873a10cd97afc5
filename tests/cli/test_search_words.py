"""The command `search --text`: by words, with a model that lies on this computer."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from smallclip import WORDS, save

MISSING = not all(map(importlib.util.find_spec, ("transformers", "huggingface_hub")))
needed = pytest.mark.skipif(MISSING, reason="needs transformers, which is not installed")


@pytest.fixture
def museum(tmp_path: Path, impasto: Any) -> Path:
    """A collection of a picture of each color."""
    folder = tmp_path / "museum"
    folder.mkdir()
    for word in WORDS:
        Image.new("RGB", (40, 30), word).save(folder / f"{word}.png")
    assert impasto("collection", "add", "museum", folder).code == 0
    return folder


@needed
def test_by_words(impasto: Any, museum: Path, tmp_path: Path) -> None:
    model = save(tmp_path / "model", steps=40)
    asked = ("search", "museum", "--text", "navy", "--model", model)
    found = impasto(*asked)
    assert (found.code, found.err) == (0, "")
    first, *_, last = found.out.splitlines()
    assert first.rstrip().endswith("navy.png")
    assert float(first.split()[0]) <= 1
    assert last == "3 shown; 3 works"
    rows = json.loads(impasto(*asked, "--format", "json").out)
    assert Path(rows[0]["path"]).name == "navy.png"
    (museum / "red.png").unlink()
    sheet = impasto(*asked, "--output", tmp_path / "sheet.png")
    assert (sheet.code, (tmp_path / "sheet.png").exists()) == (0, True)


@needed
def test_a_work_that_can_not_be_looked_at(impasto: Any, museum: Path, tmp_path: Path) -> None:
    model = save(tmp_path / "model")
    (museum / "red.png").unlink()
    found = impasto("search", "museum", "--text", "red", "--model", model)
    assert found.code == 0
    assert found.line == (
        "impasto: 1 work couldn't be looked at; impasto collection check says what changed"
    )


def test_without_the_extra_or_the_model(
    impasto: Any, museum: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not MISSING:
        absent = impasto("search", "museum", "--text", "red", "--model", "nobody/no-such")
        assert absent.code == 1
        assert "fetch it once from huggingface.co: hf download nobody/no-such" in absent.line
        monkeypatch.setitem(sys.modules, "transformers", None)
    found = impasto("search", "museum", "--text", "a storm at sea")
    assert found.code == 1
    assert found.line.endswith("needs the extra hub; install it: pip install 'impasto[hub]'")
    assert impasto("search", "museum", "--model", "x").code == 2
