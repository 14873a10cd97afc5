"""Which file each picture becomes."""

from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.jobs.series import Series, series


def test_a_file_for_one_and_a_folder_else(tmp_path: Path) -> None:
    assert series(tmp_path / "x.png", "sea", [7]) == Series((tmp_path / "x.png",))
    several = series(tmp_path / "x.png", "sea", [7, 8])
    assert several.folder == tmp_path / "x.png"
    assert [path.name for path in several.targets] == ["sea-7.png", "sea-8.png"]
    assert series(tmp_path, "sea", [7]).targets == (tmp_path / "sea-7.png",)
    assert series(tmp_path / "new", "sea", [7]).folder == tmp_path / "new"


def test_what_cannot_be_is_said_beforehand(tmp_path: Path) -> None:
    series(tmp_path / "new", "sea", [7]).check(force=False)
    (tmp_path / "sea-8.png").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        series(tmp_path, "sea", [7, 8]).check(force=False)
    series(tmp_path, "sea", [7, 8]).check(force=True)
    with pytest.raises(OutputError, match="is an input"):
        series(tmp_path, "sea", [8]).check(force=True, inputs=[tmp_path / "sea-8.png"])
    with pytest.raises(OutputError, match="is a file; several pictures"):
        series(tmp_path / "sea-8.png", "sea", [1, 2]).check(force=True)
    with pytest.raises(OutputError, match=r"\.png"):
        series(tmp_path / "x.gif", "sea", [1]).check(force=True)


def test_the_folder_is_held(tmp_path: Path) -> None:
    several = series(tmp_path / "new", "sea", [7, 8])
    with several.held(), pytest.raises(OutputError), several.held():
        pass
    with Series((tmp_path / "x.png",)).held():
        assert not (tmp_path / "x.png").exists()
