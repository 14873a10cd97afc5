"""A small residual network: it learns to see a few thousand paintings from nothing."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.device import channels_last
from impasto.errors import SettingsError

MEAN, DEVIATION = 0.5, 0.25
"""What is taken from a picture, and by what it is divided, before it is looked at."""


class ResNet(nn.Module):
    """Look at a picture scale by scale, each layer adding to what the one before it saw.

    Accepts pictures ``(b, c, h, w)`` in 0..1 of any size, 64 to 256 pixels at best, and returns
    ``(b, outputs)``: logits of classes, or numbers. `features` returns ``(b, d)``, what it
    decides by: the mean of each feature over the picture.

    Args:
        outputs: How many classes, or numbers.
        channels: 3 for color, 1 for gray.
        widths: Features at a quarter of the size, and at each half of the one before.
        blocks: Residual blocks at each size.
        dropout: Share of the features that training leaves out before deciding, 0..1.
        seed: Source of the first weights.

    Raises:
        SettingsError: If there are no widths or blocks.

    Notes:
        He et al. 2015, arXiv:1512.03385. Differs: normalized and rectified before each
        convolution (He et al. 2016, arXiv:1603.05027), and sizes are halved by means, which
        keeps fine brushwork from turning into false patterns.
    """

    def __init__(
        self,
        outputs: int,
        *,
        channels: int = 3,
        widths: tuple[int, ...] = (32, 64, 128, 256),
        blocks: int = 2,
        dropout: float = 0.2,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if not widths or min(widths) < 1 or blocks < 1:
            raise SettingsError(
                f"a residual network has widths and blocks from 1, not {widths} and {blocks}"
            )
        self.first = nn.Conv2d(channels, widths[0], 5, 2, 2, bias=False)
        body: list[nn.Module] = [nn.AvgPool2d(2, ceil_mode=True)]
        for before, width in zip(widths[:1] + widths, widths, strict=False):
            halved = [nn.AvgPool2d(2, ceil_mode=True)] if len(body) > 1 else []
            body += [*halved, Block(before, width)]
            body += [Block(width, width) for _ in range(blocks - 1)]
        self.body = nn.Sequential(*body, nn.BatchNorm2d(widths[-1]), nn.ReLU())
        self.rest = nn.Dropout(dropout)
        self.decide = nn.Linear(widths[-1], outputs)
        begin(self, seed=seed)
        channels_last(self)

    def features(self, picture: Float[Tensor, "b c h w"]) -> Float[Tensor, "b d"]:
        """Say how much of everything there is in a picture."""
        seen: Tensor = self.body(self.first((picture - MEAN) / DEVIATION))
        return seen.mean((2, 3))

    def forward(self, picture: Float[Tensor, "b c h w"]) -> Float[Tensor, "b n"]:
        """Decide."""
        decided: Tensor = self.decide(self.rest(self.features(picture)))
        return decided


class Block(nn.Module):
    """Add to what was seen what two convolutions make of it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.skip: nn.Module = nn.Identity()
        if inputs != outputs:
            self.skip = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Float[Tensor, "b i h w"]) -> Float[Tensor, "b o h w"]:
        """Look twice."""
        seen = F.relu(self.norm1(x))
        added: Tensor = self.conv2(F.relu(self.norm2(self.conv1(seen))))
        return added.add_(self.skip(x))


def begin(network: nn.Module, *, seed: int) -> None:
    """Begin so that features keep their variance, and each block adds nothing yet but a little.

    Notes:
        He et al. 2015, eq. 10, arXiv:1502.01852.
    """
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.01, generator=generator)
            nn.init.zeros_(layer.bias)
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, Block):
                layer.conv2.weight.mul_(0.2)
