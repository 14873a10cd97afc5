"""Labels with doubt: a set of classes that holds the true one nine times out of ten."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from impasto.errors import DataError, SettingsError
from impasto.metrics.checks import Array, aligned, as_numpy, group_index, scored
from impasto.metrics.intervals import Estimate, mean

SCORES = ("lac", "aps", "raps")
"""How strange a class looks can be measured in these ways; see `fit`."""

PENALTY, FREE = 0.1, 2
"""Of `raps`: what each class beyond the first two costs."""

MOST = 0.5
"""A set of more than this share of the classes says nothing that helps."""


@dataclass(frozen=True)
class Threshold:
    """How strange a class may look and still be in the set.

    Attributes:
        value: Largest score of a class in the set; infinite where too few works were there to
            learn it from, so that every set holds all classes.
        coverage: How often the sets shall hold the truth, 0..1.
        score: How strangeness is measured.
        works: How many works it was learned from.
        lot: Which of the scores that equal the value are in, by lot, 0..1; None: all of them.
    """

    value: float
    coverage: float
    score: str
    works: int
    lot: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report; an infinite value is null."""
        return asdict(self) | {"value": self.value if math.isfinite(self.value) else None}


def fit(
    probabilities: Float[Array, "_n k"],
    targets: Int[Array, " _n"],
    *,
    coverage: float = 0.9,
    score: str = "lac",
    generator: np.random.Generator | None = None,
) -> Threshold:
    """Learn from works with known classes how large sets must be to hold the true one.

    **Guaranteed**: sets of works that are exchangeable with these hold the truth with the
    probability `coverage`, over the draw of both, whatever the network is worth; a bad one only
    makes sets larger. With a generator it is at most 1/(n + 1) more, without one ties can make it
    more. Exchangeable are new works of the same painters, photographed in the same way. **Not
    guaranteed**: that it holds for each class or painter by itself, or for painters that are not
    among these. That can only be measured: see `by_group`.

    Args:
        probabilities: Of works from which nothing was learned, and by which nothing was chosen:
            neither the weights, nor when to stop, nor the temperature. Rows sum to 1.
        targets: Their classes.
        coverage: How often the sets shall hold the truth, above 0 and below 1.
        score: ``lac`` (the smallest sets on average, and some may be empty), ``aps`` (larger for
            works that are hard), ``raps`` (as ``aps``, but long sets cost more).
        generator: Breaks ties by lot, so that the coverage is exact where many scores are equal;
            ``aps`` and ``raps`` become smaller by it, too. Without one nothing is random: the
            same picture always gets the same set.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
        SettingsError: If the coverage is not between 0 and 1, or the score unknown.

    Notes:
        The ⌈(n + 1) coverage⌉-th smallest score: Vovk, Gammerman, Shafer 2005; Lei et al. 2018,
        arXiv:1604.04173. LAC: Sadinle, Lei, Wasserman 2019, arXiv:1609.00451; APS: Romano, Sesia,
        Candès 2020, arXiv:2006.02544; RAPS: Angelopoulos et al. 2021, arXiv:2009.14193. Differs:
        ties are broken by a lot beside the score, which the papers assume away. The default is
        what made the smallest sets at equal coverage on the paintings; `bench/conformal.py`.
    """
    _check(coverage, score)
    own, drawn = _own(probabilities, targets, score, generator)
    rank, many = _rank(len(own), coverage), len(own)
    if rank > many:
        return Threshold(math.inf, coverage, score, many, None if generator is None else 1.0)
    place = np.lexsort((drawn, own))[rank - 1]
    lot = None if generator is None else float(drawn[place])
    return Threshold(float(own[place]), coverage, score, many, lot)


