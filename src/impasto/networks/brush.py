"""The brush: one network that paints any photograph in any style."""

from collections.abc import Iterator
from functools import cache

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.networks.colors import opponent, recolor
from impasto.networks.layers import Conv, exchange, moments

STRIDE = 8
"""The network halves its input three times; tiles start at multiples of this."""

GRAIN = 512
"""Side of the square of noise that repeats over a picture, in cells of a feature map."""

LOUDEST = 10.0
"""Most that normalization amplifies a feature: an empty sky has hardly any, and its noise would
become paint."""


class Brush(nn.Module):
    """Paint a photograph with the marks and colors of a style.

    Accepts pictures ``(b, 3, h, w)`` in 0..1, any side from one pixel, and returns the same
    shape. A style is one vector: the mean and the standard deviation of the colors and of each
    feature channel at half, quarter and eighth size. The same encoder reads photographs and
    paintings, so the vector of the photograph itself asks for no change.

    The photograph's colors are moved to the style's, and the network paints its marks on them.

    Notes:
        Adaptive instance normalization: Huang, Belongie 2017, eq. 8, arXiv:1703.06868. Differs:
        the encoder is small and trained along, three scales are normalized instead of one, and
        the decoder's channels are also scaled and shifted by a linear reading of the vector.
        The colors' part is the color transfer of Reinhard et al. 2001, between orthogonal
        opponent colors instead of Lab.
    """

    def __init__(self, *, widths: tuple[int, int, int] = (32, 64, 128), blocks: int = 3) -> None:
        super().__init__()
        half, quarter, eighth = widths
        self.widths = (3, *widths)
        self.blocks = blocks
        self.encoder = nn.ModuleList(
            [Conv(3, half, 5, 2), Conv(half, quarter, 3, 2), Conv(quarter, eighth, 3, 2)]
        )
        self.body = nn.ModuleList(Conv(eighth, eighth) for _ in range(2 * blocks))
        self.narrow = nn.ModuleList([Conv(eighth, quarter, 1), Conv(quarter, half, 1)])
        self.rise = nn.ModuleList([Conv(quarter, quarter), Conv(half, half)])
        self.out = Conv(half, 12)
        self.modulated = [eighth] * (2 * blocks) + [quarter, half]
        self.reader = nn.Linear(self.vector_size, 2 * sum(self.modulated))
        self.grained = [eighth, quarter]
        self.grain_reader = nn.Linear(self.vector_size, sum(self.grained))
        self.center: Tensor
        self.spread: Tensor
        self.register_buffer("center", torch.zeros(self.vector_size))
        self.register_buffer("spread", torch.ones(self.vector_size))
        self.begin()

    def begin(self) -> None:
        """Start so that every layer's features vary about as much as the picture does.

        Normalized features don't tell the encoder how large they are: begun too small, they sink
        below the epsilon of their deviation and the network goes blind to all but the finest scale.
        The body's blocks begin as hardly more than what they are given: left to add as much
        again, they soon drown the finer scales, and their own rectifiers die of it.
        """
        for layer in self.modules():
            if isinstance(layer, Conv):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        with torch.no_grad():
            for last in (*self.body[1::2], self.out):
                last.weight.mul_(0.1)
        nn.init.normal_(self.reader.weight, std=0.1)
        nn.init.zeros_(self.reader.bias)
        nn.init.zeros_(self.grain_reader.weight)
        nn.init.zeros_(self.grain_reader.bias)

    @property
    def vector_size(self) -> int:
        """How many numbers a style has: mean and deviation of every color and channel."""
        return 2 * sum(self.widths)

    def deviations(self, vector: Float[Tensor, "*b v"]) -> Float[Tensor, "*b n"]:
        """Take the standard deviations, which are positive, out of a style vector."""
        return torch.cat(parts_of(vector, self.widths)[1::2], -1)

    @property
    def reach(self) -> int:
        """How far, in pixels, one input pixel can change the output: the overlap of tiles."""
        low = 2 * self.blocks + 2  # at 1/8: the blocks, one of the encoder, the enlarging
        return STRIDE * low + 4 * 2 + 2 * 3 + 2 + STRIDE

    def features(self, picture: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Look at a picture at half, quarter and eighth size; sides must be multiples of 8."""
        seen = []
        x = picture.to(self.out.weight.dtype)
        for layer in self.encoder:
            x = F.leaky_relu_(layer(x), 0.1)  # plain ones die here, and AdaIN has nothing to move
            seen.append(x)
        return seen

    def style(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b v"]:
        """Read a picture's manner as one vector: what its features are like, forgetting where."""
        return self.summary(picture, self.features(pad(picture)))

    def summary(
        self, picture: Float[Tensor, "b 3 h w"], seen: list[Tensor]
    ) -> Float[Tensor, "b v"]:
        """Sum a picture and its features up in one vector."""
        return torch.cat([moments(f) for f in (opponent(picture), *seen)], 1)

    def forward(
        self,
        content: Float[Tensor, "b 3 h w"],
        style: Float[Tensor, "b v"],
        own: Float[Tensor, "b v"] | None = None,
        *,
        strength: float = 1.0,
        origin: tuple[int, int] = (0, 0),
    ) -> Float[Tensor, "b 3 h w"]:
        """Paint.

        Args:
            content: Photographs, 0..1.
            style: Style vectors, as `style` returns them.
            own: The photographs' own vectors where `content` is only a tile of them; read off
                `content` otherwise.
            strength: How far to go from the photographs' own vectors to `style`, 0..1.
            origin: Row and column of the whole picture where a tile begins, multiples of 8.

        Returns:
            Pictures of the same size, nearly 0..1 (a slope outside keeps the gradient of losses).
        """
        height, width = content.shape[-2:]
        seen = self.features(pad(content))
        if own is None:
            own = self.summary(content, seen)
        style = torch.lerp(own, style, strength)
        half, quarter, x = self.restyle(seen, style, own)
        touches, grains = self.read(style)
        x = roughen(x, next(grains), origin, cell=8)
        quarter = roughen(quarter, next(grains), origin, cell=4)
        for first, second in zip(self.body[::2], self.body[1::2], strict=True):
            x = x + second(first(x, next(touches)).relu_(), next(touches))
        for narrow, layer, skip in zip(self.narrow, self.rise, (quarter, half), strict=True):
            x = F.interpolate(narrow(x), scale_factor=2, mode="bilinear", align_corners=False)
            x = F.leaky_relu_(layer(x + skip, next(touches)), 0.1)
        marks = F.pixel_shuffle(self.out(x).tanh(), 2)[..., :height, :width]
        return limit(recolor(content, style[:, :6], own[:, :6]) + marks)

    def restyle(self, seen: list[Tensor], style: Tensor, own: Tensor) -> list[Tensor]:
        """Give the features the style's mean and deviation in place of the photograph's own."""
        sizes = [2 * w for w in self.widths]
        targets, givens = torch.split(style, sizes, 1)[1:], torch.split(own, sizes, 1)[1:]
        parts = zip(seen, targets, givens, strict=True)
        return [renormalize(f, target, given) for f, target, given in parts]

    def follow(self, styles: Float[Tensor, "b v"], *, rate: float = 0.01) -> None:
        """Move the usual vector and its spread a little towards those of a batch.

        Told apart by how they differ from the usual, styles reach the reader as loudly as they
        differ; most of a vector is what all pictures have in common.
        """
        self.center.lerp_(styles.mean(0), rate)
        self.spread.lerp_((styles - self.center).abs().mean(0), rate)

    def read(self, style: Float[Tensor, "b v"]) -> tuple[Iterator[Tensor], Iterator[Tensor]]:
        """Read from the vector how the decoder shall paint.

        Returns:
            The touch of each of its convolutions, how strongly its channels speak, and how strong
            the grain is that roughens each channel at eighth and quarter size.
        """
        if self.training and self.encoder[0].weight.requires_grad:
            self.follow(style.detach())
        usual = ((style - self.center.float()) / (self.spread.float() + 1e-3)).clamp(-4, 4)
        usual = (0.1 * usual).to(self.reader.weight.dtype)
        gains, shifts = (torch.split(t, self.modulated, 1) for t in self.reader(usual).chunk(2, 1))
        pairs = zip(gains, shifts, strict=True)  # bounded, or eight of them in a row would explode
        touches = [torch.cat([gain.tanh(), shift], 1) for gain, shift in pairs]
        *_, quarter, _, eighth = parts_of(style, self.widths)  # deviations, between them a mean
        grains = torch.split(self.grain_reader(usual).tanh(), self.grained, 1)
        return iter(touches), iter((grains[0] * eighth, grains[1] * quarter))


def parts_of(vector: Float[Tensor, "*b v"], widths: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Take a style vector apart: means, then deviations, of each scale in its turn."""
    return torch.split(vector, [width for width in widths for _ in range(2)], -1)


@cache
def _grain() -> Tensor:
    return torch.randn(GRAIN, GRAIN, generator=torch.Generator().manual_seed(0), device="cpu")


def roughen(
    features: Float[Tensor, "b c h w"],
    strength: Float[Tensor, "b c"],
    origin: tuple[int, int],
    *,
    cell: int,
) -> Float[Tensor, "b c h w"]:
    """Add noise that belongs to the place: from a clear sky alone no stroke can be made.

    Notes:
        Texture Networks, Ulyanov et al. 2016, arXiv:1603.03417, feed noise for the same reason.
    """
    rows, columns = (
        (torch.arange(n) + begin // cell) % GRAIN
        for n, begin in zip(features.shape[-2:], origin, strict=True)
    )
    noise = _grain()[rows][:, columns].to(features)
    return torch.addcmul(features, strength[..., None, None].to(features.dtype), noise)


def renormalize(
    features: Float[Tensor, "b c h w"], target: Float[Tensor, "b n"], own: Float[Tensor, "b n"]
) -> Float[Tensor, "b c h w"]:
    """Exchange the features' own mean and deviation for the target's."""
    gain, shift = exchange(target, own, loudest=LOUDEST)
    gain, shift = (t[..., None, None].to(features.dtype) for t in (gain, shift))
    return torch.addcmul(shift, features, gain)


def limit(painted: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 h w"]:
    """Leave 0..1 as it is, and bring what lies outside near it without losing the gradient."""
    return painted.clamp(0, 1).lerp(painted, 0.05)


def pad(picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 H W"]:
    """Lengthen right and bottom to multiples of 8 by repeating the last pixels."""
    height, width = picture.shape[-2:]
    return F.pad(picture, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
