"""The brush: one network that paints any photograph in any style."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.networks.layers import Conv, moments

STRIDE = 8
"""The network halves its input three times; tiles start at multiples of this."""

LOUDEST = 10.0
"""Most that normalization amplifies a feature: an empty sky has hardly any, and its noise would
become paint."""


class Brush(nn.Module):
    """Paint a photograph with the marks and colors of a style.

    Accepts pictures ``(b, 3, h, w)`` in 0..1, any side from one pixel, and returns the same
    shape. A style is one vector: the mean and the standard deviation of each feature channel at
    half, quarter and eighth size. The same encoder reads photographs and paintings, so the
    vector of the photograph itself asks for no change.

    Notes:
        Adaptive instance normalization: Huang, Belongie 2017, eq. 8, arXiv:1703.06868. Differs:
        the encoder is small and trained along, three scales are normalized instead of one, and
        the decoder's channels are also scaled and shifted by a linear reading of the vector.
    """

    def __init__(self, *, widths: tuple[int, int, int] = (24, 64, 128), blocks: int = 3) -> None:
        super().__init__()
        half, quarter, eighth = self.widths = widths
        self.blocks = blocks
        self.encoder = nn.ModuleList(
            [Conv(3, half, 5, 2), Conv(half, quarter, 3, 2), Conv(quarter, eighth, 3, 2)]
        )
        self.body = nn.ModuleList(Conv(eighth, eighth) for _ in range(2 * blocks))
        self.rise = nn.ModuleList([Conv(eighth + quarter, quarter), Conv(quarter + half, 32)])
        self.out = Conv(32, 12)
        self.modulated = [eighth] * (2 * blocks) + [quarter, 32]
        self.reader = nn.Linear(self.vector_size, 2 * sum(self.modulated))
        self.center: Tensor
        self.spread: Tensor
        self.register_buffer("center", torch.zeros(self.vector_size))
        self.register_buffer("spread", torch.ones(self.vector_size))
        self.begin()

    def begin(self) -> None:
        """Start so that every layer's features vary about as much as the picture does.

        Normalized features don't tell the encoder how large they are: begun too small, they sink
        below the epsilon of their deviation and the network goes blind to all but the finest scale.
        """
        for layer in self.modules():
            if isinstance(layer, Conv):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        with torch.no_grad():
            self.out.weight.mul_(0.1)
            self.out.bias.fill_(0.5)
        nn.init.normal_(self.reader.weight, std=0.1)
        nn.init.zeros_(self.reader.bias)

    @property
    def vector_size(self) -> int:
        """How many numbers a style has: mean and deviation of every encoder channel."""
        return 2 * sum(self.widths)

    def deviations(self, vector: Float[Tensor, "*b v"]) -> Float[Tensor, "*b n"]:
        """Take the standard deviations, which are positive, out of a style vector."""
        parts = torch.split(vector, [w for width in self.widths for w in (width, width)], -1)
        return torch.cat(parts[1::2], -1)

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
        return torch.cat([moments(f) for f in self.features(pad(picture))], 1)

    def forward(
        self,
        content: Float[Tensor, "b 3 h w"],
        style: Float[Tensor, "b v"],
        own: Float[Tensor, "b v"] | None = None,
        *,
        strength: float = 1.0,
    ) -> Float[Tensor, "b 3 h w"]:
        """Paint.

        Args:
            content: Photographs, 0..1.
            style: Style vectors, as `style` returns them.
            own: The photographs' own vectors where `content` is only a tile of them; read off
                `content` otherwise.
            strength: How far to go from the photographs' own vectors to `style`, 0..1.

        Returns:
            Pictures of the same size, nearly 0..1 (a slope outside keeps the gradient of losses).
        """
        height, width = content.shape[-2:]
        seen = self.features(pad(content))
        if own is None:
            own = torch.cat([moments(f) for f in seen], 1)
        style = torch.lerp(own, style, strength)
        half, quarter, x = self.restyle(seen, style, own)
        touches = iter(self.touches(style))
        for first, second in zip(self.body[::2], self.body[1::2], strict=True):
            x = x + second(first(x, next(touches)).relu_(), next(touches))
        for layer, skip in zip(self.rise, (quarter, half), strict=True):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = layer(torch.cat([x, skip], 1), next(touches)).relu_()
        painted = limit(F.pixel_shuffle(self.out(x), 2).to(content.dtype))
        return painted[..., :height, :width]

    def restyle(self, seen: list[Tensor], style: Tensor, own: Tensor) -> list[Tensor]:
        """Give the features the style's mean and deviation in place of the photograph's own."""
        sizes = [2 * w for w in self.widths]
        targets, givens = torch.split(style, sizes, 1), torch.split(own, sizes, 1)
        parts = zip(seen, targets, givens, strict=True)
        return [renormalize(f, target, given) for f, target, given in parts]

    def follow(self, styles: Float[Tensor, "b v"], *, rate: float = 0.01) -> None:
        """Move the usual vector and its spread a little towards those of a batch.

        Told apart by how they differ from the usual, styles reach the reader as loudly as they
        differ; most of a vector is what all pictures have in common.
        """
        self.center.lerp_(styles.mean(0), rate)
        self.spread.lerp_((styles - self.center).abs().mean(0), rate)

    def touches(self, style: Float[Tensor, "b v"]) -> list[Tensor]:
        """Read from the vector how strongly each of the decoder's channels shall speak."""
        if self.training:
            self.follow(style.detach())
        usual = ((style - self.center.float()) / (self.spread.float() + 1e-3)).clamp(-4, 4)
        read: Tensor = self.reader((0.1 * usual).to(self.reader.weight.dtype))
        gains, shifts = (torch.split(half, self.modulated, 1) for half in read.chunk(2, 1))
        pairs = zip(gains, shifts, strict=True)
        return [torch.cat(pair, 1) for pair in pairs]


def renormalize(
    features: Float[Tensor, "b c h w"], target: Float[Tensor, "b n"], own: Float[Tensor, "b n"]
) -> Float[Tensor, "b c h w"]:
    """Exchange the features' own mean and deviation for the target's."""
    (mean, deviation), (own_mean, own_deviation) = target.chunk(2, 1), own.chunk(2, 1)
    gain = (deviation / own_deviation).clamp(max=LOUDEST)
    shift = mean - own_mean * gain
    gain, shift = (t[..., None, None].to(features.dtype) for t in (gain, shift))
    return torch.addcmul(shift, features, gain)


def limit(painted: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 h w"]:
    """Leave 0..1 as it is, and bring what lies outside near it without losing the gradient."""
    inside = painted.clamp(0, 1)
    return inside + 0.05 * (painted - inside)


def pad(picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 H W"]:
    """Lengthen right and bottom to multiples of 8 by repeating the last pixels."""
    height, width = picture.shape[-2:]
    return F.pad(picture, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
