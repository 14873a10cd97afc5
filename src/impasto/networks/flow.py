"""A current that carries noise to pictures: a small network for flow matching."""

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.networks.layers import precise

WIDTHS = (64, 128, 192)
"""Channels at a half, a quarter and an eighth of 64 pixels."""

GRID = 32
"""Places along a side of the first layer: larger pictures are cut into larger pieces."""

STEPS = 12
"""Steps from noise to a picture; each asks the network twice."""

BEND = 1.5
"""How much shorter the last of them are than the first, as a power: details are decided late."""

AWAY = 0.7
"""How far a guided current keeps away from what it was early, as a share of what has changed."""


class Look(nn.Module):
    """Two convolutions, told the time, whose result is added to what they were given."""

    def __init__(self, inputs: int, outputs: int, told: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.last = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.time = nn.Linear(told, 2 * outputs)
        self.short = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.time.weight)

    def forward(
        self, x: Float[Tensor, "b c h w"], told: Float[Tensor, "b t"]
    ) -> Float[Tensor, "b o h w"]:
        """Look once more."""
        gain, shift = self.time(told)[:, :, None, None].chunk(2, 1)
        y = normed(self.first(F.silu(normed(x)))) * (1 + gain) + shift
        added: Tensor = self.short(x) + self.last(F.silu(y))
        return added


class Attention(nn.Module):
    """Let every place see all others."""

    def __init__(self, width: int, *, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.ask = nn.Linear(width, 3 * width)
        self.say = nn.Linear(width, width)
        nn.init.zeros_(self.say.weight)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        """Attend."""
        places = normed(x).flatten(2).transpose(1, 2)
        parts = self.ask(places).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(parts[0], parts[1], parts[2])
        said = self.say(seen.transpose(1, 2).flatten(2)).transpose(1, 2)
        added: Tensor = x + said.unflatten(2, x.shape[2:])
        return added


class Flow(nn.Module):
    """Say which way a noisy picture must go to become a clean one.

    Called with pictures ``(b, 3, size, size)`` between noise, at time 0, and works in -1..1, at
    time 1, it returns the velocity of each value. `paint` follows it from noise to pictures; the
    same noise gives the same picture.

    Args:
        size: Side of the pictures: 32, 64, 128 or 256.

    Notes:
        Flow matching: Lipman et al. 2023, arXiv:2210.02747; rectified flow: Liu et al. 2023,
        arXiv:2209.03003. The network is a U-Net on pieces of the picture, as pixels cost most and
        say least.
    """

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.size, self.piece = size, max(1, size // GRID)
        first, middle, last = WIDTHS
        told = 4 * first
        self.time = nn.Sequential(nn.Linear(64, told), nn.SiLU(), nn.Linear(told, told))
        self.begin = nn.Conv2d(3 * self.piece**2, first, 3, padding=1)
        self.down = nn.ModuleList([Look(first, first, told), Look(middle, middle, told)])
        self.shrink = nn.ModuleList([nn.Conv2d(first, middle, 2, 2), nn.Conv2d(middle, last, 2, 2)])
        self.middle = nn.ModuleList([Look(last, last, told), Look(last, last, told)])
        self.attend = Attention(last)
        self.enlarge = nn.ModuleList([nn.Conv2d(last, middle, 1), nn.Conv2d(middle, first, 1)])
        self.up = nn.ModuleList([Look(middle, middle, told), Look(first, first, told)])
        self.end = nn.Conv2d(first, 3 * self.piece**2, 3, padding=1)
        nn.init.zeros_(self.end.weight)

    def forward(
        self, x: Float[Tensor, "b 3 s s"], time: Float[Tensor, " b"]
    ) -> Float[Tensor, "b 3 s s"]:
        """Say the velocity."""
        told = F.silu(self.time(waves(time)))
        y = F.pixel_unshuffle(x, self.piece).contiguous(memory_format=torch.channels_last)
        y, kept = self.begin(y), []
        for look, shrink in zip(self.down, self.shrink, strict=True):
            y = look(y, told)
            kept.append(y)
            y = shrink(y)
        y = self.middle[1](self.attend(self.middle[0](y, told)), told)
        for look, enlarge in zip(self.up, self.enlarge, strict=True):
            y = kept.pop() + F.interpolate(enlarge(y), scale_factor=2.0)
            y = look(y, told)
        return F.pixel_shuffle(precise(self.end(F.silu(normed(y)))), self.piece)


class Guided(nn.Module):
    """A current that keeps away from what it was early in its training.

    Called like a `Flow`. What was learned for a short time errs where what was learned for long
    errs, only further; so the way from the one to the other, gone on with, leads to better
    pictures. It asks two networks, and so takes twice as long.

    Args:
        size: Side of the pictures.

    Notes:
        Autoguidance: Karras et al. 2024, arXiv:2406.02507. Differs: the early network is as large
        as the late one.
    """

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.size = size
        self.late, self.early = Flow(size), Flow(size)

    def forward(
        self, x: Float[Tensor, "b 3 s s"], time: Float[Tensor, " b"]
    ) -> Float[Tensor, "b 3 s s"]:
        """Say the velocity."""
        late, early = self.late(x, time), self.early(x, time)
        way: Tensor = late + AWAY * (late - early)
        return way


Current = Flow | Guided


def paint(
    current: Current, noise: Float[Tensor, "b 3 s s"], steps: int | None = None
) -> Float[Tensor, "b 3 s s"]:
    """Follow a current from noise to pictures.

    Args:
        current: What says where to go.
        noise: Normal.
        steps: More follow it more closely; `STEPS` unless given.

    Returns:
        Pictures in 0..1.

    Notes:
        Heun's method: the mean of the velocities at both ends of a step.
    """
    x, times = noise, 1 - torch.linspace(1, 0, (steps or STEPS) + 1) ** BEND
    for now, then in pairwise(times.tolist()):
        here = current(x, torch.full((len(x),), now, device=x.device))
        there = current(x + (then - now) * here, torch.full((len(x),), then, device=x.device))
        x = x + (then - now) * (here + there) / 2
    return (x / 2 + 0.5).clamp(0, 1)


def normed(x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
    """Bring each place's channels to the mean 0 and the deviation 1."""
    return F.layer_norm(x.permute(0, 2, 3, 1), (x.shape[1],)).permute(0, 3, 1, 2)


def waves(time: Float[Tensor, " b"]) -> Float[Tensor, "b 64"]:
    """Write a time, 0..1, as waves of many lengths, which tell near times apart.

    Notes:
        Vaswani et al. 2017, section 3.5, arXiv:1706.03762.
    """
    lengths = torch.exp(-math.log(1000.0) * torch.arange(32, device=time.device) / 32)
    angles = 1000 * time[:, None] * lengths
    return torch.cat([angles.cos(), angles.sin()], 1)


def noise_of(size: int, count: int, seed: int) -> Float[Tensor, "n 3 s s"]:
    """Draw noise for pictures from one seed."""
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(seed))
