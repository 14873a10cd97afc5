"""What every figure needs of its numbers: that there are some, and as many of each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from impasto.errors import DataError

Array = np.ndarray[Any, np.dtype[Any]] | Tensor
"""Numbers from numpy or torch, on any device."""


def as_numpy(values: Shaped[Array, "..."]) -> Shaped[np.ndarray, "..."]:
    """Bring numbers to the processor; floats become double, so that sums of many are exact."""
    if isinstance(values, Tensor):
        held = values.detach().cpu()
        return np.asarray(held.double() if held.is_floating_point() else held)
    return values.astype(np.float64) if values.dtype.kind == "f" else values


def aligned(*arrays: Shaped[Array, "..."]) -> list[Shaped[np.ndarray, "..."]]:
    """Bring arrays to the processor that speak of the same works, one row a work.

    Raises:
        DataError: If there is no work, if the numbers of works differ, or if one isn't finite.
    """
    found = [as_numpy(a) for a in arrays]
    lengths = [len(a) for a in found]
    if min(lengths) == 0:
        raise DataError("expected at least one work to measure on, got none; choose a larger split")
    if len(set(lengths)) > 1:
        counts = " and ".join(str(n) for n in lengths)
        raise DataError(f"expected as many predictions as targets, got {counts}; pair them up")
    if any(a.dtype.kind == "f" and not np.isfinite(a).all() for a in found):
        raise DataError("expected finite numbers, got some that are not; the training went astray")
    return found


def scored(
    scores: Float[Array, "_n k"], targets: Int[Array, " _n"]
) -> tuple[Float[np.ndarray, "n k"], Int[np.ndarray, " n"]]:
    """Bring a row of scores a work and its class to the processor.

    Raises:
        DataError: As `aligned`, or if a class has no column.
    """
    found, truth = aligned(scores, targets)
    if truth.min() < 0 or truth.max() >= found.shape[1]:
        raise DataError(
            f"expected classes from 0 to {found.shape[1] - 1}, got {truth.min()} to "
            f"{truth.max()}; give a column of scores for each class"
        )
    return found, truth


def group_index(groups: Sequence[str] | None, count: int) -> Int[np.ndarray, " n"]:
    """Number the groups, such as artists; without groups every work is one of its own.

    Raises:
        DataError: If there are not as many groups as works.
    """
    if not groups:
        return np.arange(count)
    if len(groups) != count:
        raise DataError(f"expected the group of {count} works, got {len(groups)}; pair them up")
    return np.unique(np.asarray(groups), return_inverse=True)[1]
