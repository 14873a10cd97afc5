"""Works that look mislabeled: suspects for somebody to look at, never verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.data.examples import Examples
from impasto.learning.build import kind_of_inputs
from impasto.metrics.mislabeled import mislabeled

MOST = 10
"""Suspects that are shown."""


@dataclass(frozen=True, eq=False)
class Doubt:
    """A work whose label the network doubts.

    Attributes:
        name: What it is called.
        given: What it is labeled.
        likely: What it looks like.
        share: Probability that the network gives to its label, 0..1.
        picture: The work as the network saw it; None for drawings.
    """

    name: str
    given: str
    likely: str
    share: float
    picture: UInt8[Tensor, "c h w"] | None

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {"name": self.name, "label": self.given, "likely": self.likely, "share": self.share}


def doubts(
    parts: Sequence[Examples], probabilities: Sequence[Float[np.ndarray, "_n k"]]
) -> tuple[Doubt, ...]:
    """List the works that look mislabeled, most suspect first; ten at the most.

    Args:
        parts: Works that the network has not learned from.
        probabilities: What it says of them, part by part.
    """
    targets = np.concatenate([np.asarray(part.targets) for part in parts])
    places = [(part, i) for part in parts for i in range(len(part))]
    found = mislabeled(np.concatenate(list(probabilities)), targets)
    return tuple(
        Doubt(
            name=part.names[i],
            given=part.classes[each.given],
            likely=part.classes[each.likely],
            share=each.confidence,
            picture=picture_of(part, i),
        )
        for each in found[:MOST]
        for part, i in [places[each.index]]
    )


def picture_of(works: Examples, index: int) -> UInt8[Tensor, "c h w"] | None:
    """Show a work; None for drawings."""
    return works.inputs[index] if kind_of_inputs(works) == "pictures" else None
