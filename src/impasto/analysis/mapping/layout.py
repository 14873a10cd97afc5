"""Where each work lies on a map."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class Layout:
    """A map's places: as the works were drawn apart, and as they hang, one in each cell of a grid.

    Attributes:
        ids: The works, by what tells them apart.
        positions: Where each would lie if works had no size.
        cells: Column and row of the grid in which each hangs; no two share one.
        step: How far cells lie apart, in the measure of the positions.
        seed: Where chance began.
        eye: The sha256 of the weights that saw the works; empty if that doesn't matter.
    """

    ids: tuple[str, ...]
    positions: Float[np.ndarray, "n 2"]
    cells: Int[np.ndarray, "n 2"]
    step: float
    seed: int = 0
    eye: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: tuple[str, ...]) -> dict[str, int]:
        """Find where these works stand in it; those that are not in it are left out."""
        known = {name: row for row, name in enumerate(self.ids)}
        return {name: known[name] for name in ids if name in known}
