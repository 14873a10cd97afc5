"""Opponent colors: orthogonal, and moved as asked."""

import torch

from impasto.networks.colors import LOUDEST, OPPONENT, opponent, recolor
from impasto.networks.layers import moments


def test_opponents_are_orthogonal_and_gray_has_only_light() -> None:
    assert torch.allclose(OPPONENT @ OPPONENT.T, torch.eye(3), atol=1e-6)
    gray = opponent(torch.full((1, 3, 2, 2), 0.5))
    assert torch.allclose(gray[:, 1:], torch.zeros(1, 2, 2, 2), atol=1e-6)


def test_recolored_pictures_have_the_colors_asked_for(generator: torch.Generator) -> None:
    photos = torch.rand(2, 3, 16, 16, generator=generator)
    wanted = moments(opponent(0.3 * torch.rand(2, 3, 16, 16, generator=generator) + 0.1))
    made = recolor(photos, wanted, moments(opponent(photos)))
    assert torch.allclose(moments(opponent(made)), wanted, atol=1e-3)
    alone = recolor(photos[:1], wanted[:1], moments(opponent(photos[:1])))
    assert torch.allclose(alone, made[:1], atol=1e-5)


def test_own_colors_change_nothing(generator: torch.Generator) -> None:
    photo = torch.rand(1, 3, 9, 7, generator=generator)
    own = moments(opponent(photo))
    assert torch.allclose(recolor(photo, own, own), photo, atol=1e-5)


def test_the_noise_of_a_gray_photograph_is_not_amplified_without_end() -> None:
    gray = torch.full((1, 3, 8, 8), 0.5)
    gray[:, 0, ::2] += 0.002
    own = moments(opponent(gray))
    loud = own.clone()
    loud[:, 3:] = 0.5
    made = opponent(recolor(gray, loud, own))[:, 1]
    assert made.max() - made.min() <= LOUDEST * 0.002
