"""Styles that no painter had, drawn from the distribution of the styles we know."""

from dataclasses import dataclass
from functools import cache

import torch
from jaxtyping import Bool, Float
from safetensors import safe_open
from torch import Tensor

from impasto.data.vectors import StyleVector
from impasto.networks import catalog
from impasto.networks.styles import named_styles
from impasto.styling import library
from impasto.styling.hand import WEIGHTS, hand

SPACE = catalog.FOLDER / "style_space.safetensors"

NEAR = 0.6
"""How far `near` strays, as a share of how far styles lie from their mean."""

ALIKE = 0.5
"""Nearer than this share of the usual distance to a known style, an invention is drawn again."""


@dataclass(frozen=True, eq=False)
class StyleSpace:
    """The directions in which the styles of many paintings differ.

    A style's place is found on the logarithm of its deviations, which must stay positive, and on
    its means, all divided by their spread over the paintings.

    Attributes:
        center: Mean of the paintings' numbers ``(v,)``.
        spread: Their standard deviation ``(v,)``.
        axes: Principal directions ``(k, v)``, each as long as the paintings spread along it.
    """

    center: Float[Tensor, " v"]
    spread: Float[Tensor, " v"]
    axes: Float[Tensor, "k v"]

    @classmethod
    def fit(
        cls, vectors: Float[Tensor, "n v"], positive: Bool[Tensor, " v"], count: int
    ) -> "StyleSpace":
        """Find the `count` directions in which paintings differ most (principal components)."""
        numbers = _unfold(vectors, positive)
        spread, center = torch.std_mean(numbers, 0)
        spread = spread.clamp_min(1e-3)  # a channel that sees nothing does not vary
        _, lengths, axes = torch.linalg.svd((numbers - center) / spread, full_matrices=False)
        scaled = axes[:count] * (lengths[:count, None] / (len(vectors) - 1) ** 0.5)
        return cls(center, spread, scaled)

    def place(
        self, vector: Float[Tensor, "*n v"], positive: Bool[Tensor, " v"]
    ) -> Float[Tensor, "*n k"]:
        """Find a style's coordinates: about 0 ± 1 on each axis for a painting."""
        centered = (_unfold(vector, positive) - self.center) / self.spread
        return centered @ self.axes.T / self.axes.square().sum(1)

    def vector(
        self, place: Float[Tensor, "*n k"], positive: Bool[Tensor, " v"]
    ) -> Float[Tensor, "*n v"]:
        """Turn coordinates back into style vectors."""
        return _fold(place @ self.axes * self.spread + self.center, positive)


def invent(
    *, seed: int, near: str | None = None, name: str | None = None, force: bool = False
) -> StyleVector:
    """Make up a style that no painter had.

    Args:
        seed: The same seed gives the same style.
        near: Stay in the neighborhood of this style.
        name: Keep it in the person's own library under this name.
        force: Replace a style of that name.

    Raises:
        StyleError: If `near` is unknown or `name` can't be used.
        OutputError: If the name is taken and `force` is off.
    """
    space, positive = known_space(), hand().brush.positive
    generator = torch.Generator().manual_seed(seed)
    known = torch.stack([v.values for v in named_styles().values()])
    places = space.place(known, positive)
    start = space.place(library.find(near).values, positive) if near else None
    values = space.vector(_draw(places, start, generator), positive)
    style = StyleVector(name or f"invented-{seed}", values, WEIGHTS.sha256, seed)
    return library.keep(style, force=force) if name else style


@cache
def known_space() -> StyleSpace:
    """The space of styles that ships with the brush."""
    with safe_open(SPACE, "pt") as file:
        tensors = {k: file.get_tensor(k).float() for k in file.keys()}  # noqa: SIM118
    return StyleSpace(**tensors)


def _draw(
    known: Float[Tensor, "n k"], start: Float[Tensor, " k"] | None, generator: torch.Generator
) -> Float[Tensor, " k"]:
    """Draw until the style is its own; near `start` only the first draw counts."""
    while True:
        step = torch.randn(known.shape[1], generator=generator).clamp(-2, 2)
        if start is not None:
            return start + NEAR * step
        if (known - step).norm(dim=1).min() > ALIKE * known.shape[1] ** 0.5:
            return step


def _unfold(vector: Tensor, positive: Tensor) -> Tensor:
    """Take the logarithm of the deviations."""
    return torch.where(positive, vector.clamp_min(1e-12).log(), vector)


def _fold(numbers: Tensor, positive: Tensor) -> Tensor:
    return torch.where(positive, numbers.exp(), numbers)
