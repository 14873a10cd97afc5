"""Examples: what a network learns from and is tested on, with what is known of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Shaped
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Examples:
    """Works made ready for a network.

    Attributes:
        names: The path or the number of each, for reports.
        inputs: Pictures ``(n, c, h, w)`` uint8, features ``(n, d)`` float32, or strokes
            ``(n, t, 3)`` float32, filled up with zeros.
        targets: Classes ``(n,)`` int64, numbers ``(n,)`` float64, or shares of votes ``(n, k)``
            float32 whose rows sum to 1.
        classes: Names of the classes, or of the columns of votes; none for numbers.
        groups: What works have in common, such as their artist; none where unknown.
        lengths: How many points each drawing has, for strokes.
    """

    names: tuple[str, ...]
    inputs: Shaped[Tensor, "n ..."]
    targets: Shaped[Tensor, "n ..."]
    classes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    lengths: Tensor | None = None

    def __len__(self) -> int:
        return len(self.names)

    def take(self, indices: Sequence[int] | Tensor) -> "Examples":
        """Choose some of them, in the order given."""
        chosen = torch.as_tensor(indices, dtype=torch.long)
        places = chosen.tolist()
        return replace(
            self,
            names=tuple(self.names[i] for i in places),
            inputs=self.inputs[chosen],
            targets=self.targets[chosen],
            groups=tuple(self.groups[i] for i in places) if self.groups else (),
            lengths=None if self.lengths is None else self.lengths[chosen],
        )
