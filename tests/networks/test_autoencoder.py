"""The autoencoder sums up and repaints."""

import pytest
import torch

from impasto.errors import SettingsError
from impasto.networks.autoencoder import Autoencoder


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 33, 40), (3, 8, 8)])
def test_it_returns_the_shape_it_was_given(shape, generator: torch.Generator) -> None:
    network = Autoencoder(shape, code=5, widths=(4, 8, 8))
    picture = torch.rand(2, *shape, generator=generator)
    code = network.encode(picture)
    painted = network(picture)
    assert code.shape == (2, 5)
    assert painted.shape == picture.shape
    assert 0 <= painted.min() <= painted.max() <= 1
    painted.sum().backward()
    assert all(p.grad is not None for p in network.parameters())


def test_it_learns_to_repaint(generator: torch.Generator) -> None:
    pictures = torch.zeros(4, 1, 16, 16)
    for place in range(4):
        pictures[place, :, :, 4 * place : 4 * place + 4] = 1
    network = Autoencoder((1, 16, 16), code=2, widths=(8, 8))
    descent = torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(60):
        descent.zero_grad()
        loss = (network(pictures) - pictures).square().mean()
        loss.backward()
        descent.step()
    assert loss.item() < 0.05  # gray all over would be 0.19


def test_pictures_that_are_too_small_are_refused() -> None:
    with pytest.raises(SettingsError, match="8 pixels or more, not 7 × 20"):
        Autoencoder((1, 7, 20))
