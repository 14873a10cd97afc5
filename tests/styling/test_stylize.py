"""The verb: what goes in, what comes out, and what each setting does."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch

import impasto
from impasto.errors import PictureError, SettingsError, StyleError
from impasto.networks import catalog
from impasto.picture import Picture, read, write
from impasto.picture.color import luminance
from impasto.progress import Step
from impasto.styling import library


def test_a_tensor_gives_a_tensor_and_a_path_a_picture(
    small: torch.Tensor, photograph: Path
) -> None:
    made = impasto.stylize(torch.cat([small, small.flip(3)]), "great-wave")
    assert isinstance(made, torch.Tensor)
    assert made.shape == (2, 3, 48, 64)
    for given in (photograph, str(photograph), read(photograph), read(photograph).to_pil()):
        picture = impasto.stylize(given, "great-wave")
        assert isinstance(picture, Picture)
        assert torch.equal(picture.pixels, made[:1])


def test_the_picture_changes_and_the_same_call_repeats_it(small: torch.Tensor) -> None:
    first, second = (impasto.stylize(small, "the-scream") for _ in "ab")
    assert torch.equal(first, second)
    assert (first - small).abs().mean() > 0.02
    assert first.min() >= 0
    assert first.max() <= 1


def test_styles_differ(small: torch.Tensor) -> None:
    one, other = (impasto.stylize(small, s) for s in ("great-wave", "the-scream"))
    assert (one - other).abs().mean() > 0.02


def test_strength_zero_is_the_photograph_and_the_way_there_smooth(small: torch.Tensor) -> None:
    assert torch.equal(impasto.stylize(small, "night-cafe", strength=0), small)
    steps = [impasto.stylize(small, "night-cafe", strength=s / 10) for s in range(11)]
    jumps = [(b - a).abs().mean().item() for a, b in pairwise(steps)]
    assert max(jumps) < 0.35 * sum(jumps)
    assert (steps[1] - small).abs().mean() < (steps[10] - small).abs().mean()


def test_what_is_looked_into_has_no_combs(generator: torch.Generator) -> None:
    sky = 0.6 + 0.02 * torch.randn(1, 3, 640, 640, generator=generator)
    painted = impasto.stylize(sky.clamp(0, 1), "starry-night").mean(1)[0]
    for lines in (painted, painted.mT):
        energy = torch.fft.rfft(lines - lines.mean()).abs().square().mean(0)
        assert energy[-2:].mean() < 2 * energy[256:304].mean()  # every other pixel; nearly as fine


def test_keep_colors_changes_light_alone(small: torch.Tensor) -> None:
    soft = small * 0.4 + 0.3  # room, so that nothing is cut off at 0 or 1
    change = impasto.stylize(soft, "great-wave", strength=0.4, keep_colors=True) - soft
    inside = ((soft + change) > 0.01).all(1, keepdim=True) & ((soft + change) < 0.99).all(1, True)
    spread = change.amax(1, keepdim=True) - change.amin(1, keepdim=True)
    assert inside.float().mean() > 0.5
    assert spread[inside].max() < 1e-5
    assert luminance(change).abs().mean() > 1e-3


def test_strokes_change_the_picture(small: torch.Tensor) -> None:
    fine, coarse = (impasto.stylize(small, "great-wave", stroke=s) for s in (0.5, 4))
    assert (fine - coarse).abs().mean() > 0.005


def test_several_styles_are_blended(small: torch.Tensor) -> None:
    one, other = library.find("great-wave"), library.find("the-scream")
    both = library.blend([one, other], weights=(3, 1))
    assert torch.allclose(both.values, 0.75 * one.values + 0.25 * other.values, atol=1e-5)
    made = impasto.stylize(small, ["great-wave", "the-scream"], weights=(3, 1))
    assert torch.equal(made, impasto.stylize(small, both))


def test_a_painting_is_a_style(small: torch.Tensor, photograph: Path) -> None:
    by_path = impasto.stylize(small.flip(2), photograph)
    assert torch.equal(by_path, impasto.stylize(small.flip(2), read(photograph)))


def test_a_painting_may_come_in_every_form(small: torch.Tensor, photograph: Path) -> None:
    wanted = impasto.stylize(small.flip(2), photograph)
    for painting in (read(photograph).to_pil(), small, small[0], [small], [small[0]]):
        assert torch.equal(impasto.stylize(small.flip(2), painting), wanted)


def test_regions_leave_the_rest_untouched(small: torch.Tensor) -> None:
    mask = torch.zeros(1, 3, 48, 64)
    mask[..., :20] = 1
    made = impasto.stylize(small, regions=[(mask, "great-wave")])
    whole = impasto.stylize(small, "great-wave")
    assert torch.equal(made[..., 20:], small[..., 20:])
    assert torch.allclose(made[..., :20], whole[..., :20], atol=1e-5)


def test_regions_lie_over_the_style(small: torch.Tensor) -> None:
    mask = torch.zeros(1, 3, 48, 64)
    mask[..., :20] = 1
    made = impasto.stylize(small, "the-scream", regions=[(mask, "great-wave")])
    assert torch.equal(made[..., 20:], impasto.stylize(small, "the-scream")[..., 20:])


def test_steps_are_told_and_stopping_leaves_a_photograph(small: torch.Tensor) -> None:
    told: list[Step] = []
    impasto.stylize(small, "great-wave", on_step=told.append)
    assert [(s.done, s.total) for s in told] == [(1, 1)]
    large = torch.nn.functional.interpolate(small, scale_factor=40)
    stopped = impasto.stylize(large, "great-wave", stroke=4, on_step=lambda step: step.done == 1)
    assert torch.equal(stopped[..., -200:, -200:], large[..., -200:, -200:])
    assert not torch.equal(stopped[..., :200, :200], large[..., :200, :200])


def test_what_was_stopped_does_not_claim_to_be_whole(small: torch.Tensor) -> None:
    large = Picture.from_tensor(torch.nn.functional.interpolate(small, scale_factor=40))
    for stop, finished in ((lambda step: step.done == 1, False), (lambda step: None, True)):
        assert impasto.stylize(large, "udnie", on_step=stop).recipe.finished is finished
    at_the_end = impasto.stylize(Picture.from_tensor(small), "udnie", on_step=lambda step: True)
    assert at_the_end.recipe.finished


def test_alpha_title_and_recipe_travel(small: torch.Tensor, tmp_path: Path) -> None:
    alpha = torch.linspace(0, 1, 64).expand(1, 1, 48, 64)
    path = write(Picture.from_tensor(small, alpha=alpha), tmp_path / "a.png")
    made = impasto.stylize(path, "great-wave", strength=0.5)
    assert torch.equal(made.alpha, read(path).alpha)
    assert made.recipe.settings["strength"] == 0.5
    assert made.recipe.styles[0].name == "great-wave"
    assert made.recipe.content.name == "a.png"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        ({"style": "great-wabe"}, StyleError, "great-wave"),
        ({"style": "no such style at all"}, StyleError, "impasto styles"),
        ({"style": "missing.jpg"}, PictureError, "missing.jpg"),
        ({}, SettingsError, "name a style"),
        ({"style": []}, SettingsError, "name a style"),
        ({"style": ""}, SettingsError, "name a style"),
        ({"style": ["great-wave", " "]}, SettingsError, "name a style"),
        ({"style": "x" * 5000}, StyleError, "impasto styles"),
        ({"style": "x" * 5000 + ".jpg"}, PictureError, "too long"),
        ({"style": "x" * 5000 + ".safetensors"}, StyleError, "can't be read"),
        ({"style": torch.full((3, 9, 9), 2.0)}, PictureError, "0 to 1"),
        ({"style": torch.rand(1, 9, 9)}, PictureError, "shape"),
        ({"style": "great-wave", "strength": 1.5}, SettingsError, "strength"),
        ({"style": "great-wave", "stroke": 9}, SettingsError, "stroke"),
        ({"style": ["great-wave", "the-scream"], "weights": (1,)}, SettingsError, "2 weights"),
        ({"style": ["great-wave", "the-scream"], "weights": (-1, 1)}, SettingsError, "negative"),
        ({"regions": [(torch.ones(1, 3, 9, 9), "great-wave")]}, PictureError, "same size"),
    ],
)
def test_bad_input_is_one_clear_line(
    call: dict, error: type, words: str, small: torch.Tensor
) -> None:
    with pytest.raises(error, match=words) as caught:
        impasto.stylize(small, **call)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [(900, 2), (1, 1), (5, 1500)])
def test_narrow_pictures_are_painted(size: tuple[int, int]) -> None:
    photo = torch.rand(1, 3, *size)
    assert impasto.stylize(photo, "great-wave").shape == photo.shape


def test_painting_leaves_the_random_state_alone(small: torch.Tensor) -> None:
    before = torch.random.get_rng_state()
    catalog.load(catalog.row("brush"))
    impasto.stylize(small, "great-wave")
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (torch.rand(3, 8, 8), "b, 3, h, w"),
        (torch.rand(0, 3, 8, 8), "b, 3, h, w"),
        (torch.rand(1, 4, 8, 8), "3, h, w"),
        (torch.rand(1, 3, 0, 8), "3, h, w"),
        (torch.zeros(1, 3, 8, 8, dtype=torch.uint8), "divide by 255"),
        (torch.full((1, 3, 8, 8), 255.0), "0 to 1"),
        (torch.full((1, 3, 8, 8), -0.5), "0 to 1"),
        (torch.full((1, 3, 8, 8), torch.nan), "0 to 1"),
        (torch.cat([torch.zeros(1, 3, 8, 8), torch.full((1, 3, 8, 8), torch.inf)]), "0 to 1"),
    ],
)
def test_a_tensor_of_no_pictures_is_refused(given: torch.Tensor, words: str) -> None:
    with pytest.raises((SettingsError, PictureError), match=words) as caught:
        impasto.stylize(given, "great-wave")
    assert "\n" not in str(caught.value)


NO_NUMBERS = """
import torch, impasto
for weights in ("ab", "12", ["a", "b"], [None, 1], 0.5, [[1, 2], [3, 4]], [10**400, 1]):
    try:
        impasto.stylize(torch.rand(1, 3, 8, 8), ["great-wave", "the-scream"], weights=weights)
    except impasto.ImpastoError as error:
        print(error)
"""


def test_weights_that_are_no_numbers() -> None:
    """In a process of its own, where no type checker is before us."""
    done = subprocess.run(
        [sys.executable, "-c", NO_NUMBERS], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 7
    assert all("2 styles need 2 weights" in line for line in lines)
