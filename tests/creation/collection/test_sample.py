"""Pictures of a trained generator: from seeds, into files, along a walk, and once more."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from pydantic import JsonValue

from impasto.creation.collection import files
from impasto.creation.collection.files import sample_files, walk_file
from impasto.creation.collection.generator import opened, path_between
from impasto.creation.collection.run import Run, keep_weights
from impasto.creation.collection.sample import create_sample
from impasto.errors import OutputError, RecipeError, SettingsError, TrainingError, WeightsError
from impasto.jobs import memory
from impasto.jobs.again import again
from impasto.jobs.saving import Saving
from impasto.networks import catalog
from impasto.picture import Picture, Recipe, read, read_recipe, write
from impasto.progress import Step

Learned = tuple[Path, Run, list[str], list[Step]]


def test_the_same_seed_is_the_same_picture(learned: Learned) -> None:
    several = create_sample(learned[0], count=11, seed=3)
    alone = create_sample(learned[0], seed=13)
    assert torch.equal(several[10].pixels, alone[0].pixels)
    assert not torch.equal(several[0].pixels, several[1].pixels)
    assert several[0].size == (32, 32)


def test_the_world_keeps_its_randomness(learned: Learned) -> None:
    state = torch.random.get_rng_state()
    create_sample(learned[0], count=2)
    assert torch.equal(state, torch.random.get_rng_state())


def test_a_picture_says_how_it_was_made(learned: Learned) -> None:
    recipe = create_sample(learned[0], seed=8)[0].recipe
    assert recipe is not None
    assert (recipe.verb, recipe.seed) == ("create-sample", 8)
    assert recipe.source_type == "trainedAlgorithmicMedia"
    assert recipe.settings == {"size": 32}
    assert recipe.weights == {"generator": opened(learned[0]).sha256}


def opened_file(learned: Learned) -> Path:
    best = learned[0] / "best.safetensors"
    return best if best.exists() else learned[0] / "last.safetensors"


def test_it_stops_when_asked(learned: Learned) -> None:
    told: list[str] = []

    def stop(step: Step) -> bool:
        told.append(step.label)
        return step.done == 2

    assert len(create_sample(learned[0], count=5, seed=1, on_step=stop)) == 2
    assert told == ["seed 1", "seed 2"]


def test_files_and_a_sheet(learned: Learned, tmp_path: Path) -> None:
    made = sample_files(learned[0], tmp_path / "out", count=3, seed=4, sheet=tmp_path / "sheet.png")
    assert [path.name for path in made] == ["run-4.png", "run-5.png", "run-6.png", "sheet.png"]
    wanted = create_sample(learned[0], seed=5)[0]
    assert (read(made[1]).pixels - wanted.pixels).abs().max() <= 0.5 / 255 + 1e-6
    assert read_recipe(made[1]) == wanted.recipe
    assert read_recipe(made[3]).verb == "create-sample-sheet"
    assert read(made[3]).size[0] > 3 * 128
    alone = sample_files(learned[0], tmp_path / "one.png", seed=5)
    assert torch.equal(read(alone[0]).pixels, read(made[1]).pixels)


def test_once_more_it_is_the_same_in_every_pixel(learned: Learned, tmp_path: Path) -> None:
    made = sample_files(learned[0], tmp_path / "out", count=2, seed=4)[1]
    for content in (learned[0], opened_file(learned)):
        same = again(made, tmp_path / f"{content.name}.png", content=content)
        assert torch.equal(read(made).pixels, read(same).pixels)
        assert read_recipe(made) == read_recipe(same)
    other = learned[0] / "looks" / "step-0000003.safetensors"
    with pytest.raises(RecipeError, match=r"other weights.*--content"):
        again(made, tmp_path / "x.png", content=other)
    plain = write(Picture.from_tensor(torch.rand(3, 8, 8)), tmp_path / "plain.png")
    with pytest.raises(RecipeError):
        again(plain, tmp_path / "x.png", content=learned[0])


def test_a_sheet_and_a_walk_once_more(learned: Learned, tmp_path: Path) -> None:
    run = learned[0]
    sheet = sample_files(run, sheet=tmp_path / "sheet.png", count=2, seed=3)[0]
    same = again(sheet, tmp_path / "same.png", content=run)
    assert torch.equal(read(sheet).pixels, read(same).pixels)
    assert read_recipe(sheet) == read_recipe(same)
    for ending in ("gif", "png"):
        way = walk_file(run, tmp_path / f"way.{ending}", [1, 5], frames=2)
        same = again(way, tmp_path / f"same-way.{ending}", content=run)
        assert way.read_bytes() == same.read_bytes()
    sizes = [
        again(way, tmp_path / f"{q}.jpg", content=run, saving=Saving(quality=q)).stat().st_size
        for q in (10, 92)
    ]
    assert sizes[0] < 0.5 * sizes[1]
    for made in (sheet, way):
        with pytest.raises(OutputError, match="was stopped"):
            again(made, tmp_path / "stopped.png", content=run, on_step=lambda _: True)
        assert not (tmp_path / "stopped.png").exists()
    with pytest.raises(WeightsError, match="holds no generator; name the folder"):
        again(sheet, tmp_path / "x.png", content=sheet)


def test_a_walk_tells_of_its_frames_and_opens_its_generator_once(
    learned: Learned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Step] = []
    asked: list[object] = []
    monkeypatch.setattr(files, "opened", lambda run: (asked.append(run), opened(run))[1])
    way = walk_file(learned[0], tmp_path / "way.gif", [1, 5], frames=2, on_step=told.append)
    again(way, tmp_path / "same.gif", content=learned[0], on_step=told.append)
    assert [(step.done, step.total) for step in told] == [(done, 4) for done in (1, 2, 3, 4)] * 2
    assert asked == [learned[0]] * 2
    with pytest.raises(OutputError, match="was stopped"):
        walk_file(learned[0], tmp_path / "x.gif", [1, 5], frames=2, on_step=lambda _: True)
    assert not (tmp_path / "x.gif").exists()


def test_a_walk_that_does_not_fit_is_refused_before_the_work(
    learned: Learned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "installed", lambda: 20_000_000)
    with pytest.raises(SettingsError, match=r"1,000 pictures of 256 × 256 pixels need"):
        walk_file(learned[0], tmp_path / "x.gif", [1, 5], frames=500, on_step=lambda _: True)


@pytest.mark.parametrize(
    ("verb", "settings"),
    [
        ("create-sample-sheet", {"count": 10**9}),
        ("create-sample-sheet", {}),
        ("create-walk", {"seeds": [1, 2], "frames": 10**9}),
        ("create-walk", {"seeds": ["one", 2], "frames": 3}),
        ("create-walk", {"seeds": [1], "frames": 3}),
        ("create-walk", {"seeds": [1, 2**70], "frames": 3}),
    ],
)
def test_a_hostile_recipe_is_refused(
    verb: str, settings: dict[str, JsonValue], learned: Learned, tmp_path: Path
) -> None:
    weights = {"generator": opened(learned[0]).sha256}
    recipe = Recipe.here(verb, settings, seed=1, weights=weights)
    hostile = replace(Picture.from_tensor(torch.rand(3, 8, 8)), recipe=recipe)
    path = write(hostile, tmp_path / "hostile.png")
    with pytest.raises(RecipeError, match="its recipe is refused"):
        again(path, tmp_path / "x.png", content=learned[0])


def test_a_walk_begins_and_ends_at_its_pictures(learned: Learned, tmp_path: Path) -> None:
    path = walk_file(learned[0], tmp_path / "walk.gif", [1, 5, 9], frames=3)
    with Image.open(path) as moving:
        assert (moving.n_frames, moving.size) == (9, (256, 256))
    assert read_recipe(path).settings["seeds"] == [1, 5, 9]
    generator = opened(learned[0])
    ends = [generator.noise(seed) for seed in (1, 5)]
    way = list(path_between(ends, 4))
    assert len(way) == 5
    assert torch.allclose(way[0], ends[0], atol=1e-5)
    assert torch.equal(way[-1], ends[1])
    lengths = torch.stack(way).flatten(1).norm(dim=1)
    assert lengths.std() < 0.1 * lengths.mean()


def test_wrong_wishes(learned: Learned, tmp_path: Path) -> None:
    run = learned[0]
    with pytest.raises(SettingsError, match="count"):
        create_sample(run, count=0)
    with pytest.raises(SettingsError, match="seed: expected a whole number"):
        create_sample(run, seed=-1)
    with pytest.raises(SettingsError, match="two seeds"):
        walk_file(run, tmp_path / "walk.gif", [1])
    with pytest.raises(SettingsError, match="name one"):
        sample_files(run)
    with pytest.raises(SettingsError, match="at most 400"):
        sample_files(run, count=401, sheet=tmp_path / "sheet.png")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        sample_files(run, tmp_path / "file", count=2)
    with pytest.raises(OutputError, match=r"\.xyz"):
        sample_files(run, tmp_path / "picture.xyz")


def test_what_is_there_stays(learned: Learned, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run-2.png").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        sample_files(learned[0], tmp_path / "out", count=3)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["run-2.png"]


def test_what_is_no_generator(learned: Learned, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="learned nothing yet"):
        create_sample(tmp_path)
    with pytest.raises(TrainingError, match="is no generator"):
        create_sample(tmp_path / "nowhere")
    with pytest.raises(WeightsError, match="holds no generator"):
        create_sample(catalog.row("eye").path)
    other = tmp_path / "other.safetensors"
    for size in (None, 32, {"size": 48}):
        keep_weights(other, {"bias": torch.zeros(1)}, {"generator": size}, step=1)
        with pytest.raises(WeightsError, match="holds no generator"):
            create_sample(other)
    keep_weights(other, {"bias": torch.zeros(1)}, {"generator": {"size": 32}}, step=1)
    with pytest.raises(WeightsError, match="don't fit a generator of 32 pixels"):
        create_sample(other)
    (tmp_path / "best.safetensors").write_text("broken")
    with pytest.raises(TrainingError, match="can't be read"):
        create_sample(tmp_path)


def test_without_a_run_the_generator_that_ships_paints() -> None:
    first, second = create_sample(count=2, seed=3)
    assert first.pixels.shape == (1, 3, 64, 64)
    assert (first.pixels - second.pixels).abs().mean() > 0.02
    assert torch.equal(create_sample(count=1, seed=4)[0].pixels, second.pixels)
    assert first.recipe is not None
    assert list(first.recipe.weights.values()) == [catalog.row("generator").sha256]
