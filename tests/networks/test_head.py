"""Heads: standardized features, and a decision."""

import torch

from impasto.networks.head import Head


def test_features_are_standardized(generator: torch.Generator) -> None:
    features = 5 + 3 * torch.randn(50, 4, generator=generator)
    features[:, 3] = 2.0
    head = Head(4, 2)
    head.fit_scale(features)
    seen = (features - head.mean) / head.deviation
    assert torch.allclose(seen.mean(0), torch.zeros(4), atol=1e-5)
    assert torch.allclose(seen.std(0, correction=0), torch.tensor([1.0, 1, 1, 0]), atol=1e-5)
    layer = head.layers[-1]
    assert torch.allclose(head(features), seen @ layer.weight.T + layer.bias, atol=1e-5)
    assert {"mean", "deviation"} <= set(head.state_dict())  # they travel with the weights


def test_one_layer_of_thought(generator: torch.Generator) -> None:
    head = Head(4, 3, hidden=8, dropout=0.5)
    assert head(torch.randn(5, 4, generator=generator)).shape == (5, 3)
    assert sum(p.numel() for p in head.parameters()) == 4 * 8 + 8 + 8 * 3 + 3


def test_the_same_seed_begins_alike() -> None:
    assert torch.equal(Head(4, 3, seed=2).layers[-1].weight, Head(4, 3, seed=2).layers[-1].weight)
