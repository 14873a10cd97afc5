"""How many groups are there, if any: candidates beside works that have none."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from impasto.errors import SettingsError
from impasto.learning.clustering.groups import Method, finder
from impasto.metrics.clustering import NONE, grouped_silhouettes, one_cloud, stability

MOST = 12
"""Groups up to which their number is tried out."""

SIZES = (5, 8, 12, 20, 30, 50, 80)
"""Smallest sizes of a group that HDBSCAN is tried with; of more works than `SAMPLE`, as many times
that as there are works."""

SAMPLE = 1000
"""Works that the number is tried out with, drawn from all."""

CLOUDS, HALVINGS = 24, 20
"""Clouds without groups of each kind, and halvings of the works, that candidates are tried with."""

STABLE = 0.75
"""Adjusted Rand index from which on groups of one half of the works are those of the other."""

CHANCE = 0.05
"""Share of the clouds without groups that may have a candidate which stands out as much."""

Told = Callable[[int, int, dict[str, float]], bool]
"""Told how many candidates of how many are done, and what was found; True stops."""


@dataclass(frozen=True)
class Candidate:
    """A way to divide works, and what speaks for it.

    Attributes:
        asked: How many groups, or by HDBSCAN how many of all works a group has at least.
        groups: How many groups there are then, among the works it was tried with.
        none: Share of the works that are in none.
        silhouette: How much nearer works lie to their own group than to the next, -1..1.
        cloud: The same for works that have no groups, on average;
        cloud_low: of 2.5 % of them it is lower than this,
        cloud_high: and of 2.5 % higher than this.
        chance: Share of works without groups of which any candidate stands out as this one does.
        stability: Adjusted Rand index of the groups sought in halves of the works, on average;
        stability_low: of 2.5 % of the halvings it is lower than this,
        stability_high: and of 2.5 % higher than this.
    """

    asked: int
    groups: int
    none: float
    silhouette: float
    cloud: float
    cloud_low: float
    cloud_high: float
    chance: float
    stability: float
    stability_low: float
    stability_high: float

    @property
    def excess(self) -> float:
        """By how much it is better divided than works without groups."""
        return self.silhouette - self.cloud

    @property
    def clear(self) -> bool:
        """Tell whether the groups are there: they stand out, and they come out again."""
        return self.groups > 1 and self.chance <= CHANCE and self.stability >= STABLE


@dataclass(frozen=True)
class Choice:
    """The way that was chosen, and why.

    Attributes:
        method: kmeans or hdbscan.
        chosen: The candidate.
        candidates: All that were tried.
        wished: Whether the person asked for this one.
        made: How many groups all works were then divided into; None while that isn't done.
    """

    method: Method
    chosen: Candidate
    candidates: tuple[Candidate, ...]
    wished: bool = False
    made: int | None = None

    @property
    def clear(self) -> bool:
        """Tell whether the groups are there: what was tried out is clear, and came out of all."""
        return self.chosen.clear and self.made in (None, self.chosen.groups)

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {
            "method": self.method,
            "chosen": self.chosen.asked,
            "wished": self.wished,
            "groups": self.made,
            "clear": self.clear,
            "why": self.sentence,
            "candidates": [asdict(each) | {"clear": each.clear} for each in self.candidates],
        }

    @property
    def sentence(self) -> str:
        """Say how many groups there are, and why so many, or that there are none."""
        if not self.wished:
            return self._said(self.chosen)
        ours = "clear ones" if self.clear else "which are not clear by themselves"
        made = self._groups(self.chosen)
        fewer = f", and {made} were found" if made != self.chosen.asked else ""
        said = self._said(best_of(self.candidates))
        return f"{self.chosen.asked} groups were asked for{fewer}, {ours}; of all tried, {said}"

    def _said(self, one: Candidate) -> str:
        if one == self.chosen and (other := self._otherwise()):
            return other
        return self._clearly(one) if one.clear else self._hardly(one)

    def _otherwise(self) -> str:
        """Say that all works fall into another number of groups than those it was tried with."""
        if self.clear or not self.chosen.clear:
            return ""
        least = f" of at least {self.chosen.asked} works" if self.method == "hdbscan" else ""
        return (
            f"it cannot be said whether there are clear groups: all works fall into {self.made}"
            f"{least}, but into {self.chosen.groups} those that were drawn to try it out"
        )

    def _groups(self, one: Candidate) -> int:
        return one.groups if self.made is None or one != self.chosen else self.made

    def _named(self, one: Candidate) -> str:
        many = self._groups(one)
        if self.method == "kmeans":
            return f"{many} groups"
        return f"{many} groups of at least {one.asked} works"

    def _clearly(self, one: Candidate) -> str:
        return (
            f"{self._named(one)}: they stand out from a cloud without groups (silhouette "
            f"{one.silhouette:.2f}, there {one.cloud:.2f}; at most {_percent(one.chance)} of "
            "such clouds have any number that does), and halves of the works find them again "
            f"(adjusted Rand index {one.stability:.2f})"
        )

    def _hardly(self, one: Candidate) -> str:
        if self._groups(one) < 2:
            return (
                "there are no clear groups: nowhere do works lie so densely that groups part from "
                "each other; --method kmeans divides them all the same"
            )
        return (
            f"there are no clear groups: the works pass into each other. {self._why(one)}. "
            f"{self._named(one)} are the division that comes out most alike when it is sought in "
            "halves of the works; another number is no less right"
        )

    def _why(self, one: Candidate) -> str:
        if one.chance > CHANCE:
            return (
                f"A cloud without groups divides about as well (silhouette {one.silhouette:.2f}, "
                f"there {one.cloud:.2f})"
            )
        return (
            "They are no even cloud, but halves of the works don't find the same groups (adjusted "
            f"Rand index {one.stability:.2f}, of clear groups {STABLE} or more)"
        )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def best_of(candidates: Sequence[Candidate]) -> Candidate:
    """Choose: of those that are clear the one that stands out most, or else the most stable."""
    clear = [each for each in candidates if each.clear]
    if clear:
        return max(clear, key=lambda each: each.excess)
    several = [each for each in candidates if each.groups > 1]
    return max(several or candidates, key=lambda each: (each.stability, each.groups))


def candidates_for(method: Method, count: int, *, wished: int | None) -> list[int]:
    """List what is tried out with so many works: numbers of groups, or smallest sizes.

    Raises:
        SettingsError: If more groups are wished for than half the works that it is tried with, or
            any of HDBSCAN.
    """
    if method == "hdbscan":
        if wished is not None:
            raise SettingsError("hdbscan finds the number of groups itself; leave clusters out")
        few = min(count, SAMPLE)
        sizes = [size for size in SIZES if size <= max(SIZES[0], few // 4)]
        return [round(size * count / few) for size in sizes]
    most = min(count, SAMPLE) // 2
    if wished is not None and not 2 <= wished <= most:
        tried = "" if count <= SAMPLE else f", which are tried out with {SAMPLE:,} of them"
        raise SettingsError(
            f"expected between 2 and {most} clusters of {count:,} works{tried}, got {wished}"
        )
    usual = range(2, max(2, min(MOST, count // 5)) + 1)
    return sorted({*usual, *([wished] if wished else [])})


def choose(
    places: Float[np.ndarray, "n p"],
    method: Method,
    *,
    wished: int | None = None,
    groups: Sequence[str] | None = None,
    seed: int = 0,
    told: Told | None = None,
) -> Choice | None:
    """Try ways to divide works out, and choose.

    Args:
        places: Of the works.
        method: kmeans or hdbscan.
        wished: The number of groups the person asks for.
        groups: What works have in common, such as their artist: halves are made of whole ones.
        seed: Source of every random choice.
        told: Hears of each candidate.

    Returns:
        The choice, or None if somebody stopped it.

    Raises:
        SettingsError: As `candidates_for`.

    Notes:
        The chance of standing out is that of the largest of all candidates among clouds without
        groups, as in Westfall, Young 1993, for the kind of cloud that is harder to beat.
    """
    asked = candidates_for(method, len(places), wished=wished)
    generator = np.random.default_rng(seed)
    few = np.sort(generator.permutation(len(places))[:SAMPLE])
    some, named = places[few], [groups[i] for i in few] if groups else None
    clouds = [
        [one_cloud(some, generator, even=even) for _ in range(CLOUDS)] for even in (False, True)
    ]
    tried: list[_Tried] = []
    for done, one in enumerate(asked, 1):
        seek = one if method == "kmeans" else round(one * len(some) / len(places))
        found = _try(some, clouds, method, seek, groups=named, seed=seed)
        tried.append(replace(found, asked=one))
        shown = {"groups": float(tried[-1].groups), "silhouette": tried[-1].silhouette}
        if told is not None and told(done, len(asked), shown) and done < len(asked):
            return None
    every = tuple(_candidates(tried))
    wish = next((each for each in every if each.asked == wished), None)
    return Choice(method, wish or best_of(every), every, wished=wish is not None)


@dataclass(frozen=True, eq=False)
class _Tried:
    """What was measured of a candidate, and of as many groups in clouds without any."""

    asked: int
    groups: int
    none: float
    silhouette: float
    clouds: Float[np.ndarray, "kinds draws"]
    halves: Float[np.ndarray, " halvings"]


def _try(
    places: Float[np.ndarray, "n p"],
    clouds: Sequence[Sequence[Float[np.ndarray, "n p"]]],
    method: Method,
    asked: int,
    *,
    groups: Sequence[str] | None,
    seed: int,
) -> _Tried:
    find = finder(method, asked)
    numbers = finder(method, asked, tries=10)(places, seed)(places)
    half = finder(method, asked if method == "kmeans" else max(2, asked // 2))
    return _Tried(
        asked,
        len(set(numbers[numbers != NONE].tolist())),
        float((numbers == NONE).mean()),
        _score(places, numbers),
        np.array([[_score(c, find(c, seed)(c)) for c in kind] for kind in clouds]),
        stability(places, half, draws=HALVINGS, groups=groups, seed=seed),
    )


def _score(places: Float[np.ndarray, "n p"], numbers: Int[np.ndarray, " n"]) -> float:
    return float(grouped_silhouettes(places, numbers).mean())


def _candidates(tried: Sequence[_Tried]) -> list[Candidate]:
    """Set what was found beside the clouds, of each kind, and believe the harder one."""
    ours = np.array([each.silhouette for each in tried])
    clouds = np.stack([each.clouds for each in tried], 2)  # kinds, draws, candidates
    middle, spread = clouds.mean(1, keepdims=True), clouds.std(1, keepdims=True).clip(1e-3)
    highest = ((clouds - middle) / spread).max(2)
    standing = ((ours - middle) / spread)[:, 0]
    beaten = (highest[:, :, None] >= standing[:, None]).sum(1)
    chances = (1 + beaten) / (1 + clouds.shape[1])
    hard = chances.argmax(0)
    found = []
    for i, each in enumerate(tried):
        drawn = clouds[hard[i], :, i]
        low, high = np.quantile(drawn, [0.025, 0.975])
        calm, wild = np.quantile(each.halves, [0.025, 0.975])
        found.append(
            Candidate(
                asked=each.asked,
                groups=each.groups,
                none=each.none,
                silhouette=each.silhouette,
                cloud=float(drawn.mean()),
                cloud_low=float(low),
                cloud_high=float(high),
                chance=float(chances[hard[i], i]),
                stability=float(each.halves.mean()),
                stability_low=float(calm),
                stability_high=float(wild),
            )
        )
    return found


def as_choice(values: dict[str, Any]) -> Choice:
    """Read what `as_dict` wrote; raises KeyError, TypeError or ValueError where it can't."""
    known = [
        Candidate(**{k: v for k, v in each.items() if k != "clear"})
        for each in values["candidates"]
    ]
    chosen = next((each for each in known if each.asked == values["chosen"]), None)
    if chosen is None or values["method"] not in ("kmeans", "hdbscan"):
        raise ValueError(f"candidate {values['chosen']} of {values['method']}")
    made = None if values.get("groups") is None else int(values["groups"])
    return Choice(values["method"], chosen, tuple(known), bool(values["wished"]), made)
