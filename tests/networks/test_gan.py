"""The painter and the critic."""

import pytest
import torch
from torch import nn

from impasto.networks.gan import NOISE, SIZES, Critic, Duel, Excitation, Painter, even


@pytest.mark.parametrize("size", SIZES)
def test_it_paints_and_looks_at_every_size(size: int) -> None:
    duel = Duel(size)
    with torch.no_grad():
        made = duel.paint(torch.randn(2, NOISE))
        said, seen = duel.critic(made)
        drawn = duel.critic.rebuilt(seen)
    assert made.shape == (2, 3, size, size)
    assert 0 <= made.min() <= made.max() <= 1
    assert len(said) == 2
    assert seen.shape[2:] == (8, 8)
    assert drawn.shape == (2, 3, 32, 32)
    assert duel.noise == (NOISE,)


def test_a_picture_does_not_depend_on_its_neighbors() -> None:
    painter = Painter(32).eval()
    noise = torch.randn(4, NOISE)
    with torch.no_grad():
        together, alone = painter(noise), painter(noise[2:3])
    assert torch.allclose(together[2:3], alone, atol=1e-5)
    assert (together[0] - together[1]).abs().max() > 1e-3


def test_it_fits_into_what_may_ship() -> None:
    assert sum(2 * weight.numel() for weight in Painter(64).parameters()) <= 12_000_000


def test_places_are_equally_strong_after_the_norm() -> None:
    x = even(torch.randn(2, 8, 4, 4) * torch.tensor([1.0, 50.0])[:, None, None, None])
    assert torch.allclose(x.square().mean(1), torch.ones(2, 4, 4), atol=1e-3)


def test_an_excitation_opens_and_closes_channels() -> None:
    excite = Excitation(4, 6)
    nn.init.zeros_(excite.say.weight)
    with torch.no_grad():
        excite.say.bias.copy_(torch.tensor([50.0, -50, 50, -50, 50, -50]))
        large = torch.ones(1, 6, 16, 16)
        found = excite(torch.randn(1, 4, 8, 8), large)
    assert found[0, :, 0, 0].tolist() == pytest.approx([1, 0, 1, 0, 1, 0])


def test_the_critic_is_bound() -> None:
    """Spectral normalization: each layer's largest gain is about one."""
    critic = Critic(32)
    for _ in range(20):
        critic(torch.rand(2, 3, 32, 32))
    for layer in (critic.look, critic.begin):
        assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() == pytest.approx(
            1, abs=0.02
        )


def test_gradients_reach_all_of_both() -> None:
    duel = Duel(32)
    said, seen = duel.critic(duel.painter(torch.randn(2, NOISE)))
    (said.sum() + duel.critic.rebuilt(seen).sum()).backward()
    for name, weight in duel.named_parameters():
        assert weight.grad is not None, name
