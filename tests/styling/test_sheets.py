"""Sweeps, sheets and walks."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch

import impasto
from impasto.errors import SettingsError
from impasto.picture import Picture, read
from impasto.progress import Step
from impasto.styling import shelf
from impasto.styling.sheets import sheet, stroll, sweep, walk


def test_a_sweep_tries_every_pair(photograph: Path) -> None:
    told: list[Step] = []
    page = sweep(
        photograph, "great-wave", strength=(0.5, 1.0), stroke=(1.0, 2.0), on_step=told.append
    )
    assert isinstance(page, Picture)
    assert told[-1].done == told[-1].total == 4
    wider = sweep(photograph, "great-wave", strength=(0.2, 0.5, 1.0), stroke=(1.0, 2.0))
    assert wider.size[0] > page.size[0]


def test_a_sweep_of_nothing_or_too_much_is_refused(photograph: Path) -> None:
    many = (0.5,) * 21
    for wrong in (
        {"strength": ()},
        {"stroke": (100.0,)},
        {"strength": (0.5, 2.0)},
        {"strength": many, "stroke": many},
    ):
        with pytest.raises(SettingsError):
            sweep(photograph, "great-wave", **wrong)


def test_previews_are_true_to_the_final_picture(photograph: Path) -> None:
    """A large picture, shrunk to its preview's size, looks like the preview."""
    large = torch.nn.functional.interpolate(
        read(photograph).pixels, scale_factor=24, mode="bicubic"
    )
    photo = Picture.from_tensor(large.clamp(0, 1))
    final = impasto.stylize(photo, "great-wave", stroke=2.0).pixels
    small = torch.nn.functional.interpolate(
        photo.pixels, (512, 683), mode="bicubic", antialias=True
    )
    preview = impasto.stylize(
        Picture.from_tensor(small.clamp(0, 1)), "great-wave", stroke=2.0
    ).pixels
    shrunk = torch.nn.functional.interpolate(final, (512, 683), mode="bicubic", antialias=True)
    unpainted = (preview - small).abs().mean()
    assert (preview - shrunk).abs().mean() < 0.5 * unpainted


def test_a_sheet_names_its_styles(photograph: Path) -> None:
    few, more = (sheet(photograph, shelf.names()[:n], columns=2) for n in (2, 3))
    assert more.size[0] == few.size[0]
    assert more.size[1] > few.size[1]


def test_a_walk_begins_and_ends_in_its_styles(photograph: Path) -> None:
    frames = walk(photograph, ["great-wave", "the-scream"], steps=3)
    assert len(frames) == 3
    for frame, style in ((frames[0], "great-wave"), (frames[2], "the-scream")):
        assert torch.allclose(frame.pixels, impasto.stylize(photograph, style).pixels, atol=1e-5)
    steps = [(b.pixels - a.pixels).abs().mean() for a, b in pairwise(frames)]
    assert max(steps) < 4 * min(steps)


def test_a_walk_stops_when_asked_and_needs_two_ends(photograph: Path) -> None:
    stopped = walk(photograph, ["great-wave", "the-scream"], steps=5, on_step=lambda s: s.done == 2)
    assert len(stopped) == 2
    for styles, steps in ((["great-wave"], 5), (["great-wave", "the-scream"], 1)):
        with pytest.raises(SettingsError, match="two"):
            walk(photograph, styles, steps=steps)


def test_one_value_is_a_sweep_of_one(photograph: Path) -> None:
    one = sweep(photograph, "great-wave", strength=0.5, stroke=1, keep_colors=True)
    assert one.recipe.settings == {"strength": [0.5], "stroke": [1], "keep_colors": [True]}
    several = sweep(photograph, "great-wave", strength=(0.5,), stroke=(1,), keep_colors=(True,))
    assert torch.equal(one.pixels, several.pixels)


def test_a_sheet_that_was_stopped_says_so(photograph: Path) -> None:
    names = ["great-wave", "the-scream"]
    assert sheet(photograph, names, on_step=lambda step: step.done == 2).recipe.finished
    assert not sheet(photograph, names, on_step=lambda step: step.done == 1).recipe.finished


def test_a_stroll_hands_over_each_picture_when_it_is_painted(photograph: Path) -> None:
    told: list[Step] = []
    frames = stroll(photograph, ["great-wave", "the-scream"], steps=500, on_step=told.append)
    first, second = next(frames), next(frames)
    assert [step.done for step in told] == [1]
    assert not torch.equal(first.pixels, second.pixels)
