"""The verb `create_like`."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
import torch
from PIL import Image

from impasto.creation.patches.like import create_like
from impasto.errors import PictureError, SettingsError
from impasto.jobs import memory
from impasto.jobs.preview import Preview
from impasto.picture import Picture
from impasto.progress import Step


def nearest(made: torch.Tensor, source: torch.Tensor, side: int = 7) -> torch.Tensor:
    """Distance (RMS) of each patch to the nearest of the source's."""
    asked, known = (torch.nn.functional.unfold(p, side)[0].T for p in (made, source))
    return torch.cdist(asked, known).amin(1) / (3 * side**2) ** 0.5


def test_new_pictures_are_made_of_the_sources_patches(small: torch.Tensor) -> None:
    made = create_like(small, count=3)
    assert [tuple(m.shape) for m in made] == [(1, 3, 48, 64)] * 3
    random = nearest(torch.rand(1, 3, 48, 64), small).mean()
    for one in made:
        assert nearest(one, small).mean() < 0.3 * random
        assert (one - small).abs().mean() > 0.05
    for a, b in combinations(made, 2):
        assert (a - b).abs().mean() > 0.05


def test_the_same_seed_makes_the_same_picture(small: torch.Tensor) -> None:
    several = create_like(small, seed=3, count=2)
    assert torch.equal(several[1], create_like(small, seed=4)[0])
    state = torch.random.get_rng_state()
    create_like(small, seed=4)
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize("size", [(96, 40), (17, 30), (7, 7), (3, 3), (1, 1), "40x24"])
def test_any_size(small: torch.Tensor, size: tuple[int, int] | str) -> None:
    made = create_like(small, size=size)[0]
    width, height = (40, 24) if isinstance(size, str) else size
    assert made.shape == (1, 3, height, width)
    assert 0 <= made.min() <= made.max() <= 1


@pytest.mark.parametrize("side", [1, 2, 3, 6, 8])
def test_a_tiny_source_is_enough(side: int) -> None:
    source = torch.rand(1, 3, side, side)
    made = create_like(source, size=(24, 20))[0]
    assert made.shape == (1, 3, 20, 24)
    assert source.min() - 1e-5 <= made.min() <= made.max() <= source.max() + 1e-5


def test_flat_and_gray_sources(small: torch.Tensor) -> None:
    flat = torch.full((1, 3, 48, 64), 0.25)
    assert torch.allclose(create_like(flat)[0], flat, atol=1e-6)
    gray = create_like(small.mean(1, keepdim=True).expand(-1, 3, -1, -1))[0]
    assert (gray - gray.mean(1, keepdim=True)).abs().max() < 1e-6


def test_freedom_chooses_between_the_layout_and_noise(small: torch.Tensor) -> None:
    far = [(create_like(small, freedom=f)[0] - small).abs().mean() for f in (0.0, 0.3, 1.0)]
    assert far[0] < 0.5 * far[2]
    assert far[0] <= far[1] <= far[2]


def test_opposite_edges_meet(small: torch.Tensor) -> None:
    made = create_like(small, tileable=True)[0]
    for axis in (-1, -2):
        steps = (made - made.roll(1, axis)).abs().mean((0, 1, -3 - axis))
        assert steps[0] <= steps[1:].max()
    across = torch.cat([made[..., -6:], made[..., :6]], -1)
    assert nearest(across, small).mean() < 2 * nearest(made, small).mean() + 0.01


def test_a_collage_takes_from_both() -> None:
    red, blue = torch.rand(2, 1, 3, 40, 40, generator=torch.Generator().manual_seed(0))
    red[:, 1:], blue[:, :2] = 0, 0
    made = create_like(red, other=blue, size=(60, 60))[0]
    assert (made[:, 0] > made[:, 2] + 0.2).float().mean() > 0.1
    assert (made[:, 2] > made[:, 0] + 0.2).float().mean() > 0.1
    alone = create_like(red, size=(60, 60))[0]
    assert alone[:, 2].max() == 0


