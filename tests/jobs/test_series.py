"""Which file each picture becomes."""

from pathlib import Path

import pytest

from impasto.errors import OutputError, SettingsError
from impasto.jobs.series import SHEET_MOST, Series, series


def test_a_file_for_one_and_a_folder_else(tmp_path: Path) -> None:
    assert series(tmp_path / "x.png", "sea", [7]) == Series((tmp_path / "x.png",))
    several = series(tmp_path / "x", "sea", [7, 8])
    assert several.folder == tmp_path / "x"
    assert [path.name for path in several.targets] == ["sea-7.png", "sea-8.png"]
    assert series(tmp_path, "sea", [7]).targets == (tmp_path / "sea-7.png",)
    assert series(tmp_path / "new", "sea", [7]).folder == tmp_path / "new"


@pytest.mark.parametrize("name", ["v1.5", "2026.08.01", "vol. 2", "v1.b/", "x.png/", "out."])
@pytest.mark.parametrize("seeds", [[7], [7, 8]])
def test_a_folder_by_its_name(tmp_path: Path, name: str, seeds: list[int]) -> None:
    several = series(f"{tmp_path}/{name}", "sea", seeds)
    assert several.folder == tmp_path / name
    several.check(force=False)


@pytest.mark.parametrize("name", ["x.jgp", "x.gif", "x.mp4", "x.jp2", "v1.b"])
def test_a_mistyped_ending_makes_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"ends in \.jpg, .*\.tiff, / for a folder, got \."):
        series(tmp_path / name, "sea", [7]).check(force=False)


@pytest.mark.parametrize("name", ["x.png", "x.JPG", "x.gif", "x.heic"])
def test_no_folder_is_called_as_a_picture_is(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="is one file; name a folder: 3 pictures go into one"):
        series(tmp_path / name, "sea", [7, 8, 9])
    (tmp_path / name).mkdir()
    assert series(tmp_path / name, "sea", [7, 8, 9]).folder == tmp_path / name


def test_a_sheet_that_would_replace_a_picture(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    for output, sheet in (
        ("x.png", "x.png"),
        ("x.png", "there/../X.png"),
        ("there", "there/sea-7.png"),
        ("there", "link/sea-7.png"),
        ("new", "new/sea-7.png"),
        ("new.png/", "new.png"),
        ("new.png/deep", "new.png"),
    ):
        one = series(f"{tmp_path}/{output}", "sea", [7])
        for force in (False, True):
            with pytest.raises(OutputError, match="where the pictures go; choose another name"):
                one.check_sheet(tmp_path / sheet, 1, force=force)


def test_a_sheet_may_lie_in_a_folder_that_is_made(tmp_path: Path) -> None:
    several = series(tmp_path / "new" / "deep", "sea", [7, 8])
    for name in ("new/deep/sheet.png", "new/sheet.png", "sheet.png"):
        several.check_sheet(tmp_path / name, 2, force=False)
    with pytest.raises(OutputError, match=r"got \.txt"):
        several.check_sheet(tmp_path / "new" / "sheet.txt", 2, force=False)
    for name in ("else/sheet.png", "new/deep/deeper/sheet.png"):
        with pytest.raises(OutputError, match="make it first"):
            several.check_sheet(tmp_path / name, 2, force=False)
    with pytest.raises(OutputError, match="make it first"):
        Series((tmp_path / "x.png",)).check_sheet(tmp_path / "new" / "s.png", 1, force=False)


def test_a_sheet_that_cannot_be(tmp_path: Path) -> None:
    one, taken = series(tmp_path / "x.png", "sea", [7]), tmp_path / "s.png"
    one.check_sheet(taken, SHEET_MOST, force=False)
    with pytest.raises(SettingsError, match="at most 400 pictures, not 1,000"):
        one.check_sheet(taken, 1000, force=False)
    taken.write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        one.check_sheet(taken, 1, force=False)
    with pytest.raises(OutputError, match="is an input"):
        one.check_sheet(taken, 1, force=True, inputs=[taken])


def test_what_cannot_be_is_said_beforehand(tmp_path: Path) -> None:
    series(tmp_path / "new", "sea", [7]).check(force=False)
    (tmp_path / "sea-8.png").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        series(tmp_path, "sea", [7, 8]).check(force=False)
    series(tmp_path, "sea", [7, 8]).check(force=True)
    with pytest.raises(OutputError, match="is an input"):
        series(tmp_path, "sea", [8]).check(force=True, inputs=[tmp_path / "sea-8.png"])
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(OutputError, match="is a file; several pictures"):
        series(tmp_path / "notes", "sea", [1, 2]).check(force=True)
    with pytest.raises(OutputError, match=r"\.png"):
        series(tmp_path / "x.gif", "sea", [1]).check(force=True)


def test_the_folder_is_held(tmp_path: Path) -> None:
    several = series(tmp_path / "new", "sea", [7, 8])
    with several.held(), pytest.raises(OutputError), several.held():
        pass
    with Series((tmp_path / "x.png",)).held():
        assert not (tmp_path / "x.png").exists()
