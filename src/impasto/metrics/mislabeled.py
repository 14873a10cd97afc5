"""Works whose label is likely wrong, the surest first: somebody should look at them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from impasto.metrics.checks import Array, scored


@dataclass(frozen=True)
class Suspect:
    """A work that looks mislabeled.

    Attributes:
        index: Which work.
        given: The class of its label.
        likely: The class that it looks like.
        confidence: Probability of its label, 0..1; the lower, the more suspect.
    """

    index: int
    given: int
    likely: int
    confidence: float


def mislabeled(
    probabilities: Float[Array, "_n k"], targets: Int[Array, " _n"]
) -> tuple[Suspect, ...]:
    """List the works that look mislabeled, most suspect first.

    Args:
        probabilities: What networks said that were not trained on the work itself: out of fold,
            from cross-validation. Those of one that was only repeat the label.
        targets: Classes by their labels.

    Raises:
        DataError: If there are no works, or not as many rows as targets.

    Notes:
        Confident learning: Northcutt, Jiang, Chuang 2021, eq. 1 and 2, arXiv:1911.00068. A class
        counts for a work where its probability reaches the mean over the works labeled so; the
        likeliest of those that count is the one it looks like. Off-diagonal works of that
        confident joint are listed, ordered by self-confidence.
    """
    given, truth = scored(probabilities, targets)
    own = given[np.arange(len(truth)), truth]
    counts = np.bincount(truth, minlength=given.shape[1])
    means = np.bincount(truth, own, given.shape[1]) / np.maximum(counts, 1)
    counted = np.where((given >= means) & (counts > 0), given, -1.0)
    likely = counted.argmax(1)
    suspect = np.flatnonzero((counted.max(1) >= 0) & (likely != truth))
    ranked = suspect[np.argsort(own[suspect], kind="stable")]
    return tuple(Suspect(int(i), int(truth[i]), int(likely[i]), float(own[i])) for i in ranked)
