"""What becomes what in a folder, and what is refused before anything is painted."""

import errno
import os
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import OutputError, PictureError, SettingsError
from impasto.jobs.outputs import FOREIGN, READABLE, WRITABLE, find_pictures, plan_folder
from impasto.picture import Picture, write


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def found(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_pictures(folder)]


def planned(folder: Path, output: Path, **options: object) -> dict[str, str]:
    plan = plan_folder(folder, output, **options)  # type: ignore[arg-type]
    return {
        i.input.relative_to(folder).as_posix(): i.output.relative_to(output).as_posix()
        for i in plan.todo
    }


def test_pictures_are_found_below_and_in_order(photos: Path) -> None:
    fill(photos, "b.JPG", "a.png", "sub/deep/c.webp", "notes.txt", "d.gif", "e.tiff", "f.bmp")
    assert found(photos) == ["a.png", "b.JPG", "d.gif", "e.tiff", "f.bmp", "sub/deep/c.webp"]


def test_hidden_ones_are_passed_over(photos: Path) -> None:
    fill(photos, "a.png", ".b.png", ".trash/c.png", "._a.png")
    assert found(photos) == ["a.png"]


def test_phone_pictures_are_not_passed_over(photos: Path) -> None:
    fill(photos, "a.png", "b.HEIC")
    assert found(photos) == ["a.png", "b.HEIC"]


def test_links_in_circles_end(photos: Path) -> None:
    fill(photos, "a.png", "sub/b.png")
    (photos / "sub" / "up").symlink_to(photos, target_is_directory=True)
    (photos / "again").symlink_to(photos / "sub", target_is_directory=True)
    assert sorted(Path(name).name for name in found(photos)) == ["a.png", "b.png"]


def test_linked_pictures_count(photos: Path, tmp_path: Path) -> None:
    fill(tmp_path, "elsewhere/a.png")
    photos.mkdir()
    (photos / "here").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (photos / "b.png").symlink_to(tmp_path / "elsewhere" / "a.png")
    assert found(photos) == ["b.png", "here/a.png"]


def test_outputs_keep_folder_and_ending(photos: Path, tmp_path: Path) -> None:
    fill(photos, "a.JPG", "sub/b.gif", "c.v2.png")
    wanted = {"a.JPG": "a.JPG", "c.v2.png": "c.v2.png", "sub/b.gif": "sub/b.png"}
    assert planned(photos, tmp_path / "out") == wanted


def test_outputs_take_the_ending_named(photos: Path, tmp_path: Path) -> None:
    fill(photos, "a.jpg", "sub/b.gif")
    wanted = {"a.jpg": "a.webp", "sub/b.gif": "sub/b.webp"}
    assert planned(photos, tmp_path / "out", suffix=".webp") == wanted


@pytest.mark.parametrize("suffix", [".exe", "png", "", "/../x.png"])
def test_a_strange_ending_is_refused(photos: Path, tmp_path: Path, suffix: str) -> None:
    fill(photos, "a.jpg")
    with pytest.raises(SettingsError, match=r"use one of .*\.png"):
        plan_folder(photos, tmp_path / "out", suffix=suffix)


@pytest.mark.parametrize(
    ("names", "suffix"),
    [(("a.jpg", "a.png"), ".png"), (("a.gif", "a.bmp"), None), (("A.png", "a.png"), None)],
)
def test_two_inputs_never_share_an_output(
    photos: Path, tmp_path: Path, names: tuple[str, str], suffix: str | None
) -> None:
    fill(photos, *names)
    with pytest.raises(OutputError, match=r"would both become .*; rename one"):
        plan_folder(photos, tmp_path / "out", suffix=suffix)


def test_neighbors_keep_their_endings(photos: Path, tmp_path: Path) -> None:
    fill(photos, "a.jpg", "a.png")
    assert planned(photos, tmp_path / "out") == {"a.jpg": "a.jpg", "a.png": "a.png"}


def test_existing_outputs_are_refused_skipped_or_replaced(photos: Path, tmp_path: Path) -> None:
    fill(photos, "a.png", "b.png", "c.png")
    fill(tmp_path / "out", "a.png", "b.png")
    with pytest.raises(OutputError, match=r"a\.png and 1 more exist already; --resume"):
        plan_folder(photos, tmp_path / "out")
    resumed = plan_folder(photos, tmp_path / "out", resume=True)
    assert [i.input.name for i in resumed.todo] == ["c.png"]
    assert [i.input.name for i in resumed.skipped] == ["a.png", "b.png"]
    assert len(plan_folder(photos, tmp_path / "out", force=True).todo) == 3


@pytest.mark.parametrize("output", ["photos", "photos/out", "photos/../photos", "alias/out"])
def test_outputs_never_lie_among_inputs(photos: Path, tmp_path: Path, output: str) -> None:
    fill(photos, "a.png")
    (tmp_path / "alias").symlink_to(photos, target_is_directory=True)
    with pytest.raises(OutputError, match="choose an output folder outside"):
        plan_folder(photos, tmp_path / output, force=True)


def test_inputs_may_lie_below_the_outputs(tmp_path: Path) -> None:
    fill(tmp_path / "out" / "photos", "a.png")
    assert planned(tmp_path / "out" / "photos", tmp_path / "out") == {"a.png": "a.png"}
    fill(tmp_path / "out" / "photos", "photos/a.png")
    with pytest.raises(OutputError, match="among the pictures to paint"):
        plan_folder(tmp_path / "out" / "photos", tmp_path / "out")


def test_a_folder_without_pictures_is_refused(photos: Path, tmp_path: Path) -> None:
    fill(photos, "notes.txt")
    with pytest.raises(PictureError, match="holds no pictures"):
        plan_folder(photos, tmp_path / "out")


def test_a_missing_folder_is_refused(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="can't be listed"):
        plan_folder(photos, tmp_path / "out")


def test_a_locked_subfolder_is_listed_and_the_rest_is_done(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(photos, "a.png", "locked/b.png")
    scan = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "locked":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root, who runs the tests in CI, may read it all
    plan = plan_folder(photos, tmp_path / "out")
    assert [i.input.name for i in plan.todo] == ["a.png"]
    assert [(f.path.name, f.reason) for f in plan.failed] == [
        ("locked", "can't be listed (Permission denied)")
    ]


name = st.text("aAbé\u0301.", min_size=1, max_size=4).map(lambda stem: f"x{stem}.png")


@settings(max_examples=30, deadline=None)
@given(st.sets(name, min_size=1, max_size=6))
def test_outputs_are_never_shared(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    fill(folder / "in", *names)
    try:
        plan = plan_folder(folder / "in", folder / "out")
    except OutputError:
        return
    assert len({str(i.output).casefold() for i in plan.todo}) == len(names)


@pytest.mark.parametrize("suffix", sorted(READABLE | FOREIGN))
def test_what_can_be_written_is_what_pictures_write(suffix: str, tmp_path: Path) -> None:
    picture = Picture.from_tensor(torch.rand(1, 3, 4, 4))
    try:
        written = bool(write(picture, tmp_path / f"a{suffix}"))
    except OutputError:
        written = False
    assert written == (suffix in WRITABLE)
