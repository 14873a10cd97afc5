"""From file to files, and again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from impasto.creation.patches.files import like_files
from impasto.creation.patches.like import create_like
from impasto.creation.patches.settings import LikeSettings
from impasto.errors import ImpastoError, OutputError, PictureError, RecipeError, SettingsError
from impasto.jobs.again import again
from impasto.jobs.saving import Saving
from impasto.picture import Picture, Recipe, read, read_recipe, write


def test_a_file_for_one_and_a_folder_for_several(painting: Path, tmp_path: Path) -> None:
    one = like_files(painting, tmp_path / "one.png", seed=7)
    assert one == [tmp_path / "one.png"]
    several = like_files(painting, tmp_path / "out", count=2, seed=7)
    assert [path.name for path in several] == ["painting-like-7.png", "painting-like-8.png"]
    assert torch.equal(read(one[0]).pixels, read(several[0]).pixels)
    assert [read_recipe(path).seed for path in several] == [7, 8]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [p.name for p in several]


def test_one_picture_into_a_folder(painting: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    made = like_files(painting, tmp_path / "out", seed=3)
    assert made == [tmp_path / "out" / "painting-like-3.png"]


def test_what_is_written_is_what_python_makes(painting: Path, tmp_path: Path) -> None:
    settings = LikeSettings(size=(40, 30), tileable=True, freedom=0.5)
    made = like_files(painting, tmp_path / "out.png", settings=settings, seed=5)[0]
    wanted = create_like(painting, size=(40, 30), tileable=True, freedom=0.5, seed=5)[0]
    assert (read(made).pixels - wanted.pixels).abs().max() <= 0.5 / 255 + 1e-6
    assert read_recipe(made) == wanted.recipe


def test_a_sheet_of_all(painting: Path, tmp_path: Path) -> None:
    like_files(painting, tmp_path / "out", count=2, sheet=tmp_path / "sheet.png")
    assert read(tmp_path / "sheet.png").size[0] > 3 * 64


def test_a_sheet_in_the_folder_that_is_made(painting: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "out" / "sheet.png"
    made = like_files(painting, tmp_path / "out", count=2, sheet=sheet)
    assert sorted((tmp_path / "out").iterdir()) == [*made, sheet]


@pytest.mark.parametrize("force", [False, True])
def test_a_sheet_never_replaces_a_picture(painting: Path, tmp_path: Path, force: bool) -> None:
    told: list[object] = []
    for output, count, sheet in (
        ("one.png", 1, "one.png"),
        ("out", 2, "out/painting-like-1.png"),
    ):
        with pytest.raises(OutputError, match="is where the pictures go"):
            like_files(
                painting,
                tmp_path / output,
                count=count,
                sheet=tmp_path / sheet,
                saving=Saving(force=force),
                on_step=told.append,
            )
    assert told == []
    assert list(tmp_path.iterdir()) == [painting]


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_sheet_again(painting: Path, second: Path, tmp_path: Path, ending: str) -> None:
    """The same in every pixel, whatever was lost in the files of its pictures."""
    settings, sheet = LikeSettings(size=(50, 30), patch=5), tmp_path / "sheet.png"
    output = tmp_path / f"out.{ending}"
    like_files(painting, output, other=second, settings=settings, seed=3, sheet=sheet)
    same = again(sheet, tmp_path / "same.png")
    assert torch.equal(read(sheet).pixels, read(same).pixels)
    assert read_recipe(sheet) == read_recipe(same)


def test_a_sheet_of_several_again(tmp_path: Path) -> None:
    """Larger than a cell, and stopped before the last."""
    source = write(Picture.from_tensor(torch.rand(1, 3, 20, 30)), tmp_path / "source.png")
    sheet = tmp_path / "sheet.png"
    made = like_files(
        source,
        tmp_path / "out",
        settings=LikeSettings(size=(400, 12)),
        count=3,
        seed=7,
        sheet=sheet,
        on_step=lambda step: 3 * step.done == 2 * step.total,
    )
    assert len(made) == 2
    assert (read_recipe(sheet).seed, read_recipe(sheet).settings["count"]) == (7, 2)
    same = again(sheet, tmp_path / "same.png")
    assert torch.equal(read(sheet).pixels, read(same).pixels)
    with pytest.raises(OutputError, match="is an input"):
        again(sheet, source, saving=Saving(force=True))
    with pytest.raises(OutputError, match="stopped"):
        again(sheet, tmp_path / "third.png", on_step=lambda step: True)
    assert not (tmp_path / "third.png").exists()


def test_the_recipe_of_a_sheet_is_checked(painting: Path, tmp_path: Path) -> None:
    like_files(painting, tmp_path / "out.png", sheet=tmp_path / "sheet.png")
    sheet = read(tmp_path / "sheet.png")
    good = read_recipe(tmp_path / "sheet.png")
    without = {name: value for name, value in good.settings.items() if name != "count"}
    for changes in (
        {"settings": without},
        *({"settings": {**good.settings, "count": count}} for count in (0, 401, "2", 1.5)),
        {"settings": {**good.settings, "command": "rm"}},
        {"settings": {**good.settings, "others": [{}]}},
        {"seed": 2**63 - 1},
        {"seed": None},
    ):
        hostile = replace(sheet, recipe=good.model_copy(update=changes))
        path = write(hostile, tmp_path / "hostile.png", force=True)
        with pytest.raises(ImpastoError) as caught:
            again(path, tmp_path / "made.png")
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "made.png").exists()


@pytest.mark.parametrize("wrong", [{"count": 0}, {"seed": -1}])
def test_what_cannot_be_is_refused(painting: Path, tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=f"{next(iter(wrong))}: expected a whole number"):
        like_files(painting, tmp_path / "out", **wrong)
    assert list(tmp_path.iterdir()) == [painting]


def test_a_format_that_is_too_small_is_refused_before_the_work(
    painting: Path, tmp_path: Path
) -> None:
    told: list[object] = []
    settings = LikeSettings(size=(16_384, 3))
    with pytest.raises(OutputError, match="WebP holds"):
        like_files(painting, tmp_path / "o.webp", settings=settings, on_begin=told.append)
    assert told == []


def test_a_stop_keeps_what_is_finished(painting: Path, tmp_path: Path) -> None:
    made = like_files(
        painting, tmp_path / "out", count=4, on_step=lambda step: step.done > step.total * 0.6
    )
    assert [path.name for path in made] == ["painting-like-0.png", "painting-like-1.png"]
    assert sorted((tmp_path / "out").iterdir()) == made


def test_the_same_in_every_pixel(painting: Path, tmp_path: Path) -> None:
    settings = LikeSettings(size=(50, 30), patch=5)
    made = like_files(painting, tmp_path / "out.png", settings=settings, seed=11)[0]
    same = again(made, tmp_path / "same.png")
    assert torch.equal(read(made).pixels, read(same).pixels)
    assert read_recipe(made) == read_recipe(same)


def test_a_collage_again(painting: Path, second: Path, tmp_path: Path) -> None:
    made = like_files(painting, tmp_path / "out.png", other=second)[0]
    same = again(made, tmp_path / "same.png")
    assert torch.equal(read(made).pixels, read(same).pixels)
    (tmp_path / "else").mkdir()
    second.rename(tmp_path / "else" / "second.png")
    with pytest.raises(RecipeError, match="--masks"):
        again(made, tmp_path / "third.png")
    third = again(made, tmp_path / "third.png", masks=tmp_path / "else")
    assert torch.equal(read(made).pixels, read(third).pixels)


def test_a_source_that_moved_or_changed(painting: Path, tmp_path: Path) -> None:
    made = like_files(painting, tmp_path / "out.png")[0]
    moved = painting.rename(tmp_path / "moved.png")
    with pytest.raises(RecipeError, match="--content"):
        again(made, tmp_path / "same.png")
    assert again(made, tmp_path / "same.png", content=moved).exists()
    write(Picture.from_tensor(torch.rand(1, 3, 9, 9)), moved, force=True)
    with pytest.raises(RecipeError, match="not the file"):
        again(made, tmp_path / "other.png", content=moved)


def test_stopped_again_writes_nothing(painting: Path, tmp_path: Path) -> None:
    made = like_files(painting, tmp_path / "out.png")[0]
    with pytest.raises(OutputError, match="stopped"):
        again(made, tmp_path / "same.png", on_step=lambda step: True)
    assert not (tmp_path / "same.png").exists()


def test_what_is_there_stays(painting: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    taken = tmp_path / "out" / "painting-like-1.png"
    taken.write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        like_files(painting, tmp_path / "out", count=2)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [taken.name]
    like_files(painting, tmp_path / "out", count=2, saving=Saving(force=True))
    assert read(taken).size == (64, 48)
    for target in (painting, tmp_path / "no" / "out.png"):
        with pytest.raises(OutputError):
            like_files(painting, target, saving=Saving(force=True))
    with pytest.raises(OutputError, match="is one file; name a folder"):
        like_files(painting, painting, count=2)


def test_a_limit_holds(painting: Path, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="--max-pixels"):
        like_files(painting, tmp_path / "out.png", max_pixels=100)


def test_it_is_said_beforehand_how_long_it_takes(painting: Path, tmp_path: Path) -> None:
    said: list[float] = []
    like_files(painting, tmp_path / "out", count=2, on_begin=said.append)
    like_files(painting, tmp_path / "one.png", on_begin=said.append)
    assert said[0] == pytest.approx(2 * said[1])
    assert said[1] > 0


def test_hostile_recipes_are_refused_with_a_line(painting: Path, tmp_path: Path) -> None:
    good = create_like(painting)[0].recipe
    secret = write(Picture.from_tensor(torch.rand(1, 3, 8, 8)), tmp_path / "secret.png")
    for changes in (
        {"verb": "delete"},
        {"settings": {**good.settings, "freedom": 1e9}},
        {"settings": {**good.settings, "size": [10**9, 10**9]}},
        {"settings": {**good.settings, "size": [16_384, 16_384], "patch": 2}},
        {"settings": {**good.settings, "command": "rm"}},
        {"settings": {**good.settings, "others": "x"}},
        {"settings": {**good.settings, "others": [{}]}},
        {"settings": {**good.settings, "others": [{"name": "secret.png"}]}},
        {"settings": {**good.settings, "others": [{"name": "../secret.png", "sha256": "0" * 64}]}},
        {"settings": {**good.settings, "others": [{"name": "secret.png", "sha256": "0" * 64}]}},
        {"settings": {**good.settings, "others": [{}, {}]}},
        {"content": None},
        {"content": good.content.model_copy(update={"name": secret.name})},
        {"seed": None},
        {"finished": False},
    ):
        picture = replace(Picture.from_tensor(torch.rand(3, 48, 64)), recipe=None)
        hostile = replace(picture, recipe=good.model_copy(update=changes))
        path = write(hostile, tmp_path / "hostile.png", force=True)
        with pytest.raises(ImpastoError) as caught:
            again(path, tmp_path / "made.png")
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "made.png").exists()


def test_names_in_a_recipe_are_bare(painting: Path) -> None:
    good = json.loads(create_like(painting)[0].recipe.to_json())
    for name in ("../secret.png", "/etc/passwd", "<script>"):
        good["settings"]["others"] = [{"name": name, "sha256": "0" * 64}]
        with pytest.raises(RecipeError):
            Recipe.parse(json.dumps(good))


def test_a_picture_in_memory_is_not_repeated(small: torch.Tensor, tmp_path: Path) -> None:
    made = create_like(Picture.from_tensor(small))[0]
    with pytest.raises(RecipeError, match="in memory"):
        again(write(made, tmp_path / "out.png"), tmp_path / "same.png")
