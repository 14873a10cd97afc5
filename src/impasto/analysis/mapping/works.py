"""What a map is made of: works, how the eye sees them, and what is known of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from impasto.data.tables import few
from impasto.errors import DataError

Cell = str | int | float | None
"""What is known of one work in one respect, or None."""


@dataclass(frozen=True, eq=False)
class Works:
    """The works of a collection, in any order; nothing in them is believed to be harmless.

    Attributes:
        ids: What tells each from the others, for good: it finds its place on the map by it.
        titles: What each is called; empty where nobody knows.
        paths: Their files.
        vectors: How the eye sees each; directions, of which the length doesn't count.
        columns: What is known: for each column a value a work, None where it isn't known.
        eye: The sha256 of the weights that saw them; empty if that doesn't matter.

    Raises:
        DataError: If there are none, their numbers differ, ids repeat, or a vector is not finite
            or has no direction.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    paths: tuple[Path, ...]
    vectors: Float[np.ndarray, "n d"]
    columns: dict[str, Sequence[Cell]] = field(default_factory=dict)
    eye: str = ""

    def __post_init__(self) -> None:
        self._check_counts()
        twice = [name for name, count in Counter(self.ids).items() if count > 1]
        if twice:
            raise DataError(f"ids repeat: {few(twice)}; each work needs one of its own")
        lengths = np.linalg.norm(self.vectors, axis=1)
        wrong = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
        if wrong.size:
            shown = few(self.ids[i] for i in wrong)
            raise DataError(f"vectors without a direction: {shown}; add these works again")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def directions(self) -> Float[np.ndarray, "n d"]:
        """The vectors at length 1, float32."""
        lengths = np.linalg.norm(self.vectors, axis=1, keepdims=True)
        return np.asarray(self.vectors / lengths, np.float32)

    def _check_counts(self) -> None:
        count = len(self.ids)
        if not count:
            raise DataError("expected works to map, got none; add some to the collection first")
        given = {"titles": self.titles, "paths": self.paths, "vectors": self.vectors}
        for name, values in (given | self.columns).items():
            if len(values) != count:
                raise DataError(
                    f"expected a value a work, got {len(values)} in {few([name])} for {count} works"
                )
