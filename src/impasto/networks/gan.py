"""A painter and a critic that learn from each other: a light GAN for small collections."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from impasto.networks.layers import precise

NOISE = 256
"""Numbers of chance from which a picture is painted."""

WIDTHS = {4: 256, 8: 192, 16: 128, 32: 64, 64: 32, 128: 24, 256: 16}
"""The painter's channels at each size of its layers."""

SEEN = {4: 256, 8: 192, 16: 128, 32: 64, 64: 48, 128: 32, 256: 16}
"""The critic's."""

SKIPS = {32: 4, 64: 8, 128: 8, 256: 16}
"""Which layers a small one excites directly: by the larger one's size, the smaller one's."""

SIZES = (32, 64, 128, 256)
"""Sides of the pictures that can be made."""


def even(x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
    """Bring each place's channels to the same strength: no layer runs away from the others.

    Notes:
        Pixel norm of Karras et al. 2017, arXiv:1710.10196, instead of batch normalization: a
        picture then never depends on those painted beside it.
    """
    return F.rms_norm(x.permute(0, 2, 3, 1), (x.shape[1],), eps=1e-6).permute(0, 3, 1, 2)


class Larger(nn.Module):
    """Double the size and look again, letting half of the channels open and close the others."""

    def __init__(self, inputs: int, outputs: int, *, twice: bool) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, 2 * outputs, 3, padding=1)
        self.again = nn.Conv2d(outputs, 2 * outputs, 3, padding=1) if twice else None

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b o 2*h 2*w"]:
        """Enlarge."""
        x = even(F.glu(self.first(F.interpolate(x, scale_factor=2.0)), 1))
        return x if self.again is None else even(F.glu(self.again(x), 1))


class Excitation(nn.Module):
    """Let a small layer say how strongly each channel of a large one shall speak.

    Notes:
        Skip-layer excitation: Liu et al. 2021, section 3.1, arXiv:2101.04775.
    """

    def __init__(self, small: int, large: int) -> None:
        super().__init__()
        self.look = nn.Conv2d(small, large, 4)
        self.say = nn.Conv2d(large, large, 1)

    def forward(
        self, small: Float[Tensor, "b c _ _"], large: Float[Tensor, "b d h w"]
    ) -> Float[Tensor, "b d h w"]:
        """Excite."""
        seen = self.say(F.silu(self.look(F.adaptive_avg_pool2d(small, 4))))
        return large * torch.sigmoid(seen)


