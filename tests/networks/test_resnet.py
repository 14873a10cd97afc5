"""The residual network: any size, few weights, and it learns."""

import pytest
import torch
import torch.nn.functional as F

from impasto.errors import SettingsError
from impasto.networks.resnet import Block, ResNet


@pytest.mark.parametrize("size", [(64, 64), (97, 130), (1, 5)])
def test_it_takes_any_size(size, generator: torch.Generator) -> None:
    network = ResNet(5, widths=(8, 16)).eval()
    picture = torch.rand(2, 3, *size, generator=generator)
    assert network(picture).shape == (2, 5)
    assert network.features(picture).shape == (2, 16)


def test_it_has_at_most_three_million_weights() -> None:
    assert sum(p.numel() for p in ResNet(27).parameters()) <= 3_000_000


def test_gray_pictures_and_other_widths() -> None:
    network = ResNet(2, channels=1, widths=(4,), blocks=1)
    assert network(torch.rand(2, 1, 32, 32)).shape == (2, 2)


def test_it_can_tell_two_textures_apart(generator: torch.Generator) -> None:
    pictures = torch.rand(8, 3, 32, 32, generator=generator)
    pictures[4:] = F.avg_pool2d(pictures[4:], 3, 1, 1)
    labels = torch.tensor([0] * 4 + [1] * 4)
    network = ResNet(2, widths=(8, 16), blocks=1, dropout=0)
    descent = torch.optim.Adam(network.parameters(), 1e-2)
    for _ in range(40):
        descent.zero_grad()
        loss = F.cross_entropy(network(pictures), labels)
        loss.backward()
        descent.step()
    assert loss.item() < 0.1


def test_a_block_adds_to_what_was_seen(generator: torch.Generator) -> None:
    block, x = Block(3, 3), torch.rand(2, 3, 4, 4, generator=generator)
    torch.nn.init.zeros_(block.conv2.weight)
    assert torch.equal(block(x), x)


def test_no_widths_are_refused() -> None:
    with pytest.raises(SettingsError, match="widths and blocks from 1"):
        ResNet(2, widths=())