def strangeness(
    probabilities: Float[Array, "_n k"], targets: Int[Array, " _n"], *, score: str = "lac"
) -> Float[np.ndarray, " _n"]:
    """Say how strange the true class of each work looks, the least strange first.

    This is all that sets of any coverage are learned from: it can be kept in the place of the
    works; see `threshold`.

    Args:
        probabilities: As for `fit`.
        targets: Their classes.
        score: As for `fit`.

    Returns:
        For ``lac`` 1 minus the probability of the truth, 0..1.

    Raises:
        DataError: If there are no works, or not as many rows as targets.
        SettingsError: If the score is unknown.
    """
    _check(0.5, score)
    return np.sort(_own(probabilities, targets, score, None)[0])


def threshold(
    strange: Sequence[float] | Float[np.ndarray, " n"],
    *,
    coverage: float = 0.9,
    score: str = "lac",
) -> Threshold:
    """Learn from what `strangeness` said how large sets must be; the same as `fit` learns.

    Args:
        strange: How strange works looked, the least strange first.
        coverage: How often the sets shall hold the truth, above 0 and below 1.
        score: By which that was measured.

    Raises:
        SettingsError: If the coverage is not between 0 and 1, or the score unknown.
    """
    _check(coverage, score)
    rank, many = _rank(len(strange), coverage), len(strange)
    value = math.inf if rank > many else float(strange[rank - 1])
    return Threshold(value, coverage, score, many)


def needed(coverage: float) -> int:
    """Count the works below which every set must hold all classes to keep its promise.

    Examples:
        >>> needed(0.9), needed(0.95), needed(0.99)
        (9, 19, 99)
    """
    _check(coverage, "lac")
    return max(1, math.ceil(coverage / (1 - coverage) - 1e-9))


def _rank(many: int, coverage: float) -> int:
    """Say which of so many scores, the smallest first, is the largest of a class in a set."""
    return max(1, math.ceil((many + 1) * coverage - 1e-9))  # 10 * 0.9 is 9.000000000000002


def _own(
    probabilities: Float[Array, "_n k"],
    targets: Int[Array, " _n"],
    score: str,
    generator: np.random.Generator | None,
) -> tuple[Float[np.ndarray, " _n"], Float[np.ndarray, " _n"]]:
    """Say how strange the true classes look, and draw the lots that part equal ones."""
    given, truth = scored(probabilities, targets)
    strange, lots = _scores(given, score, generator)
    return strange[np.arange(len(truth)), truth], lots


def sets(
    probabilities: Float[Array, "n k"],
    threshold: Threshold,
    *,
    generator: np.random.Generator | None = None,
) -> Bool[np.ndarray, "n k"]:
    """Say of each work which classes it may be.

    Args:
        probabilities: Of new works, from the network that the threshold belongs to.
        threshold: What `fit` learned.
        generator: Needed where `fit` had one.

    Returns:
        Whether a class is in the set; a row may be all false: the work looks like none of them.

    Raises:
        DataError: If a probability is no finite number.
        SettingsError: If ties are to be broken by lot, and there is no generator.
    """
    if threshold.lot is not None and generator is None:
        raise SettingsError("this threshold breaks ties by lot; give sets a generator, as fit had")
    given = as_numpy(probabilities)
    if not np.isfinite(given).all():
        raise DataError("expected finite probabilities, got some that are not; check the network")
    drawing = None if threshold.lot is None else generator
    strange, lots = _scores(given, threshold.score, drawing)
    drawn, last = lots[:, None], 1.0 if threshold.lot is None else threshold.lot
    found = (strange < threshold.value) | ((strange == threshold.value) & (drawn <= last))
    return np.asarray(found | math.isinf(threshold.value))


def cannot_say(chosen: Bool[Array, "n k"], *, most: float = MOST) -> Bool[np.ndarray, " n"]:
    """Say which sets are no answer: empty, or of more than this share of the classes."""
    size = as_numpy(chosen).sum(1)
    return np.asarray((size == 0) | (size > most * chosen.shape[1]))


