"""The slim VGG reads its published weights and sees at five scales."""

from pathlib import Path

import torch

from impasto.networks.vgg import SlimVGG


def test_five_layers_at_halving_sizes() -> None:
    seen = SlimVGG()(torch.rand(2, 3, 32, 48))
    assert [tuple(s.shape) for s in seen] == [
        (2, 16, 32, 48),
        (2, 32, 16, 24),
        (2, 64, 8, 12),
        (2, 128, 4, 6),
        (2, 128, 2, 3),
    ]


def test_the_published_weights_fit(shared: Path) -> None:
    network = SlimVGG.load(shared / "weights" / "vgg19_distilled_16x.safetensors")
    assert all(s.max() > 0 for s in network(torch.rand(1, 3, 32, 32)))
    assert not any(p.requires_grad for p in network.parameters())
