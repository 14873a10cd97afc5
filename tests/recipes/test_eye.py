"""The recipe of the eye runs for real, on a few small pictures and a teacher that is made up."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from impasto.networks.eye import Eye
from impasto.recipes import eye as recipe_of_eye
from impasto.recipes.eye import (
    NOBODY,
    EyeRecipe,
    Goal,
    Task,
    cross_entropy,
    decode,
    held_out,
    jitter,
    learned,
    numbered,
    run,
    ship,
    teach,
    untold,
    works,
)
from impasto.recipes.teacher import Teacher, Views, center, cut, random_box
from impasto.training.loop import Plan

RECIPE = EyeRecipe(
    plan=Plan(steps=3, warmup=1), sizes=((0, 32), (2, 48)), batch=6, paintings=4, works=2
)


def collection(folder: Path) -> Path:
    """A shared folder as the recipe expects it: 14 photographs and 24 paintings."""
    made = torch.Generator().manual_seed(0)

    def paint(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        color = torch.randint(256, (3,), generator=made).tolist()
        picture = Image.effect_noise((60, 50), 60).convert("RGB")
        Image.blend(picture, Image.new("RGB", (60, 50), tuple(color)), 0.6).save(path)

    for number in range(12):
        paint(folder / "data" / "photos" / "bsds" / f"{number:03}.jpg")
    paint(folder / "data" / "photos" / "coco" / "a.jpg")
    paint(folder / "data" / "photos" / "coco" / "b.jpg")
    paintings = folder / "data" / "paintings"
    rows = [
        (f"{movement}/{artist}_{title}.jpg", movement, artist)
        for artist, movement in (("ann", "Cubism"), ("bob", "Cubism"), ("cyd", "Rococo"))
        for title in range(8)
    ]
    for path, *_ in rows:
        paint(paintings / path)
    with (paintings / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("path", "movement", "artist"), *rows])
    return folder


@pytest.fixture
def shared_folder(tmp_path: Path) -> Path:
    return collection(tmp_path / "shared")


def imagined(self: Teacher, view: torch.Tensor) -> torch.Tensor:
    """What a teacher may see: numbers that follow from the view."""
    return view.float().flatten()[: 3 * 1280].view(-1, 3).mean(1).half() / 64


@pytest.fixture
def taught(shared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Teacher, "__call__", imagined)
    folder = tmp_path / "run"
    folder.mkdir()
    teach(shared_folder, folder, 2)
    return folder


def test_what_is_held_out_is_a_fifth_and_never_changes() -> None:
    share = sum(held_out(f"Cubism/painter_work-{n}.jpg") for n in range(2_000)) / 2_000
    assert share == pytest.approx(0.203, abs=0.03)
    assert not held_out("Cubism/pablo-picasso_a.jpg")
    assert held_out("Cubism/pablo-picasso_b.jpg") is held_out("Cubism/pablo-picasso_b.jpg")


def test_the_first_ten_photographs_are_left_out(shared_folder: Path) -> None:
    known = works(shared_folder)
    assert len(known) == 4 + 24
    assert min(w.path.name for w in known if w.path.parent.name == "bsds") == "010.jpg"
    assert not any(w.kept for w in known if not w.name)


def test_it_learns_from_no_held_out_painting(shared_folder: Path, taught: Path) -> None:
    known = works(shared_folder)
    views = Views.load(taught / "views.safetensors")
    kept = [i for i, work in enumerate(known) if work.kept]
    assert kept
    assert set(kept) <= set(views.pictures.tolist())  # their middles, for tests
    task = Task(RECIPE, known, decode([w.path for w in known]), views)
    assert not set(kept) & set(task.views.pictures.tolist())
    assert all(task.painters[i] == NOBODY and task.movements[i] == NOBODY for i in kept)


def test_untold_painters_have_no_movement(shared_folder: Path, taught: Path) -> None:
    known = works(shared_folder)
    views = Views.load(taught / "views.safetensors")
    task = Task(RECIPE, known, decode([w.path for w in known]), views)
    told = [bool(w.artist) and not w.kept and not untold(w.artist) for w in known]
    assert [m != NOBODY for m in task.movements.tolist()] == told


def test_asking_the_teacher_goes_on_where_it_stopped(shared_folder: Path, taught: Path) -> None:
    once = Views.load(taught / "views.safetensors")
    teach(shared_folder, taught, 3)
    more = Views.load(taught / "views.safetensors")
    told = sum(not w.kept for w in works(shared_folder))
    assert len(more.pictures) == len(once.pictures) + told
    torch.testing.assert_close(more.boxes[: len(once.boxes)], once.boxes)
    assert not torch.equal(more.boxes[-told:], once.boxes[-told:])


def test_it_trains_goes_on_and_ships(shared_folder: Path, taught: Path, tmp_path: Path) -> None:
    seen: list[dict[str, float]] = []
    run(shared_folder, taught, RECIPE, on_step=lambda step: seen.append(dict(step.values)))
    longer = replace(RECIPE, plan=Plan(steps=4, warmup=1))
    run(shared_folder, taught, longer, on_step=lambda step: seen.append(dict(step.values)))
    assert len(seen) == 4
    assert {"teacher", "painter", "movement"} <= set(seen[0])
    sha256 = ship(taught, tmp_path / "eye.safetensors")
    assert len(sha256) == 64
    eye = Eye()
    tensors = load_file(tmp_path / "eye.safetensors")
    assert {t.dtype for t in tensors.values()} == {torch.float16}
    eye.load_state_dict({k: v.float() for k, v in tensors.items()})
    picture = torch.rand(1, 3, 64, 64)
    whole = learned(taught / "last.safetensors")
    assert (eye(picture) * whole(picture)).sum() > 0.999


def test_crops_are_the_views_in_the_step_s_size(shared_folder: Path, taught: Path) -> None:
    known = works(shared_folder)
    pictures = decode([w.path for w in known])
    task = Task(RECIPE, known, pictures, Views.load(taught / "views.safetensors"))
    assert [RECIPE.size_at(step) for step in (0, 1, 2, 9)] == [32, 32, 48, 48]
    chosen = task.draw(torch.Generator().manual_seed(0))
    assert len(chosen) == RECIPE.batch
    crops = task.crops(chosen, 32)
    assert crops.shape == (6, 3, 32, 32)
    picture = pictures[int(task.views.pictures[chosen[0]])]
    expected = cut(picture, task.views.boxes[chosen[0]], 32) / 255
    torch.testing.assert_close(crops[0], expected)


def test_boxes_lie_within_the_picture(generator: torch.Generator) -> None:
    picture = torch.zeros(3, 40, 90, dtype=torch.uint8)
    boxes = torch.stack([random_box(picture, generator=generator) for _ in range(200)])
    top, left, side, mirrored = boxes.unbind(1)
    assert (top >= 0).all()
    assert (left >= 0).all()
    assert (top + side <= 40).all()
    assert (left + side <= 90).all()
    assert side.min() >= 23
    assert set(mirrored.tolist()) == {0, 1}
    assert center(picture).tolist() == [0, 25, 40, 0]


def test_a_mirrored_cut_is_the_cut_mirrored() -> None:
    picture = torch.arange(3 * 8 * 8, dtype=torch.uint8).view(3, 8, 8)
    plain, mirrored = (cut(picture, torch.tensor([0, 0, 8, m]), 8) for m in (0, 1))
    torch.testing.assert_close(plain, picture)
    torch.testing.assert_close(mirrored, picture.flip(2))


def test_goals_are_centered_and_about_one_large(generator: torch.Generator) -> None:
    seen = torch.rand(64, 1280, generator=generator).half()
    views = Views(torch.arange(64), torch.zeros(64, 4, dtype=torch.long), seen)
    goals = Goal.of(views, size=20)(seen.float())
    torch.testing.assert_close(goals.mean(0), torch.zeros(20), atol=1e-3, rtol=0)
    assert goals.square().mean() == pytest.approx(1, abs=0.05)


def test_rare_names_are_nobody() -> None:
    assert numbered(["b", "", "a", "b", "c", "a"], least=2).tolist() == [
        1,
        NOBODY,
        0,
        1,
        NOBODY,
        0,
    ]


def test_whom_nobody_knows_costs_nothing() -> None:
    said = torch.tensor([[9.0, 0.0], [0.0, 3.0]])
    assert cross_entropy(said, torch.tensor([NOBODY, NOBODY])) == 0
    one = cross_entropy(said[1:], torch.tensor([0]))
    torch.testing.assert_close(cross_entropy(said, torch.tensor([NOBODY, 0])), one)
    assert one > 2


def test_jitter_keeps_hues_and_the_range(generator: torch.Generator) -> None:
    gray = torch.rand(4, 1, 8, 8).expand(4, 3, 8, 8)
    changed = jitter(gray, 0.3, generator=generator)
    assert changed.min() >= 0
    assert changed.max() <= 1
    torch.testing.assert_close(changed[:, 0], changed[:, 1])
    assert not torch.allclose(changed, gray)
    torch.testing.assert_close(jitter(gray, 0.0, generator=generator), gray)


def test_the_teacher_sees_through_litert(shared: Path) -> None:
    pytest.importorskip("ai_edge_litert")
    teacher = Teacher(shared / "weights" / "mobilenet_v2_1.0_224_quant.tflite")
    view = torch.randint(0, 256, (3, 224, 224), dtype=torch.uint8)
    seen = teacher(view)
    assert seen.shape == (1280,)
    assert seen.min() >= 0
    assert seen.max() <= 6
    torch.testing.assert_close(teacher(view), seen)


def test_the_recipe_is_run_by_name() -> None:
    assert recipe_of_eye.__doc__
    assert "python -m impasto.recipes.eye" in recipe_of_eye.__doc__
