"""The classic network, beside its formula."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from impasto.errors import SettingsError
from impasto.networks.cnn import Cnn


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 20, 33), (3, 4, 5)])
def test_it_is_sized_to_its_pictures(shape, deep, generator: torch.Generator) -> None:
    network = Cnn(shape, 7, deep=deep).eval()
    assert network(torch.rand(2, *shape, generator=generator)).shape == (2, 7)


def test_it_has_the_weights_of_the_classic_program() -> None:
    """Keras's summary says 693,962: 320 + 692,352 + 1,290."""
    sizes = {k: v.numel() for k, v in Cnn((1, 28, 28), 10).named_parameters()}
    assert sum(sizes.values()) == 320 + (5408 * 128 + 128) + (128 * 10 + 10) == 693_962


def test_it_computes_what_the_classic_program_does(generator: torch.Generator) -> None:
    network, picture = Cnn((1, 28, 28), 10), torch.rand(3, 1, 28, 28, generator=generator)
    conv = network.marks[0]
    x = F.max_pool2d(F.relu(F.conv2d(picture, conv.weight, conv.bias)), 2).flatten(1)
    expected = network.decide(F.relu(network.hidden(x)))
    assert torch.allclose(network(picture), expected, atol=1e-5)


def test_it_begins_as_keras_does() -> None:
    network = Cnn((1, 28, 28), 10, seed=3)
    for layer, inputs, outputs in (
        (network.marks[0], 9, 9 * 32),
        (network.hidden, 5408, 128),
        (network.decide, 128, 10),
    ):
        bound = math.sqrt(6 / (inputs + outputs))
        assert layer.weight.abs().max() <= bound
        assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.1)
        assert not layer.bias.any()


def test_the_same_seed_begins_alike() -> None:
    one, same, other = (Cnn((1, 8, 8), 2, seed=s).hidden.weight for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_its_gradient_reaches_every_weight(generator: torch.Generator) -> None:
    for deep in (False, True):
        network = Cnn((1, 12, 12), 3, deep=deep)
        network(torch.rand(4, 1, 12, 12, generator=generator)).square().sum().backward()
        assert all(p.grad is not None and p.grad.any() for p in network.parameters())


def test_pictures_that_are_too_small_are_refused() -> None:
    with pytest.raises(SettingsError, match="4 pixels or more, not 3 × 9"):
        Cnn((1, 3, 9), 2)
    assert isinstance(Cnn((1, 4, 4), 2), nn.Module)
