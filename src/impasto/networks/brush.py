"""The brush: one network that paints any photograph in any style."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from impasto.networks import colors
from impasto.networks.layers import EvenConv, StyledConv, convolve, exchange, moments, precise
from impasto.picture.color import LUMA

STRIDE = 8
"""The network halves its input three times; tiles start at multiples of this."""

LOUDEST = 4.0
"""Most that normalization amplifies a feature: an empty sky has hardly any, and its noise would
become paint."""

FARTHEST, FARTHEST_LEARNED = 2.5, 4.0
"""Most usual distances that a number of a style counts as far from the usual, when painting and in
training: farther out there was hardly a painting to learn from."""

TRUST = 0.85
"""When painting, not in training, what the reader says of a style is multiplied by this: of styles
that it never saw, the reader is a little too sure. The brush's card says how it was chosen."""

FINE = 0.2
"""When painting, not in training, this share of the photograph's finest drawing shows through, as
pencil does through thin paint: marks alone are too coarse to draw an eye or a twig. The finest is
that of what is painted: a photograph that is enlarged for its marks has hardly any left."""

Affine = tuple[Tensor, Tensor]
"""A gain and a shift of each channel, or a kernel and its bias."""


@dataclass(frozen=True, eq=False)
class Touch:
    """How to paint one photograph in one style: what is the same for all of its tiles.

    Attributes:
        palette: Matrix and shift that move its colors.
        scales: Gain and shift of its features at half, quarter and eighth size.
        kernels: Those of the decoder, in the order in which it uses them.
        fine: The share of the photograph's finest drawing that shows through.
        soft: Whether marks are softened: the four pixels that a place becomes differ by what no
            painter meant, and in pictures large enough to be looked into, lines are combs then, two
            pixels from tooth to tooth.
    """

    palette: Affine
    scales: list[Affine]
    kernels: list[Affine]
    fine: float
    soft: bool = False

    def recolored(self, matrix: Float[Tensor, "1 3 3"], shift: Float[Tensor, "1 3"]) -> "Touch":
        """Let what is painted be recolored, as `impasto.networks.colors.move` says, at no cost.

        The last layer paints each of four neighboring pixels' three colors; so its kernels are
        what is recolored.
        """
        *others, (weight, bias) = self.kernels
        matrix, shift = matrix.to(weight), shift.to(weight)

        def recolor(values: Tensor) -> Tensor:
            four = values.reshape(3, 4, *values.shape[1:])
            return torch.einsum("ij,j...->i...", matrix[0], four).flatten(0, 1)

        gray = matrix.new_full((3,), 0.5)
        moved = matrix[0] @ gray + shift[0] - gray  # marks are painted on middle gray
        return replace(
            self, kernels=[*others, (recolor(weight), recolor(bias) + moved.repeat_interleave(4))]
        )


