"""The distance of patches."""

import torch

from impasto.losses.patches import SIDE, patch_directions, patch_loss


def test_the_same_patches_elsewhere_are_no_distance_apart(generator: torch.Generator) -> None:
    pictures = torch.rand(2, 3, 20, 20, generator=generator)
    directions = patch_directions(8, generator)
    assert patch_loss(pictures, pictures.flip(0), directions=directions, scales=(1, 2, 4)) < 1e-6


def test_a_shift_of_all_values_by_hand() -> None:
    pictures = torch.full((1, 3, 10, 10), 0.25)
    directions = torch.zeros(1, 3, SIDE, SIDE)
    directions[0, 1, 2, 2] = 1
    away = patch_loss(pictures, pictures + 0.5, directions=directions, scales=(1, 2))
    assert torch.allclose(away, torch.tensor(0.5))


def test_directions_are_unit_vectors(generator: torch.Generator) -> None:
    lengths = patch_directions(50, generator).flatten(1).norm(dim=1)
    assert torch.allclose(lengths, torch.ones(50))


def test_order_is_seen_though_colors_are_equal(generator: torch.Generator) -> None:
    stripes = torch.zeros(1, 3, 16, 16)
    stripes[..., ::2] = 1
    halves = torch.zeros(1, 3, 16, 16)
    halves[..., 8:] = 1
    directions = patch_directions(16, generator)
    assert patch_loss(stripes, halves, directions=directions, scales=(1,)) > 0.1


def test_the_gradient_leads_there(generator: torch.Generator) -> None:
    wanted = torch.rand(1, 3, 16, 16, generator=generator)
    given = (0.3 * torch.rand(1, 3, 16, 16, generator=generator)).requires_grad_()
    optimizer = torch.optim.Adam([given], 0.05)
    losses = []
    for _ in range(15):
        loss = patch_loss(given, wanted, directions=patch_directions(8, generator), scales=(1, 2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
