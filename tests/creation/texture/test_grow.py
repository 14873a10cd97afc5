"""Growing a texture, and files."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load, save_file

from impasto.creation.texture import limits
from impasto.creation.texture.files import export_file, grow_file, texture_file
from impasto.creation.texture.grow import create_grow, growing
from impasto.creation.texture.settings import FilmSettings, TextureSettings
from impasto.creation.texture.texture import KEY, LARGEST, Texture, load_texture
from impasto.errors import ImpastoError, OutputError, RecipeError, SettingsError, WeightsError
from impasto.jobs import memory as machine
from impasto.jobs.again import again
from impasto.jobs.preview import Preview
from impasto.jobs.saving import Saving
from impasto.picture import read, read_recipe
from impasto.report import waiting

SMALL = FilmSettings(size=(40, 24), steps=5)


def test_any_size_and_the_same_seed_the_same_picture(texture: Texture) -> None:
    one = create_grow(texture, size=(37, 21), steps=4, seed=2)
    assert one.size == (37, 21)
    assert 0 <= one.pixels.min() <= one.pixels.max() <= 1
    assert torch.equal(create_grow(texture, size="37x21", steps=4, seed=2).pixels, one.pixels)
    assert not torch.equal(create_grow(texture, size="37x21", steps=4, seed=3).pixels, one.pixels)


def test_a_file_is_the_texture_itself(texture: Texture, saved: Path) -> None:
    loaded = load_texture(saved)
    assert (loaded.sha256, loaded.facts, loaded.name) == (
        texture.sha256, texture.facts, "weave.texture"
    )  # fmt: skip
    assert saved.read_bytes() == texture.content
    assert torch.equal(
        create_grow(saved, size=(32, 32), steps=3).pixels,
        create_grow(texture, size=(32, 32), steps=3).pixels,
    )


def test_it_reports_and_stops_with_what_has_grown(texture: Texture) -> None:
    seen: list[Preview] = []

    def listen(step: object) -> bool:
        assert isinstance(step, Preview)
        seen.append(step)
        return step.done == 17

    stopped = create_grow(texture, size=(32, 32), steps=40, on_step=listen)
    assert [step.done for step in seen] == list(range(1, 18))
    previews = [step.preview for step in seen if step.preview is not None]
    assert [tuple(p.shape) for p in previews] == [(1, 3, 32, 32)]
    assert stopped.recipe is not None
    assert not stopped.recipe.finished
    whole = create_grow(texture, size=(32, 32), steps=17)
    assert torch.equal(whole.pixels, stopped.pixels)


def test_the_recipe_names_the_texture(saved: Path, tmp_path: Path) -> None:
    out = grow_file(saved, tmp_path / "out.png", settings=SMALL, seed=7)
    recipe = read_recipe(out)
    assert (recipe.verb, recipe.seed) == ("create-grow", 7)
    assert recipe.settings == {"size": [40, 24], "steps": 5}
    assert recipe.source_type == "trainedAlgorithmicMedia"
    assert recipe.content is not None
    assert recipe.content.sha256 == load_texture(saved).sha256 == recipe.weights["texture"]


def test_again(saved: Path, tmp_path: Path) -> None:
    out = grow_file(saved, tmp_path / "out.png", settings=SMALL, seed=7)
    same = again(out, tmp_path / "same.png")
    assert torch.equal(read(same).pixels, read(out).pixels)
    with pytest.raises(OutputError, match="exists"):
        again(out, same)
    with pytest.raises(OutputError, match="stopped"):
        again(out, tmp_path / "no.png", on_step=lambda step: True)
    moved = saved.rename(tmp_path / "other.texture")
    with pytest.raises(RecipeError, match="--content"):
        again(out, tmp_path / "no.png")
    assert again(out, tmp_path / "third.png", content=moved).exists()
    assert not (tmp_path / "no.png").exists()


def test_what_cannot_be_grown_again(texture: Texture, saved: Path, tmp_path: Path) -> None:
    from impasto.picture import write

    memory = write(create_grow(texture, size=(32, 32), steps=2), tmp_path / "memory.png")
    with pytest.raises(RecipeError, match="in memory"):
        again(memory, tmp_path / "no.png")
    stop = {"on_step": lambda step: step.done == 2}
    part = grow_file(saved, tmp_path / "part.png", settings=SMALL, **stop)
    with pytest.raises(RecipeError, match="stopped before its end"):
        again(part, tmp_path / "no.png")


def test_an_animation_of_its_growth(saved: Path, tmp_path: Path) -> None:
    settings = FilmSettings(size=(40, 24), steps=40, frames=3)
    out = grow_file(saved, tmp_path / "growth.gif", settings=settings)
    with Image.open(out) as moving:
        assert (moving.n_frames, moving.size) == (3, (40, 24))
    assert b"trainedAlgorithmicMedia" in out.read_bytes()
    same = again(out, tmp_path / "same.gif")
    assert same.read_bytes() == out.read_bytes()
    with pytest.raises(OutputError, match=r"moves; choose a name that ends in \.gif or \.mp4"):
        again(out, tmp_path / "still.png")
    with pytest.raises(OutputError, match="stopped"):
        again(out, tmp_path / "no.gif", on_step=lambda step: True)
    assert not (tmp_path / "no.gif").exists()


def test_an_animation_that_was_stopped_says_so(saved: Path, tmp_path: Path) -> None:
    settings = FilmSettings(size=(40, 24), steps=40, frames=3)  # after steps 1, 11 and 40
    out = grow_file(
        saved, tmp_path / "part.gif", settings=settings, on_step=lambda step: step.done == 20
    )
    with Image.open(out) as moving:
        assert moving.n_frames == 3  # the third shows how far it came
    with pytest.raises(RecipeError, match="stopped before its end"):
        again(out, tmp_path / "no.gif")


def test_only_frames_that_come_take_memory(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = FilmSettings(size=(1024, 1024), steps=2, frames=500)
    needed = limits.memory(few.size) + waiting(tmp_path / "a.gif", few.size, 2)
    monkeypatch.setattr(machine, "installed", lambda: needed / machine.SHARE + 1)
    assert grow_file(saved, tmp_path / "a.gif", settings=few).exists()
    many = FilmSettings(size=(1024, 1024), steps=3, frames=500)
    with pytest.raises(SettingsError, match=r"fewer frames, or \.mp4"):
        grow_file(saved, tmp_path / "b.gif", settings=many)


@pytest.mark.parametrize("frames", [1, 501])
def test_frames_out_of_range(frames: int) -> None:
    with pytest.raises(ValueError, match="frames"):
        FilmSettings(frames=frames)


def test_frames_end_where_the_picture_does(texture: Texture) -> None:
    frames = list(growing(texture, FilmSettings(size=SMALL.size, steps=5, frames=3), seed=1))
    end = create_grow(texture, size=SMALL.size, steps=SMALL.steps, seed=1)
    assert len(frames) == 3
    assert torch.equal(frames[-1].pixels, end.pixels)


def test_from_picture_to_file(weave: Path, tmp_path: Path) -> None:
    settings = TextureSettings(size=64, turns=1)
    out = texture_file(weave, tmp_path / "a.texture", settings=settings)
    assert load_texture(out).facts.settings == settings
    with pytest.raises(OutputError, match="exists"):
        texture_file(weave, out, settings=settings)
    with pytest.raises(OutputError, match="is an input"):
        texture_file(weave, weave, settings=settings, force=True)


def test_wrong_outputs_are_said_before_the_work(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "there.png").write_text("mine")
    for name, message in (("there.png", "exists"), ("a.txt", "ends in"), ("no/a.png", "folder")):
        with pytest.raises(OutputError, match=message):
            grow_file(saved, tmp_path / name, settings=SMALL)
    assert (tmp_path / "there.png").read_text() == "mine"
    assert grow_file(saved, tmp_path / "there.png", settings=SMALL, saving=Saving(force=True))
    large = FilmSettings(size=(16_384, 16), steps=1)
    with pytest.raises(ImpastoError, match=r"16,383|16383"):
        grow_file(saved, tmp_path / "a.webp", settings=large)


@pytest.mark.parametrize(
    "wrong", [{"size": (15, 40)}, {"size": "big"}, {"size": (40, 20_000)}, {"steps": 0}]
)
def test_settings_out_of_range(texture: Texture, wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        create_grow(texture, **wrong)  # type: ignore[arg-type]


def test_a_seed_out_of_range(texture: Texture) -> None:
    with pytest.raises(SettingsError, match="seed"):
        create_grow(texture, seed=-1)


def test_what_does_not_fit_is_refused_with_the_figure(
    texture: Texture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "installed", lambda: 4_000_000_000)
    with pytest.raises(SettingsError, match=r"about \d+\.\d GB of memory"):
        create_grow(texture, size=(16_000, 16_000))


def test_a_film_needs_memory_for_few_of_its_frames(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = FilmSettings(size=SMALL.size, steps=100, frames=500)
    least = limits.memory(many.size) + waiting(tmp_path / "a.mp4", many.size, many.frames)
    monkeypatch.setattr(machine, "installed", lambda: least / machine.SHARE + 1)
    with pytest.raises(SettingsError, match=r"GB of memory"):
        grow_file(saved, tmp_path / "a.gif", settings=many)
    pytest.importorskip("av", reason='needs the extra: pip install "impasto[video]"')
    assert grow_file(saved, tmp_path / "a.mp4", settings=many).exists()


def spoil_nothing(path: Path) -> None:
    path.unlink()


def spoil_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def spoil_text(path: Path) -> None:
    path.write_text("no texture at all")


def spoil_size(path: Path) -> None:
    path.write_bytes(bytes(LARGEST + 1))


def spoil_facts(path: Path) -> None:
    save_file(load(path.read_bytes()), path, {KEY: '{"kind": "impasto-texture"}'})


def spoil_kind(path: Path) -> None:
    save_file(load(path.read_bytes()), path, {"kind": "impasto-styles"})


def spoil_numbers(path: Path) -> None:
    facts = load_texture(path).facts.model_dump_json()
    weights = load(path.read_bytes())
    weights["colors.bias"][0] = float("nan")
    save_file(weights, path, {KEY: facts})


def spoil_shapes(path: Path) -> None:
    facts = load_texture(path).facts.model_dump_json()
    weights = load(path.read_bytes())
    weights["colors.bias"] = torch.zeros(5)
    save_file(weights, path, {KEY: facts})


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_nothing, spoil_half, spoil_text, spoil_size, spoil_facts, spoil_kind, spoil_numbers,
        spoil_shapes,
    ],
)  # fmt: skip
def test_a_damaged_file_is_one_line(saved: Path, spoil: Callable[[Path], None]) -> None:
    spoil(saved)
    with pytest.raises(WeightsError, match=r"weave\.texture") as found:
        load_texture(saved)
    assert "\n" not in str(found.value)


def test_onnx_does_the_same_step(texture: Texture, saved: Path, tmp_path: Path) -> None:
    for needed in ("onnx", "onnxscript"):
        pytest.importorskip(needed)
    runtime = pytest.importorskip("onnxruntime")
    out = export_file(saved, tmp_path / "weave.onnx")
    session = runtime.InferenceSession(str(out))
    for height, width in ((16, 24), (9, 31)):
        cells = torch.rand(1, 12, height, width) - 0.5
        awake = (torch.rand(1, 1, height, width) < 0.5).float()
        given = {"cells": cells.numpy(), "awake": awake.numpy()}
        after, picture = session.run(["after", "picture"], given)
        wanted = texture.automaton(cells, awake)
        assert torch.allclose(torch.from_numpy(after), wanted, atol=1e-5)
        assert torch.allclose(torch.from_numpy(picture), texture.automaton.show(wanted), atol=1e-5)


def test_long_work_is_announced(saved: Path, tmp_path: Path) -> None:
    said: list[float] = []
    grow_file(saved, tmp_path / "a.png", settings=SMALL, on_begin=said.append)
    assert said == [limits.seconds(SMALL.size, SMALL.steps)]
