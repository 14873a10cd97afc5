"""How far a drawing is from what the pen expected, point by point."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Integer, Shaped
from torch import Tensor

NARROWEST = -4.0
"""Logarithm of the least spread of a Gaussian: lines that are exactly upright, as drawings on a
grid have them, would else be worth any price."""

MOST = 0.98  # of a correlation: at 1 the Gaussian would be a line


@dataclass(frozen=True, eq=False)
class Expected:
    """What a pen expects of points.

    Attributes:
        weights: Logarithm of the share of each Gaussian.
        means: Where it lies, across and down.
        spreads: Logarithm of its deviation, across and down.
        slant: Correlation of the two, above -1 and below 1.
        states: Logarithm of how likely the pen goes on, is lifted, or is done.
    """

    weights: Float[Tensor, "*b m"]
    means: Float[Tensor, "*b m 2"]
    spreads: Float[Tensor, "*b m 2"]
    slant: Float[Tensor, "*b m"]
    states: Float[Tensor, "*b 3"]


def expected(told: Float[Tensor, "*b p"]) -> Expected:
    """Read what the network tells: six numbers a Gaussian, and three for the pen.

    Notes:
        Ha, Eck 2017, eq. 4-6, arXiv:1704.03477. Differs: the spread has a least value.
    """
    mixture, states = told[..., :-3], told[..., -3:]
    parts = mixture.reshape(*mixture.shape[:-1], 6, mixture.shape[-1] // 6)
    return Expected(
        torch.log_softmax(parts[..., 0, :], -1),
        parts[..., 1:3, :].transpose(-1, -2),
        NARROWEST + F.softplus(parts[..., 3:5, :].transpose(-1, -2) - NARROWEST),
        MOST * torch.tanh(parts[..., 5, :]),
        torch.log_softmax(states, -1),
    )


def surprise(seen: Expected, steps: Float[Tensor, "*b 2"]) -> Float[Tensor, " *b"]:
    """Measure how little steps were expected: minus the logarithm of their density, in nats.

    Notes:
        Graves 2013, eq. 23-25, arXiv:1308.0850.
    """
    across, down = ((steps[..., None, :] - seen.means) * torch.exp(-seen.spreads)).unbind(-1)
    room = 1 - seen.slant**2
    apart = (across**2 + down**2 - 2 * seen.slant * across * down) / room
    size = seen.spreads.sum(-1) + 0.5 * torch.log(room) + math.log(2 * math.pi)
    return -torch.logsumexp(seen.weights - apart / 2 - size, -1)


def drawing_loss(
    told: Float[Tensor, "b t p"], rows: Shaped[Tensor, "b t 3"], lengths: Integer[Tensor, " b"]
) -> tuple[Float[Tensor, " b"], Float[Tensor, " b"]]:
    """Measure how little drawings were expected, in nats a drawing.

    Args:
        told: What the network expected of each point.
        rows: What was drawn: steps, and states 0 goes on, 1 lifted, 2 done.
        lengths: Points of each drawing; what comes after doesn't count.

    Returns:
        Of the steps, whose first is where a drawing begins and doesn't count; and of the pen.
    """
    seen, there = expected(told), within(rows, lengths)
    steps = surprise(seen, rows[..., :2])[:, 1:]
    chosen = rows[..., 2].long().clamp(0, 2)
    states = -seen.states.gather(-1, chosen[..., None])[..., 0]
    return (steps * there[:, 1:]).sum(1), (states * there).sum(1)


def divergence(middle: Float[Tensor, "b z"], spread: Float[Tensor, "b z"]) -> Float[Tensor, " b"]:
    """Measure how much ideas say: their distance from saying nothing, in nats a drawing.

    Args:
        middle: Of the ideas.
        spread: Logarithm of their variance.

    Notes:
        Kingma, Welling 2013, appendix B, arXiv:1312.6114.
    """
    return 0.5 * (middle**2 + spread.exp() - 1 - spread).sum(1)


def within(rows: Shaped[Tensor, "b t 3"], lengths: Integer[Tensor, " b"]) -> Bool[Tensor, "b t"]:
    """Tell which points belong to a drawing, and which fill it up."""
    return torch.arange(rows.shape[1], device=rows.device) < lengths[:, None]