def test_paths_and_pictures(painting: Path, small: torch.Tensor) -> None:
    from_path = create_like(painting)[0]
    assert isinstance(from_path, Picture)
    assert torch.equal(from_path.pixels, create_like(small)[0])
    assert torch.equal(create_like(Image.open(painting))[0].pixels, from_path.pixels)
    recipe = from_path.recipe
    assert (recipe.verb, recipe.seed, recipe.content.name) == ("create-like", 0, "painting.png")
    assert recipe.source_type == "trainedAlgorithmicMedia"
    assert recipe.settings["size"] == [64, 48]


def test_what_is_transparent_is_white() -> None:
    clear = Picture.from_tensor(torch.zeros(3, 24, 24), alpha=torch.zeros(1, 24, 24))
    assert create_like(clear)[0].pixels.min() == 1


def test_a_large_source_is_shrunk_to_a_working_size() -> None:
    made = create_like(torch.rand(1, 3, 20, 2000))[0]
    assert made.shape == (1, 3, 5, 512)


def test_steps_show_previews_and_stop_the_work(small: torch.Tensor) -> None:
    told: list[Step] = []
    create_like(small, count=2, on_step=told.append)
    assert [step.done for step in told] == list(range(1, told[-1].total + 1))
    assert all(isinstance(step, Preview) and step.preview is not None for step in told)
    assert told[-1].preview.shape == small.shape
    half = told[-1].total // 2
    stopped = create_like(small, count=2, on_step=lambda step: step.done == half + 2)
    assert len(stopped) == 1
    assert len(create_like(small, count=2, on_step=lambda step: step.done == half)) == 1
    assert create_like(small, count=2, on_step=lambda step: True) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": (0, 5)},
        {"size": (20_000, 5)},
        {"size": "12"},
        {"size": "axb"},
        {"freedom": 1.5},
        {"freedom": float("nan")},
        {"patch": 4},
        {"patch": 17},
        {"count": 0},
        {"seed": -1},
        {"seed": 2**63},
        {"seed": 2**63 - 2, "count": 2},
    ],
)
def test_what_cannot_be_is_refused(small: torch.Tensor, wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        create_like(small, **wrong)


WRONG_TYPES = """
import numpy as np
import torch
import impasto
from impasto.errors import SettingsError

picture = torch.rand(1, 3, 9, 9)
assert len(impasto.create_like(picture, seed=np.int64(3), count=np.uint8(2))) == 2
for given, wrong in (
    (None, {}),
    (None, {"other": picture}),
    (picture, {"other": 3}),
    (picture, {"count": "3"}),
    (picture, {"count": None}),
    (picture, {"seed": 1.5}),
):
    try:
        impasto.create_like(given, **wrong)
    except SettingsError as error:
        print(error)
"""


def test_wrong_types_are_refused_with_a_line() -> None:
    """In a process of its own, as the tests' check of all types would come first."""
    said = subprocess.run(
        [sys.executable, "-c", WRONG_TYPES], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(said) == 6
    assert all("expected a path, a Picture, a PIL image or a tensor" in line for line in said[:3])
    assert said[3:] == [
        "count: expected a whole number from 1 to 10,000; got '3'",
        "count: expected a whole number from 1 to 10,000; got None",
        "seed: expected a whole number from 0 to 9,223,372,036,854,775,806; got 1.5",
    ]


def test_a_batch_is_refused() -> None:
    with pytest.raises(PictureError, match="one picture at a time"):
        create_like(torch.rand(2, 3, 24, 24))


def test_a_size_that_fits_no_memory_is_refused_with_the_figure(
    small: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Step] = []
    monkeypatch.setattr(memory, "installed", lambda: 4_000_000_000)
    with pytest.raises(SettingsError, match=r"16,000 × 16,000 pixels need about \d\d\.\d GB"):
        create_like(small, size=(16_000, 16_000), on_step=told.append)
    assert told == []


def test_the_machines_memory_is_known() -> None:
    there = memory.installed()
    assert there is None or there > 100_000_000
