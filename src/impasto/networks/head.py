"""A head: it decides by the numbers that an encoder, such as the eye, gives for a picture."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Head(nn.Module):
    """Decide by features: with a ruler, or with one layer of thought between.

    Accepts features ``(b, d)`` of any range and returns ``(b, outputs)``: logits of classes, or
    numbers. Before anything else the features are standardized, once `fit_scale` has seen those
    to learn from: by then each has mean 0 and deviation 1 over them.

    Args:
        inputs: Numbers of a feature vector.
        outputs: How many classes, or numbers.
        hidden: Numbers of the layer between; 0: none, which is logistic or linear regression.
        dropout: Share of the numbers that training leaves out, 0..1.
        seed: Source of the first weights.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self, inputs: int, outputs: int, *, hidden: int = 0, dropout: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("deviation", torch.ones(inputs))
        between = [nn.Linear(inputs, hidden), nn.ReLU()] if hidden else []
        self.layers = nn.Sequential(
            nn.Dropout(dropout), *between, nn.Linear(hidden or inputs, outputs)
        )
        generator = torch.Generator().manual_seed(seed)
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight, generator=generator)
                nn.init.zeros_(layer.bias)

    def fit_scale(self, features: Float[Tensor, "n d"]) -> None:
        """Learn mean and deviation of the features to learn from; one that never varies stays."""
        self.mean.copy_(features.mean(0))
        deviation = features.std(0, correction=0)
        self.deviation.copy_(torch.where(deviation > 1e-6, deviation, 1.0))

    def forward(self, features: Float[Tensor, "b d"]) -> Float[Tensor, "b n"]:
        """Decide."""
        decided: Tensor = self.layers((features - self.mean) / self.deviation)
        return decided
