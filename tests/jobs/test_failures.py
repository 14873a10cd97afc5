"""The table of what failed."""

import csv
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.jobs.failures import check_table, save_failures
from impasto.jobs.items import Failure


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_paths_and_reasons(tmp_path: Path) -> None:
    failures = [Failure(Path("a, b.jpg"), 'it is "broken"'), Failure(Path("波.jpg"), "empty")]
    path = save_failures(failures, tmp_path / "failed.csv")
    assert path is not None
    assert rows(path) == [
        ["path", "reason"],
        ["a, b.jpg", 'it is "broken"'],
        ["波.jpg", "empty"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_formulas_are_text(tmp_path: Path, start: str) -> None:
    cell = f"{start}cmd|' /C calc'!A1"
    path = save_failures([Failure(Path(cell), cell)], tmp_path / "failed.csv")
    assert path is not None
    assert all(value.startswith("'") for value in rows(path)[1])


def test_names_that_are_no_text(tmp_path: Path) -> None:
    path = save_failures([Failure(Path("\udcff.jpg"), "broken")], tmp_path / "failed.csv")
    assert path is not None
    assert rows(path)[1][0] == "\\udcff.jpg"


def test_nothing_failed_takes_the_old_table_away(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    assert save_failures([], path) is None
    save_failures([Failure(Path("a.jpg"), "broken")], path)
    save_failures([Failure(Path("b.jpg"), "broken")], path)
    assert len(rows(path)) == 2
    assert save_failures([], path) is None
    assert not path.exists()


def test_somebody_elses_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    path.write_text("my,own\n")
    with pytest.raises(OutputError, match="stays"):
        save_failures([Failure(Path("a.jpg"), "broken")], path)
    assert path.read_text() == "my,own\n"


def test_a_table_in_the_way_is_noticed_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    check_table(path)
    save_failures([Failure(Path("a.jpg"), "broken")], path)
    check_table(path)
    path.write_text("my,own\n")
    with pytest.raises(OutputError, match="move it away"):
        check_table(path)
