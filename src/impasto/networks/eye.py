"""The eye: one network that sees a picture's content and its manner, as 384 numbers."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.networks.layers import moments

SIZE = 384
"""How many numbers the eye gives for a picture."""

LEAST = 32
"""Smaller pictures are surrounded by their own border until a side is so long."""


class Stroke(nn.Module):
    """A convolution, normalized while it learns, and a rectifier."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, *, normalized: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=not normalized)
        self.norm = nn.BatchNorm2d(outputs) if normalized else None

    def linear(self, x: Tensor) -> Tensor:
        """Convolve, and leave the rectifier out."""
        x = self.conv(x)
        return x if self.norm is None else self.norm(x)

    def forward(self, x: Float[Tensor, "b c _ _"]) -> Float[Tensor, "b o _ _"]:
        """Convolve and rectify."""
        return F.relu_(self.linear(x))


class Last(Stroke):
    """The last convolution keeps its input's width."""

    def __init__(self, width: int, *, normalized: bool) -> None:
        super().__init__(width, width, normalized=normalized)


class Block(nn.Module):
    """Two convolutions whose result is added to what they were given."""

    def __init__(self, width: int, *, normalized: bool) -> None:
        super().__init__()
        self.first = Stroke(width, width, normalized=normalized)
        self.last = Stroke(width, width, normalized=normalized)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        """Look again, and keep what was seen before."""
        return F.relu_(x + self.last.linear(self.first(x)))


STAGES: tuple[tuple[int, int, type[Last | Block]], ...]
STAGES = ((32, 64, Block), (64, 128, Block), (128, 192, Block), (192, 256, Last))
"""Channels before and in each stage, from a quarter of the size on, and what looks at them."""


class Eye(nn.Module):
    """See a picture as 384 numbers: alike pictures lie close to each other.

    Accepts pictures ``(b, 3, h, w)`` in 0..1 of any size and shape, and squashes none; returns
    unit vectors ``(b, 384)`` in float32. It learned from pictures whose shorter side has 128 to
    224 pixels: bring yours there, or it looks at details only.

    Convolutions from half to a thirty-second of the size; the means and the deviations of the
    features from a quarter on, wherever they stand, become the numbers. The coarse ones hold more
    of the content, the fine ones of the manner.

    Args:
        normalized: Normalize features over a batch, as it does while it learns; what ships is
            folded, and needs none.

    Notes:
        Residual blocks: He et al. 2015, arXiv:1512.03385. Deviations beside the means: the
        statistics of adaptive instance normalization, Huang, Belongie 2017, arXiv:1703.06868.
        Batch normalization and its folding: Ioffe, Szegedy 2015, arXiv:1502.03167.
    """

    def __init__(self, *, normalized: bool = False) -> None:
        super().__init__()
        self.stem = Stroke(3, 32, 2, normalized=normalized)
        self.stages = nn.ModuleList(
            nn.Sequential(
                Stroke(inputs, width, 2, normalized=normalized),
                part(width, normalized=normalized),
            )
            for inputs, width, part in STAGES
        )
        seen = 2 * sum(width for _, width, _ in STAGES)
        self.norm = nn.BatchNorm1d(seen) if normalized else None
        self.numbers = nn.Linear(seen, SIZE)

    @property
    def size(self) -> int:
        """How many numbers there are for a picture."""
        return SIZE

    def forward(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 384"]:
        """Look at pictures."""
        return F.normalize(self.look(picture))

    def look(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 384"]:
        """Return the numbers before they are brought to the length of one."""
        x = self.stem(4 * pad(picture.to(self.numbers.weight.dtype)) - 2)
        seen = []
        for stage in self.stages:
            x = stage(x)
            seen.append(moments(x))
        together = torch.cat(seen, 1)
        if self.norm is not None:
            together = self.norm(together)
        with torch.autocast(picture.device.type, enabled=False):
            weight, bias = self.numbers.weight.float(), self.numbers.bias.float()
            return F.linear(together, weight, bias)

    @torch.no_grad()
    def folded(self) -> "Eye":
        """Return the same eye with each normalization folded into the weights beside it."""
        eye = Eye()
        mine = dict(self.named_modules())
        for name, part in eye.named_modules():
            learned = mine[name]
            if isinstance(part, Stroke) and isinstance(learned, Stroke):
                fold(part.conv, learned.conv, learned.norm)
        gain, shift = (1.0, 0.0) if self.norm is None else affine(self.norm)
        weight = self.numbers.weight
        eye.numbers.weight.copy_(weight * gain)
        eye.numbers.bias.copy_(self.numbers.bias + (weight * shift).sum(1))
        return eye.eval()


def affine(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """What a normalization does when it is not learning: a gain and a shift a channel."""
    assert norm.running_var is not None
    assert norm.running_mean is not None
    gain = norm.weight / (norm.running_var + norm.eps).sqrt()
    return gain, norm.bias - norm.running_mean * gain


def fold(into: nn.Conv2d, conv: nn.Conv2d, norm: nn.BatchNorm2d | None) -> None:
    """Write a convolution and the normalization after it into one convolution."""
    if norm is None:
        into.load_state_dict(conv.state_dict())
        return
    gain, shift = affine(norm)
    assert into.bias is not None
    into.weight.copy_(conv.weight * gain[:, None, None, None])
    into.bias.copy_(shift if conv.bias is None else shift + conv.bias * gain)


def pad(picture: Float[Tensor, "b 3 _ _"]) -> Float[Tensor, "b 3 _ _"]:
    """Surround a small picture by its border until each side has 32 pixels."""
    height, width = picture.shape[-2:]
    down, right = max(0, LEAST - height), max(0, LEAST - width)
    if not (down or right):
        return picture
    around = (right // 2, right - right // 2, down // 2, down - down // 2)
    return F.pad(picture, around, mode="replicate")
