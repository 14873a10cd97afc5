"""Invented styles: repeatable, different, and made of numbers that the brush understands."""

import pytest
import torch

import impasto
from impasto.errors import StyleError
from impasto.networks.styles import named_styles
from impasto.styling import library
from impasto.styling.hand import hand
from impasto.styling.invent import StyleSpace, invent, known_space

POSITIVE = torch.tensor([False, False, True, True, False, False, False, True, True, True])


def vectors(count: int) -> torch.Tensor:
    numbers = torch.randn(count, 10, generator=torch.Generator().manual_seed(1))
    return torch.where(POSITIVE, numbers.exp(), numbers)


def test_the_whole_space_loses_nothing() -> None:
    known = vectors(40)
    space = StyleSpace.fit(known, POSITIVE, 10)
    assert torch.allclose(
        space.vector(space.place(known, POSITIVE), POSITIVE), known, rtol=1e-3, atol=1e-4
    )


def test_places_of_the_paintings_are_standardized() -> None:
    space = StyleSpace.fit(vectors(40), POSITIVE, 4)
    places = space.place(vectors(40), POSITIVE)
    assert torch.allclose(places.mean(0), torch.zeros(4), atol=1e-4)
    assert torch.allclose(places.std(0), torch.ones(4), atol=1e-3)


def test_every_deviation_stays_positive() -> None:
    space = StyleSpace.fit(vectors(40), POSITIVE, 10)
    made = space.vector(5 * torch.randn(100, 10), POSITIVE)
    assert (made[:, POSITIVE] > 0).all()


def test_seeds_repeat_and_differ() -> None:
    assert torch.equal(invent(seed=7).values, invent(seed=7).values)
    assert not torch.allclose(invent(seed=7).values, invent(seed=8).values)


def test_inventions_are_no_known_style_and_paint(small: torch.Tensor) -> None:
    made = [impasto.stylize(small, invent(seed=seed)) for seed in range(4)]
    known = [impasto.stylize(small, style) for style in named_styles().values()]
    for i, picture in enumerate(made):
        others = made[:i] + made[i + 1 :] + known
        assert min((picture - other).abs().mean().item() for other in others) > 0.01


def test_near_is_nearer() -> None:
    space, positive = known_space(), hand().brush.positive
    home = space.place(library.find("great-wave").values, positive)
    near, far = (
        sum((space.place(invent(seed=s, near=n).values, positive) - home).norm() for s in range(5))
        for n in ("great-wave", None)
    )
    assert near < far


def test_a_name_keeps_it() -> None:
    made = invent(seed=3, name="dusk")
    assert torch.equal(library.find("dusk").values, made.values)
    with pytest.raises(StyleError, match="great-wave"):
        invent(seed=3, near="great-wabe")
