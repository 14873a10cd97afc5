"""Layers: the mirrored border, filters of even strength, kernels mixed for a style."""

import pytest
import torch

from impasto.networks.layers import EvenConv, StyledConv, convolve, exchange, moments


def test_the_border_is_mirrored() -> None:
    row = torch.tensor([1.0, 2.0, 4.0]).view(1, 1, 1, 3).expand(1, 1, 3, 3)
    summed = convolve(row, torch.ones(1, 1, 3, 3))
    assert torch.equal(summed[0, 0, 1], 3 * torch.tensor([5.0, 7.0, 8.0]))


def test_a_side_of_one_pixel_repeats_itself() -> None:
    assert torch.equal(
        convolve(torch.ones(1, 1, 1, 1), torch.ones(1, 1, 3, 3)).flatten(), torch.tensor([9.0])
    )


def test_filters_stay_equally_strong_however_the_weights_grow() -> None:
    layer = EvenConv(8, 16, 3, 1)
    noise = torch.randn(4, 8, 64, 64)
    before = layer(noise)
    with torch.no_grad():
        layer.weight.mul_(1000)
    assert torch.allclose(layer(noise), before, rtol=1e-4, atol=1e-4)
    assert before.std().item() == pytest.approx(2**0.5, rel=0.1)


def test_centered_filters_see_no_common_brightness() -> None:
    bright = torch.full((1, 3, 8, 8), 0.7)
    assert EvenConv(3, 4, 3, 1)(bright).abs().max() < 1e-5
    assert EvenConv(3, 4, 3, 1, centered=False)(bright).abs().max() > 1e-3


def test_kernels_are_mixed_scaled_and_shifted() -> None:
    layer = StyledConv(2, 3, experts=1)
    torch.nn.init.normal_(layer.experts)
    torch.nn.init.normal_(layer.bias)
    touch = torch.zeros(2, layer.touch_size)
    touch[1, 0], touch[1, 1:4], touch[1, 4:] = 0.5, 0.25, 2.0
    weight, bias = layer.kernel(touch)
    assert weight.shape == (6, 2, 3, 3)
    assert torch.equal(weight[:3], layer.weight)
    share, gain = torch.tensor(0.5).tanh(), 1 + torch.tensor(0.25).tanh()
    assert torch.allclose(weight[3:], (layer.weight + share * layer.experts) * gain)
    assert torch.allclose(bias[3:], layer.bias * gain + 2)


def test_moments_equal_torch_s_and_so_do_their_gradients() -> None:
    features = torch.randn(2, 3, 5, 4, dtype=torch.double, requires_grad=True)
    found = moments(features)
    deviation = (features.var((2, 3), correction=0) + 1e-5).sqrt()
    assert torch.allclose(found, torch.cat([features.mean((2, 3)), deviation], 1))
    assert torch.autograd.gradcheck(moments, features)


def test_exchanged_moments_are_the_target_s() -> None:
    features = torch.randn(1, 2, 64, 64)
    target = torch.tensor([[1.0, -2.0, 0.5, 3.0]])
    gain, shift = exchange(target, moments(features), loudest=10)
    made = moments(features * gain[..., None, None] + shift[..., None, None])
    assert torch.allclose(made, target, atol=1e-2)


def test_what_hardly_varies_is_not_amplified_without_end() -> None:
    own, target = torch.tensor([[0.0, 1e-4]]), torch.tensor([[0.0, 1.0]])
    gain, _ = exchange(target, own, loudest=4)
    assert gain.item() == 4