def measured(
    chosen: Bool[Array, "_n k"],
    targets: Int[Array, " _n"],
    *,
    groups: Sequence[str] | None = None,
    most: float = MOST,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Measure what sets are worth on works with known classes, each figure with its interval.

    Args:
        chosen: The sets of works by which no threshold was learned.
        targets: Their classes.
        groups: What works have in common, such as their artist: the intervals then hold for
            artists not seen yet.
        most: As for `cannot_say`.
        seed: Source of every random choice.

    Returns:
        ``coverage``: share of the sets that hold the truth; ``size``: classes in a set, fewer is
        better; ``empty`` and ``cannot_say``: shares of the sets that are no answer.

    Raises:
        DataError: If there are no works, or not as many of each.
    """
    found, truth = _paired(chosen, targets)
    sizes = found.sum(1)
    scores = {
        "coverage": _held(found, truth),
        "size": sizes,
        "empty": sizes == 0,
        "cannot_say": cannot_say(found, most=most),
    }
    return {name: mean(each, groups=groups, seed=seed) for name, each in scores.items()}


def by_group(
    chosen: Bool[Array, "_n k"], targets: Int[Array, " _n"], groups: Sequence[str]
) -> dict[str, Estimate]:
    """Measure how often the sets hold the truth for each artist, the worst served first.

    What is promised holds on average only; here is for whom it does not. With few works the
    intervals are wide, and of many artists a few look bad by chance.

    Raises:
        DataError: If there are no works, or not as many of each.
    """
    found, truth = _paired(chosen, targets)
    held, index = _held(found, truth), group_index(groups, len(truth))
    names = sorted(set(groups))
    each = {name: mean(held[index == i]) for i, name in enumerate(names)}
    return dict(sorted(each.items(), key=lambda pair: (pair[1].value, pair[1].high)))


def _check(coverage: float, score: str) -> None:
    if not 0 < coverage < 1:
        raise SettingsError(f"expected a coverage between 0 and 1, such as 0.9; got {coverage:g}")
    if score not in SCORES:
        raise SettingsError(f"expected a score of {', '.join(SCORES)}; got {score}")


def _paired(
    chosen: Bool[Array, "_n k"], targets: Int[Array, " _n"]
) -> tuple[Bool[np.ndarray, "n k"], Int[np.ndarray, " n"]]:
    found, truth = aligned(chosen, targets)
    if truth.min() < 0 or truth.max() >= found.shape[1]:
        raise DataError(
            f"expected classes from 0 to {found.shape[1] - 1}, got {truth.min()} to "
            f"{truth.max()}; give a column for each class"
        )
    return found, truth


def _held(found: Bool[np.ndarray, "n k"], truth: Int[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
    return np.asarray(found[np.arange(len(truth)), truth])


def _scores(
    given: Float[np.ndarray, "n k"], score: str, generator: np.random.Generator | None
) -> tuple[Float[np.ndarray, "n k"], Float[np.ndarray, " n"]]:
    """Say how strange each class looks, and draw the lots that part equal scores."""
    many = len(given)
    share, lots = (np.ones(many), np.ones(many))
    if generator is not None:
        share, lots = generator.random(many), generator.random(many)
    if score == "lac":
        return 1 - given, lots
    strange = _above(given) + share[:, None] * given
    if score == "raps":
        place = np.argsort(np.argsort(-given, axis=1, kind="stable"), axis=1)
        strange = strange + PENALTY * np.maximum(0, place + 1 - FREE)
    return strange, lots


def _above(given: Float[np.ndarray, "n k"]) -> Float[np.ndarray, "n k"]:
    """Add up, for each class, the probabilities of all before it, from the most likely on."""
    order = np.argsort(-given, axis=1, kind="stable")
    ordered = np.take_along_axis(given, order, 1)
    before = np.cumsum(ordered, 1) - ordered
    above = np.empty_like(given)
    np.put_along_axis(above, order, before, 1)
    return above
