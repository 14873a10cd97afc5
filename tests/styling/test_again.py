"""How it was made, and making it again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from pydantic import JsonValue

import impasto
from impasto.errors import ImpastoError, OutputError, PictureError, RecipeError, SettingsError
from impasto.jobs import memory
from impasto.jobs.again import again
from impasto.picture import AnyPicture, Picture, Recipe, read, read_recipe, write
from impasto.progress import Step
from impasto.styling import files, parts
from impasto.styling.files import Saving, stylize_file, walk_file
from impasto.styling.settings import StylizeSettings
from impasto.styling.sheets import WalkSettings, sheet

FORCE = Saving(force=True)
WALK: dict[str, JsonValue] = {
    "strength": 0.8,
    "stroke": 2.0,
    "keep_colors": True,
    "steps": 3,
    "side": 40,
}
SHOWN: dict[str, JsonValue] = {"seconds": 0.5, "back": True}
SWEEP: dict[str, JsonValue] = {"strength": [0.5, 1.0], "stroke": [2.0], "keep_colors": [False]}


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_the_same_in_every_pixel(suffix: str, photograph: Path, tmp_path: Path) -> None:
    settings = StylizeSettings(strength=0.7, stroke=1.5, keep_colors=True)
    styles = ["great-wave", "the-scream"]
    out = stylize_file(
        photograph, tmp_path / f"out.{suffix}", styles, weights=(0.6, 0.4), settings=settings
    )
    same = again(out, tmp_path / f"same.{suffix}")
    assert torch.equal(read(out).pixels, read(same).pixels)
    assert read_recipe(out) == read_recipe(same)


def test_masks_are_found_beside_the_photograph(photograph: Path, tmp_path: Path) -> None:
    mask = write(Picture.from_tensor((torch.rand(1, 3, 48, 64) > 0.5).float()), tmp_path / "m.png")
    out = stylize_file(photograph, tmp_path / "out.png", regions=[(mask, "great-wave")])
    same = again(out, tmp_path / "same.png")
    assert torch.equal(read(out).pixels, read(same).pixels)


def test_masks_that_moved(photograph: Path, tmp_path: Path) -> None:
    mask = write(Picture.from_tensor((torch.rand(1, 3, 48, 64) > 0.5).float()), tmp_path / "m.png")
    out = stylize_file(photograph, tmp_path / "out.png", regions=[(mask, "great-wave")])
    (tmp_path / "masks").mkdir()
    moved = mask.rename(tmp_path / "masks" / "m.png")
    with pytest.raises(RecipeError, match="--masks"):
        again(out, tmp_path / "same.png")
    with pytest.raises(OutputError, match="is an input"):
        again(out, moved, masks=moved.parent, saving=FORCE)
    same = again(out, tmp_path / "same.png", masks=moved.parent)
    assert torch.equal(read(out).pixels, read(same).pixels)


def test_a_limit_holds_again(photograph: Path, tmp_path: Path) -> None:
    out = stylize_file(photograph, tmp_path / "out.png", "great-wave")
    with pytest.raises(PictureError, match="--max-pixels"):
        again(out, tmp_path / "same.png", max_pixels=100)
    assert again(out, tmp_path / "same.png", max_pixels=10_000).exists()


def test_a_strange_ending_is_refused_before_any_work(photograph: Path, tmp_path: Path) -> None:
    strange = tmp_path / "out.xyz"
    with pytest.raises(OutputError, match=r"\.png"):
        stylize_file(tmp_path / "missing.png", strange, "nobody")
    with pytest.raises(OutputError, match=r"\.png"):
        again(photograph, strange)


def test_a_side_too_long_for_the_format_is_refused_before_any_work(tmp_path: Path) -> None:
    told: list[Step] = []
    long = write(Picture.from_tensor(torch.rand(1, 3, 2, 20_000)), tmp_path / "long.png")
    with pytest.raises(OutputError, match="WebP"):
        stylize_file(long, tmp_path / "out.webp", "great-wave", on_step=told.append)
    assert told == []


@pytest.mark.parametrize("streamed", [1, 10**9])
def test_a_stopped_painting_is_not_written(
    streamed: int, small: torch.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "STREAMED", streamed)
    large = Picture.from_tensor(torch.nn.functional.interpolate(small, scale_factor=40))
    given = write(large, tmp_path / "large.png")
    with pytest.raises(OutputError, match="stopped"):
        stylize_file(given, tmp_path / "out.png", "great-wave", on_step=lambda step: True)
    assert [path.name for path in tmp_path.iterdir()] == ["large.png"]


def test_a_stopped_painting_is_not_repeated(photograph: Path, tmp_path: Path) -> None:
    made = impasto.stylize(photograph, "great-wave")
    out = hostile(made.recipe, tmp_path, finished=False)
    with pytest.raises(RecipeError, match="stopped"):
        again(out, tmp_path / "same.png")


def test_a_photograph_that_moved(photograph: Path, tmp_path: Path) -> None:
    out = stylize_file(photograph, tmp_path / "out.png", "great-wave")
    moved = photograph.rename(tmp_path / "moved.png")
    with pytest.raises(RecipeError, match="--content"):
        again(out, tmp_path / "same.png")
    assert torch.equal(read(again(out, tmp_path / "s.png", content=moved)).pixels, read(out).pixels)
    Image.new("RGB", (64, 48)).save(moved)
    with pytest.raises(RecipeError, match="not the file"):
        again(out, tmp_path / "t.png", content=moved)
    with pytest.raises(RecipeError, match="--content"):
        again(out, tmp_path / "t.png", content="x" * 5000)


def test_what_is_there_stays(photograph: Path, tmp_path: Path) -> None:
    out = stylize_file(photograph, tmp_path / "out.png", "great-wave")
    before = out.read_bytes()
    with pytest.raises(OutputError, match="exists"):
        stylize_file(photograph, out, "great-wave")
    other = write(Picture.from_tensor(torch.rand(1, 3, 8, 8)), tmp_path / "other.png")
    with pytest.raises(OutputError, match="exists"):
        again(out, other)
    assert out.read_bytes() == before
    stylize_file(photograph, out, "the-scream", saving=FORCE)
    assert out.read_bytes() != before


def test_no_input_is_ever_painted_over(photograph: Path, tmp_path: Path) -> None:
    before = photograph.read_bytes()
    for style in ("great-wave", photograph):
        with pytest.raises(OutputError, match="is an input"):
            stylize_file(photograph, photograph, style, saving=FORCE)
    out = stylize_file(photograph, tmp_path / "out.png", "great-wave")
    for target in (photograph, out):
        with pytest.raises(OutputError, match="is an input"):
            again(out, target, saving=FORCE)
    mask = write(Picture.from_tensor(torch.ones(1, 3, 48, 64)), tmp_path / "m.png")
    with pytest.raises(OutputError, match="is an input"):
        stylize_file(photograph, mask, regions=[(mask, "great-wave")], saving=FORCE)
    assert photograph.read_bytes() == before


def hostile(recipe: Recipe, tmp_path: Path, **changes: object) -> Path:
    """A picture whose recipe somebody changed by hand."""
    changed = recipe.model_copy(update=changes)
    picture = Picture.from_tensor(torch.rand(1, 3, 48, 64))
    return write(replace(picture, recipe=changed), tmp_path / "hostile.png", force=True)


def test_hostile_recipes_are_refused_with_a_line(photograph: Path, tmp_path: Path) -> None:
    good = impasto.stylize(photograph, "great-wave").recipe
    style = good.styles[0]
    secret = tmp_path / "secret.png"
    write(Picture.from_tensor(torch.rand(1, 3, 8, 8)), secret)
    for changes in (
        {"verb": "delete"},
        {"settings": {**good.settings, "strength": 1e9}},
        {"settings": {**good.settings, "stroke": 1e-9}},
        {"settings": {**good.settings, "command": "rm"}},
        {"settings": {"masks": [None, None]}},
        {"settings": {"masks": "x"}},
        {"settings": {"masks": [{"name": "secret.png"}]}},
        {"settings": {"masks": [{"name": "secret.png", "sha256": "0" * 64}]}},
        {"styles": ()},
        {"styles": (style.model_copy(update={"vector": style.vector[:400]}),)},
        {"weights": {"brush-1": "0" * 64}},
        {"content": None},
        {"content": good.content.model_copy(update={"name": "secret.png"})},
    ):
        path = hostile(good, tmp_path, **changes)
        with pytest.raises(ImpastoError) as caught:
            again(path, tmp_path / "made.png")
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "made.png").exists()


def test_foreign_paths_do_not_even_parse(photograph: Path) -> None:
    good = json.loads(impasto.stylize(photograph, "great-wave").recipe.to_json())
    for name in ("../secret.png", "/etc/passwd", "a\\b", "<script>", "x" * 300):
        good["content"]["name"] = name
        with pytest.raises(RecipeError):
            Recipe.parse(json.dumps(good))


def test_no_recipe(photograph: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="Impasto"):
        again(photograph, tmp_path / "same.png")


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_streaming_equals_painting_in_memory(
    suffix: str, photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha = torch.linspace(0, 1, 64).expand(1, 1, 48, 64)
    given = write(replace(read(photograph), alpha=alpha), tmp_path / "alpha.png")
    for stroke in (1.0, 4.0):
        settings = StylizeSettings(stroke=stroke)
        monkeypatch.setattr(files, "STREAMED", 10**9)
        whole = stylize_file(
            given, tmp_path / f"w.{suffix}", "great-wave", settings=settings, saving=FORCE
        )
        monkeypatch.setattr(files, "STREAMED", 1)
        streamed = stylize_file(
            given, tmp_path / f"s.{suffix}", "great-wave", settings=settings, saving=FORCE
        )
        assert (read(whole).pixels - read(streamed).pixels).abs().max() <= 1 / 255 + 1e-6
        assert torch.equal(read(whole).alpha, read(streamed).alpha)
        assert read_recipe(whole) == read_recipe(streamed)


def test_a_mask_on_disk_equals_one_in_memory(
    photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "STREAMED", 1)
    fade = torch.linspace(0, 1, 64).expand(1, 3, 48, 64)
    alpha = torch.linspace(1, 0, 48)[:, None].expand(1, 1, 48, 64)
    mask = write(replace(Picture.from_tensor(fade), alpha=alpha), tmp_path / "mask.png")
    made = []
    for limit in (10**9, 1):
        monkeypatch.setattr(parts, "STREAMED", limit)
        out = tmp_path / f"{limit}.png"
        made.append(stylize_file(photograph, out, regions=[(mask, "great-wave")]))
    whole, streamed = made
    assert torch.equal(read(whole).pixels, read(streamed).pixels)
    assert read_recipe(whole) == read_recipe(streamed)
    again(streamed, tmp_path / "same.png")
    assert torch.equal(read(tmp_path / "same.png").pixels, read(whole).pixels)
    small = write(Picture.from_tensor(torch.rand(1, 3, 8, 9)), tmp_path / "small.png")
    with pytest.raises(PictureError, match=r"small\.png is 9 × 8"):
        stylize_file(photograph, tmp_path / "x.png", regions=[(small, "great-wave")])


def test_the_seed_of_an_invention_is_written_down(photograph: Path, tmp_path: Path) -> None:
    impasto.invent_style(seed=7, name="dusk")
    out = stylize_file(photograph, tmp_path / "out.png", "dusk")
    assert read_recipe(out).seed == 7
    assert read_recipe(again(out, tmp_path / "same.png")) == read_recipe(out)
    assert impasto.stylize(photograph, "great-wave").recipe.seed is None


def swept(photograph: AnyPicture, out: Path, style: str = "great-wave") -> Path:
    several = {"strength": (0.3, 1), "keep_colors": (False, True)}
    return write(impasto.sweep(photograph, style, stroke=0.5, **several), out)


def walked(photograph: Path, out: Path) -> Path:
    settings = WalkSettings(**WALK, **SHOWN)
    return walk_file(photograph, out, ["great-wave", "the-scream"], settings=settings)


def test_a_sweep_once_more(photograph: Path, tmp_path: Path) -> None:
    impasto.invent_style(seed=7, name="dusk")
    out = swept(photograph, tmp_path / "out.png", "dusk")
    impasto.invent_style(seed=8, name="dusk", force=True)
    assert again(out, tmp_path / "same.png").read_bytes() == out.read_bytes()


@pytest.mark.parametrize("ending", ["gif", "png", "mp4"])
def test_a_walk_once_more(ending: str, photograph: Path, tmp_path: Path) -> None:
    if ending == "mp4":
        pytest.importorskip("av", reason='needs the extra: pip install "impasto[video]"')
    out = walked(photograph, tmp_path / f"out.{ending}")
    assert read_recipe(out).settings == WALK | SHOWN
    assert again(out, tmp_path / f"same.{ending}").read_bytes() == out.read_bytes()


def test_a_sheet_of_a_walk_has_the_quality_that_was_asked_for(
    photograph: Path, tmp_path: Path
) -> None:
    out = walked(photograph, tmp_path / "out.png")
    sizes = [
        again(out, tmp_path / f"{q}.jpg", saving=Saving(quality=q)).stat().st_size for q in (10, 92)
    ]
    assert sizes[0] < 0.9 * sizes[1]


def test_a_walk_that_would_not_fit_into_memory_is_refused(
    photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "installed", lambda: 1_000)
    with pytest.raises(SettingsError, match=r"3 pictures of .* need about .* smaller --side"):
        walked(photograph, tmp_path / "out.gif")
    walked(photograph, tmp_path / "out.png")


@pytest.mark.parametrize("make", [swept, walked])
def test_sweeps_and_walks_keep_to_their_limits(
    make: Callable[[Path, Path], Path], photograph: Path, tmp_path: Path
) -> None:
    out, same = make(photograph, tmp_path / "out.png"), tmp_path / "same.png"
    with pytest.raises(PictureError, match="--max-pixels"):
        again(out, same, max_pixels=100)
    with pytest.raises(OutputError, match="is an input"):
        again(out, photograph, saving=FORCE)
    with pytest.raises(OutputError, match=r"\.png"):
        again(out, tmp_path / "same.svg")
    with pytest.raises(RecipeError, match="not the file"):
        again(out, same, content=out)
    with pytest.raises(OutputError, match="stopped"):
        again(out, same, on_step=lambda step: step.done == 2)
    assert {path.name for path in tmp_path.iterdir()} == {"out.png", "photograph.png"}


@pytest.mark.parametrize(
    ("verb", "settings"),
    [
        ("walk", {"steps": 10**9}),
        ("walk", {"steps": 1}),
        ("walk", {"steps": 2.5}),
        ("walk", {"steps": "many"}),
        ("walk", {"side": 10**9}),
        ("walk", {"side": None}),
        ("walk", {"seconds": 0}),
        ("walk", {"seconds": "0.5"}),
        ("walk", {"back": 1}),
        ("walk", {"stroke": 1e9}),
        ("walk", {"command": "rm"}),
        ("sweep", {"strength": [0.5] * 401}),
        ("sweep", {"strength": [0.5] * 40, "stroke": [1.0] * 40}),
        ("sweep", {"strength": []}),
        ("sweep", {"strength": [2.0]}),
        ("sweep", {"strength": 0.5}),
        ("sweep", {"stroke": ["1"]}),
        ("sweep", {"keep_colors": [1]}),
        ("sweep", {"keep_colors": None}),
        ("sweep", {"command": ["rm"]}),
    ],
)
def test_a_hostile_sweep_or_walk_is_refused_before_any_work(
    verb: str,
    settings: dict[str, JsonValue],
    photograph: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(files, "read")
    recipe = impasto.stylize(photograph, "great-wave").recipe
    usual = WALK | SHOWN if verb == "walk" else SWEEP
    styles = recipe.styles * (2 if verb == "walk" else 1)
    path = hostile(recipe, tmp_path, verb=verb, styles=styles, settings=usual | settings)
    with pytest.raises(RecipeError, match="its recipe is refused") as caught:
        again(path, tmp_path / "made.png")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("verb", "settings", "needed"),
    [("walk", WALK | SHOWN, "two styles or more"), ("sweep", SWEEP, "one style")],
)
def test_sweeps_and_walks_need_their_styles(
    verb: str,
    settings: dict[str, JsonValue],
    needed: str,
    photograph: Path,
    tmp_path: Path,
) -> None:
    recipe = impasto.stylize(photograph, "great-wave").recipe
    for changes, line in (({"styles": ()}, needed), ({"weights": {}}, "other weights")):
        path = hostile(recipe, tmp_path, verb=verb, settings=settings, **changes)
        with pytest.raises(RecipeError, match=line):
            again(path, tmp_path / "made.png")


def test_numbers_that_are_none_are_refused(photograph: Path, tmp_path: Path) -> None:
    recipe = impasto.sweep(photograph, "great-wave", strength=1, stroke=1).recipe
    for value in (float("nan"), float("inf")):
        path = hostile(recipe, tmp_path, settings={**SWEEP, "strength": [value]})
        with pytest.raises(RecipeError, match="recipe is refused"):
            again(path, tmp_path / "made.png")


def test_what_does_not_say_enough_is_not_repeated(
    photograph: Path, small: torch.Tensor, tmp_path: Path
) -> None:
    styles = ["great-wave", "the-scream"]
    frame = write(impasto.walk(photograph, styles, steps=2)[0], tmp_path / "frame.png")
    with pytest.raises(RecipeError, match="one picture of a walk"):
        again(frame, tmp_path / "same.png")
    page = write(sheet(photograph, styles), tmp_path / "sheet.png")
    with pytest.raises(RecipeError, match="'sheet'; repeated are"):
        again(page, tmp_path / "same.png")
    with pytest.raises(RecipeError, match="in memory"):
        again(swept(Picture.from_tensor(small), tmp_path / "sweep.png"), tmp_path / "same.png")
