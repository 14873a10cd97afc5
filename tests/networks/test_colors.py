"""Palettes: what they hold, and moving one to another."""

import torch

from impasto.networks.colors import FAINTEST, SIZE, move, palette, recolor


def test_a_palette_by_hand() -> None:
    picture = (
        torch.tensor([0.2, 0.6]).view(1, 1, 1, 2) * torch.tensor([1.0, 0.0, 1.0])[:, None, None]
    )
    found = palette(picture)[0]
    assert found.shape == (SIZE,)
    assert torch.allclose(found[:3], torch.tensor([0.4, 0.0, 0.4]), atol=1e-6)
    root = 0.2 / 2**0.5  # [[c, 0, c], [0, 0, 0], [c, 0, c]] squared is 0.04 on both
    assert torch.allclose(found[3:], torch.tensor([root, 0, root, 0, 0, root]), atol=1e-4)


def test_recolored_pictures_have_the_palette_asked_for(generator: torch.Generator) -> None:
    photos = torch.rand(2, 3, 16, 16, generator=generator)
    mixed = torch.rand(2, 3, 16, 16, generator=generator) @ torch.rand(16, 16, generator=generator)
    wanted = palette(mixed / 16)
    wanted[:, 3:] *= 3
    made = recolor(photos, *move(wanted, palette(photos)))
    assert torch.allclose(palette(made)[:, :3], wanted[:, :3], atol=1e-4)
    assert torch.allclose(palette(made), wanted, atol=2e-2)  # FAINTEST takes part


def test_ones_own_palette_changes_nothing(generator: torch.Generator) -> None:
    photo = torch.rand(1, 3, 9, 7, generator=generator)
    own = palette(photo)
    assert torch.allclose(recolor(photo, *move(own, own)), photo, atol=1e-5)


def test_the_noise_of_a_gray_photograph_is_not_amplified_without_end() -> None:
    gray = torch.full((1, 3, 8, 8), 0.5)
    gray[:, 0, ::2] += 0.002
    colorful = palette(torch.eye(3).view(1, 3, 3, 1))
    made = recolor(gray, *move(colorful, palette(gray)))
    assert made[:, 0].max() - made[:, 0].min() <= 0.002 * 0.6 / FAINTEST
    assert torch.isfinite(made).all()
