"""The command `sweep`."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image


def test_every_setting_is_on_the_sheet(impasto: Any, small: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    words = ("--style", "great-wave", "--strength", "0.5,1", "--stroke", "1", "--keep-colours")
    outcome = impasto("sweep", small, *words, "no,yes", "-o", sheet)
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{sheet}\n", "")
    with Image.open(sheet) as page:
        assert page.width > 2 * 32
        assert page.height > 2 * 24


@pytest.mark.parametrize("words", [("--strength", "0,2"), ("--stroke", "0.1")])
def test_values_out_of_range(
    impasto: Any, small: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    outcome = impasto("sweep", small, "--style", "great-wave", *words, "-o", tmp_path / "o.png")
    assert outcome.code == 2
    assert words[0].strip("-") in outcome.line


def test_a_strange_ending_is_refused_before_any_work(impasto: Any, tmp_path: Path) -> None:
    words = ("--style", "great-wave", "-o", tmp_path / "sheet.xyz")
    outcome = impasto("sweep", tmp_path / "missing.png", *words)
    assert (outcome.code, ".png" in outcome.line) == (1, True)