class Brush(nn.Module):
    """Paint a photograph with the marks and colors of a style.

    Accepts pictures ``(b, 3, h, w)`` in 0..1, any side from one pixel, and returns the same
    shape. A style is one vector: the palette, then the mean and the standard deviation of each
    feature channel from half to a thirty-second of the size.

    The photograph's palette is moved to the style's; what the encoder then sees is given the
    style's mean and deviation; and the decoder paints it with kernels that the vector mixes.

    Notes:
        Adaptive instance normalization: Huang, Belongie 2017, eq. 8, arXiv:1703.06868. Differs:
        the encoder is small and trained along, three scales are normalized instead of one, and
        the decoder's kernels depend on the style (see `StyledConv`).
    """

    def __init__(
        self,
        *,
        widths: tuple[int, int, int] = (32, 64, 128),
        blocks: int = 2,
        experts: int = 2,
        code: int = 128,
    ) -> None:
        super().__init__()
        half, quarter, eighth = widths
        self.blocks = blocks
        self.encoder = nn.ModuleList(
            [
                EvenConv(3, half, 5, 2, centered=False),
                EvenConv(half, quarter, 3, 2),
                EvenConv(quarter, eighth, 3, 2),
            ]
        )
        self.tower = nn.ModuleList(EvenConv(eighth, eighth, 3, 2) for _ in range(2))
        shapes = [(eighth, eighth, 3)] * (2 * blocks) + [(eighth, quarter, 1)]
        shapes += [(quarter, quarter, 3)] * 2 + [(quarter, half, 1), (half, half, 3), (half, 12, 3)]
        self.styled = nn.ModuleList(StyledConv(*shape, experts=experts) for shape in shapes)
        self.widths = (*widths, eighth, eighth)
        self.touches = [layer.touch_size for layer in self.decoder]
        size = self.vector_size
        self.reader = nn.Sequential(
            nn.Linear(size, code), nn.LeakyReLU(0.1), nn.Linear(code, code), nn.Tanh()
        )
        self.chooser = nn.Linear(code, sum(self.touches))
        self.center: Tensor
        self.spread: Tensor
        self.register_buffer("center", torch.zeros(size))
        self.register_buffer("spread", torch.ones(size))
        self.begin()

    def begin(self) -> None:
        """Start so that every layer's features vary about as much as the picture does.

        Residual blocks begin as hardly more than what they are given: left to add as much again,
        they soon drown the finer scales, and their own rectifiers die of it.
        """
        for layer in self.decoder:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.kaiming_normal_(layer.experts, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        with torch.no_grad():
            body = 2 * self.blocks
            for last in (*self.decoder[1:body:2], self.decoder[body + 2], self.decoder[-1]):
                last.weight.mul_(0.1)
                last.experts.mul_(0.1)
        nn.init.normal_(self.chooser.weight, std=0.02)
        nn.init.zeros_(self.chooser.bias)

    @property
    def decoder(self) -> list[StyledConv]:
        """Its convolutions, in the order in which they are used."""
        return [layer for layer in self.styled if isinstance(layer, StyledConv)]

    @property
    def vector_size(self) -> int:
        """How many numbers a style has: its palette, and two for each channel."""
        return colors.SIZE + 2 * sum(self.widths)

    @property
    def positive(self) -> Bool[Tensor, " v"]:
        """Which numbers of a vector are standard deviations, and therefore positive."""
        kinds = [torch.full((w,), kind) for w in self.widths for kind in (False, True)]
        return torch.cat([torch.zeros(colors.SIZE, dtype=torch.bool), *kinds])

    @property
    def reach(self) -> int:
        """How far, in pixels, one input pixel can change the output: the overlap of tiles."""
        low = 2 * self.blocks + 2  # at 1/8: the blocks, one of the encoder, the enlarging
        return STRIDE * low + 4 * 4 + 2 * 3 + 2 + 1 + STRIDE

    def features(self, picture: Float[Tensor, "b 3 h w"], palette: Affine) -> list[Tensor]:
        """Look at a picture, its palette moved, at half, quarter and eighth size.

        One picture's palette is moved by the first layer's kernel, at no cost.
        """
        first, *others = self.encoder
        assert isinstance(first, EvenConv)
        x, kernel, bias = pad(picture), first.kernel(), None
        matrix, shift = palette[0], palette[1] - 0.5  # middle gray is what leaves a filter cold
        if len(x) == 1:
            bias = torch.einsum("ockl,c->o", kernel, shift[0])
            kernel = torch.einsum("ockl,ci->oikl", kernel, matrix[0])
        else:
            x = colors.recolor(x, matrix, shift)
        x = F.leaky_relu_(convolve(x.to(first.weight.dtype), kernel, bias, 2), 0.1)
        seen = [x]
        for layer in others:
            x = F.leaky_relu_(layer(x), 0.1)  # plain ones die here, and AdaIN has nothing to move
            seen.append(x)
        return seen

    def style(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b v"]:
        """Read a picture's manner as one vector: what its features are like, forgetting where."""
        there = torch.eye(3, device=picture.device).expand(len(picture), 3, 3)
        seen = self.features(picture, (there, there.new_zeros(len(picture), 3)))
        for layer in self.tower:
            seen.append(F.leaky_relu_(layer(seen[-1]), 0.1))
        return torch.cat([colors.palette(picture), *map(moments, seen)], 1)

    def touch(
        self,
        photo: Float[Tensor, "b 3 h w"],
        style: Float[Tensor, "b v"],
        *,
        strength: float = 1.0,
    ) -> Touch:
        """Prepare to paint a photograph, of which a thumbnail will do.

        Args:
            photo: Photographs, 0..1.
            style: Style vectors, as `style` returns them.
            strength: How far to go from the photographs' own vectors to `style`, 0..1.
        """
        return self.meet(photo, style, strength)[0]

    def forward(
        self,
        content: Float[Tensor, "b 3 h w"],
        style: Float[Tensor, "b v"] | None = None,
        touch: Touch | None = None,
    ) -> Float[Tensor, "b 3 h w"]:
        """Paint.

        Args:
            content: Photographs, 0..1.
            style: Style vectors, as `style` returns them, for whole photographs;
            touch: or, for tiles of one, the touch that the whole asks for.

        Returns:
            Pictures of the same size, nearly 0..1 (a slope outside keeps the gradient of losses).
        """
        if touch is None:
            assert style is not None
            return self.begin_with(content, style)[0]
        return self.decode(content, touch, self.features(content, touch.palette))

    def begin_with(
        self, photo: Float[Tensor, "b 3 h w"], style: Float[Tensor, "b v"], strength: float = 1.0
    ) -> tuple[Float[Tensor, "b 3 h w"], Touch]:
        """Paint whole photographs, and keep the touch; as `touch` and `forward`, in one look."""
        touch, seen = self.meet(photo, style, strength)
        return self.decode(photo, touch, seen), touch

    def decode(self, content: Tensor, touch: Touch, seen: list[Tensor]) -> Tensor:
        """Paint what was seen."""
        half, quarter, x = (
            side_by_side(torch.addcmul(shift, f, gain))
            for f, (gain, shift) in zip(seen, touch.scales, strict=True)
        )
        kernels = iter(touch.kernels)

        def layer(x: Tensor) -> Tensor:
            return convolve(x, *next(kernels), groups=len(content))

        for _ in range(self.blocks):
            x = x + layer(layer(x).relu_())
        x = enlarge(layer(x)) + quarter
        x = x + layer(layer(x).relu_())
        x = F.leaky_relu_(layer(enlarge(layer(x)) + half), 0.1)
        marks = F.pixel_shuffle(layer(x), 2)[..., : content.shape[-2], : content.shape[-1]]
        return limit(inked(marks.reshape(content.shape), content, touch))

    def meet(
        self, photo: Tensor, style: Float[Tensor, "b v"], strength: float = 1.0
    ) -> tuple[Touch, list[Tensor]]:
        """Let a photograph and a style meet: how to paint it, and what was seen on the way."""
        if strength != 1:
            style = torch.lerp(self.style(photo), style, strength)
        with torch.autocast(photo.device.type, enabled=False):
            palette = colors.move(style[:, : colors.SIZE], colors.palette(photo))
        seen = self.features(photo, palette)
        targets = torch.split(style[:, colors.SIZE :], [2 * w for w in self.widths], 1)
        scales = [_scale(f, target) for f, target in zip(seen, targets, strict=False)]
        touches = torch.split(self.read(style), self.touches, 1)
        kernels = [layer.kernel(t) for layer, t in zip(self.decoder, touches, strict=True)]
        kernels[-1] = evened(*kernels[-1])
        return Touch(palette, scales, kernels, 0.0 if self.training else strength * FINE), seen

    def read(self, style: Float[Tensor, "b v"]) -> Float[Tensor, "b n"]:
        """Read from the vector how the decoder shall paint, every layer's touch after the other.

        Told apart by how they differ from the usual, styles reach the reader as loudly as they
        differ; most of a vector is what all pictures have in common. When painting, it goes less
        far than in training: see `FARTHEST` and `TRUST`.
        """
        if self.training and self.encoder[0].weight.requires_grad:
            self.follow(style.detach())
        farthest, trust = (FARTHEST_LEARNED, 1.0) if self.training else (FARTHEST, TRUST)
        chosen: Tensor = self.chooser(self.reader(self.usual(style, farthest)))
        return precise(chosen) * trust

    def usual(
        self, style: Float[Tensor, "b v"], farthest: float = FARTHEST_LEARNED
    ) -> Float[Tensor, "b v"]:
        """Measure each number by how far it lies from the usual, in usual distances."""
        distance: Tensor = (style - self.center) / (self.spread + 0.01)
        return distance.clamp(-farthest, farthest)

    def follow(self, styles: Float[Tensor, "b v"], *, rate: float = 0.01) -> None:
        """Move the usual vector and its spread a little towards those of a batch."""
        self.center.lerp_(styles.mean(0), rate)
        self.spread.lerp_((styles - self.center).abs().mean(0), rate)


def inked(
    marks: Float[Tensor, "b 3 h w"], photo: Float[Tensor, "b 3 h w"], touch: Touch
) -> Float[Tensor, "b 3 h w"]:
    """Put marks on middle gray, and a share of the photograph's finest drawing.

    That is its luminance less itself softened twice. Where the marks are softened, too, they are
    softened together with it the second time.
    """
    marks = marks.contiguous()  # three channels last are slow to soften
    if not touch.fine:
        return (soften(marks) if touch.soft else marks) + 0.5
    light = (photo.movedim(1, -1) @ photo.new_tensor(LUMA))[:, None].mul_(touch.fine)
    once, ground = soften(light), light + 0.5
    if touch.soft:
        return soften(marks - once.to(marks.dtype)).add_(ground.to(marks.dtype))
    return marks + ground.sub_(soften(once)).to(marks.dtype)


def soften(picture: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
    """Average neighbors, one to two to one, across and down: what alternates is gone.

    Sums of what lies beside each other: a convolution took three times as long.
    """
    wide = F.pad(picture, (1, 1, 1, 1), mode="replicate")
    wide = (wide[..., :-2] + wide[..., 2:]).add_(wide[..., 1:-1], alpha=2)
    return (wide[..., :-2, :] + wide[..., 2:, :]).add_(wide[..., 1:-1, :], alpha=2).div_(16)


def evened(weight: Float[Tensor, "n c k k"], bias: Float[Tensor, " n"]) -> Affine:
    """Let the four pixels that a place becomes answer alike where all around is alike.

    Their kernels are learned apart, and whatever differs between them on even ground shows as a
    grid of two pixels, on every sky.

    Args:
        weight: Of the last layer: four kernels after each other for each color of each picture.
        bias: Likewise.
    """
    fours = weight.reshape(-1, 4, *weight.shape[1:])
    whole = fours.mean((3, 4), keepdim=True)
    level = bias.reshape(-1, 4).mean(1, keepdim=True).expand(-1, 4)
    return (fours - whole + whole.mean(1, keepdim=True)).reshape(weight.shape), level.flatten()


def _scale(features: Float[Tensor, "b c _ _"], target: Float[Tensor, "b n"]) -> Affine:
    """Find what gives features the target's mean and deviation in place of their own."""
    gain, shift = exchange(target, moments(features), loudest=LOUDEST)
    return gain[..., None, None].to(features.dtype), shift[..., None, None].to(features.dtype)


def side_by_side(features: Float[Tensor, "b c h w"]) -> Float[Tensor, "1 b*c h w"]:
    """Lay pictures side by side as groups of channels, so that each can have its own kernels."""
    together = features.reshape(1, -1, *features.shape[-2:])
    return together.contiguous(memory_format=torch.channels_last)


def enlarge(features: Float[Tensor, "1 n h w"]) -> Float[Tensor, "1 n 2*h 2*w"]:
    """Double the size, without the grid that a transposed convolution leaves."""
    return F.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)


def limit(painted: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 h w"]:
    """Leave 0..1 as it is, and bring what lies outside near it without losing the gradient.

    However far out: one spark on a black sky would otherwise be all that a loss sees.
    """
    inside = painted.clamp(0, 1)
    return inside + 0.05 * F.softsign(painted - inside)


def pad(picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 H W"]:
    """Lengthen right and bottom to multiples of 8 by repeating the last pixels."""
    height, width = picture.shape[-2:]
    return F.pad(picture, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
