"""The first network of every course: it reads a digit, or any small picture."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.device import channels_last
from impasto.errors import SettingsError

FILTERS, DENSE = 32, 128
"""Of the classic program: filters of its convolution, and numbers of its hidden layer."""


class Cnn(nn.Module):
    """Find small marks, forget where exactly they are, and decide by which are there.

    Accepts pictures ``(b, c, h, w)`` in 0..1 of the size it was made for and returns ``(b,
    outputs)``: logits of classes, or numbers. A convolution of 32 filters 3×3, the largest of
    each 2×2, a dense layer of 128, and a dense layer of the outputs; no border is added.

    `deep` puts three convolutions with batch normalization in the place of the one, and dropout
    before the decision.

    Args:
        shape: Channels, height and width of the pictures; sides from 4 pixels.
        outputs: How many classes, or numbers.
        deep: The larger network.
        seed: Source of the first weights.

    Raises:
        SettingsError: If the pictures are too small.

    Notes:
        The network of Keras's MNIST example, with Keras's first weights (Glorot, Bengio 2010, eq.
        16, uniform; no bias). Differs: rectified after pooling, not before, which is the same
        function with a quarter of the work.
    """

    def __init__(
        self, shape: tuple[int, int, int], outputs: int, *, deep: bool = False, seed: int = 0
    ) -> None:
        super().__init__()
        channels, height, width = shape
        if min(height, width) < 4:
            raise SettingsError(
                f"pictures for this network have sides of 4 pixels or more, not {height} × {width};"
                " make them larger"
            )
        if deep:
            self.marks = nn.Sequential(
                *_scan(channels, FILTERS, halve=True),
                *_scan(FILTERS, 2 * FILTERS, halve=False),
                *_scan(2 * FILTERS, 2 * FILTERS, halve=True),
            )
            inputs = 2 * FILTERS * (height // 4) * (width // 4)
        else:
            self.marks = nn.Sequential(nn.Conv2d(channels, FILTERS, 3), nn.MaxPool2d(2), nn.ReLU())
            inputs = FILTERS * ((height - 2) // 2) * ((width - 2) // 2)
        self.hidden = nn.Linear(inputs, DENSE)
        self.rest = nn.Dropout(0.4 if deep else 0.0)
        self.decide = nn.Linear(DENSE, outputs)
        glorot(self, seed=seed)
        channels_last(self)

    def forward(self, picture: Float[Tensor, "b c h w"]) -> Float[Tensor, "b n"]:
        """Decide."""
        marks = self.marks(picture).flatten(1)
        decided: Tensor = self.decide(self.rest(F.relu(self.hidden(marks))))
        return decided


def glorot(network: nn.Module, *, seed: int) -> None:
    """Begin as Keras does: weights drawn evenly, as far from zero as layers are small; no bias.

    Notes:
        Glorot, Bengio 2010, eq. 16: uniform in ±√(6 / (inputs + outputs)).
    """
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def _scan(inputs: int, outputs: int, *, halve: bool) -> list[nn.Module]:
    """Look for marks at every place, normalized; halved first, which costs less."""
    pool = [nn.MaxPool2d(2)] if halve else []
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return [convolution, *pool, nn.BatchNorm2d(outputs), nn.ReLU()]