class Painter(nn.Module):
    """Paint pictures from chance.

    Accepts noise ``(b, 256)``, each number normal; returns pictures ``(b, 3, size, size)`` in
    0..1. The same noise gives the same picture, whatever is painted beside it.

    Args:
        size: Side of the pictures: 32, 64, 128 or 256.

    Notes:
        The generator of FastGAN, Liu et al. 2021, arXiv:2101.04775. Differs: pixel norm instead of
        batch norm, and no noise on the way, so that the seed alone decides.
    """

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.size = size
        self.begin = nn.Linear(NOISE, 2 * WIDTHS[4] * 16)
        sides = [side for side in WIDTHS if 4 < side <= size]
        self.layers = nn.ModuleDict(
            {str(side): Larger(WIDTHS[side // 2], WIDTHS[side], twice=side <= 16) for side in sides}
        )
        self.skips = nn.ModuleDict(
            {
                str(side): Excitation(WIDTHS[SKIPS[side]], WIDTHS[side])
                for side in sides
                if side in SKIPS
            }
        )
        self.end = nn.Conv2d(WIDTHS[size], 3, 3, padding=1)

    @property
    def noise(self) -> tuple[int, ...]:
        """Shape of the noise of a picture."""
        return (NOISE,)

    def forward(self, noise: Float[Tensor, "b 256"]) -> Float[Tensor, "b 3 s s"]:
        """Paint."""
        x = self.begin(F.normalize(noise) * NOISE**0.5).unflatten(1, (-1, 4, 4))
        x = even(F.glu(x.contiguous(memory_format=torch.channels_last), 1))
        known = {4: x}
        for name, larger in self.layers.items():
            side = int(name)
            x = larger(x)
            if name in self.skips:
                x = self.skips[name](known[SKIPS[side]], x)
            known[side] = x
        return torch.sigmoid(2 * precise(self.end(x)))

    def paint(self, noise: Float[Tensor, "b 256"]) -> Float[Tensor, "b 3 s s"]:
        """Paint; as `forward`."""
        painted: Tensor = self(noise)
        return painted


class Smaller(nn.Module):
    """Halve the size, along two ways whose results are averaged."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = spectral_norm(nn.Conv2d(inputs, outputs, 4, 2, 1))
        self.again = spectral_norm(nn.Conv2d(outputs, outputs, 3, 1, 1))
        self.short = spectral_norm(nn.Conv2d(inputs, outputs, 1))

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b o h//2 w//2"]:
        """Shrink."""
        long = _rectified(self.again(_rectified(self.first(x))))
        return (long + _rectified(self.short(F.avg_pool2d(x, 2)))) / 2


class Rebuilder(nn.Module):
    """Draw a small picture of what the critic has seen, so that it must look at all of it."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.larger = nn.Sequential(Larger(inputs, 64, twice=False), Larger(64, 32, twice=False))
        self.end = nn.Conv2d(32, 3, 3, padding=1)

    def forward(self, seen: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 3 4*h 4*w"]:
        """Draw; 0..1."""
        return torch.sigmoid(2 * precise(self.end(self.larger(seen))))


class Critic(nn.Module):
    """Tell works from what the painter made, place by place.

    Accepts pictures ``(b, 3, size, size)`` in 0..1; returns how much each of some places looks like
    a work, any real number, and what it has seen at an eighth of the size.

    Args:
        size: Side of the pictures.

    Notes:
        The self-supervised discriminator of Liu et al. 2021, section 3.2, arXiv:2101.04775, with
        spectral normalization, Miyato et al. 2018, arXiv:1802.05957, and no other. Differs: what
        it rebuilds is compared pixel by pixel, as there is no perceptual network at hand.
    """

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        sides = [side for side in sorted(SEEN, reverse=True) if 8 <= side < size]
        self.begin = spectral_norm(nn.Conv2d(3, SEEN[size // 2], 4, 2, 1))
        self.layers = nn.ModuleList(Smaller(SEEN[2 * side], SEEN[side]) for side in sides[1:])
        self.look = spectral_norm(nn.Conv2d(SEEN[8], SEEN[8], 1))
        self.say = spectral_norm(nn.Conv2d(SEEN[8], 1, 4))
        self.whole = Rebuilder(SEEN[8])
        self.size = size

    def forward(
        self, pictures: Float[Tensor, "b 3 s s"]
    ) -> tuple[Float[Tensor, "b n"], Float[Tensor, "b c 8 8"]]:
        """Look."""
        given = (2 * pictures - 1).contiguous(memory_format=torch.channels_last)
        x = _rectified(self.begin(given))
        for layer in self.layers:
            x = layer(x)
        said = self.say(_rectified(self.look(x)))
        return precise(said.flatten(1)), x

    def rebuilt(self, seen: Float[Tensor, "b c 8 8"]) -> Float[Tensor, "b 3 32 32"]:
        """Draw what was seen, small."""
        drawn: Tensor = self.whole(seen)
        return drawn


class Duel(nn.Module):
    """A painter and a critic, trained in one step.

    Args:
        size: Side of the pictures.
    """

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.painter, self.critic = Painter(size), Critic(size)

    @property
    def noise(self) -> tuple[int, ...]:
        """Shape of the noise of a picture."""
        return self.painter.noise

    def paint(self, noise: Float[Tensor, "b 256"]) -> Float[Tensor, "b 3 s s"]:
        """Let the painter paint."""
        return self.painter.paint(noise)


def _rectified(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)
