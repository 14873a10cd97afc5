"""An explanation: maps with what the checks say of them, labels with doubt, and works alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.errors import printable
from impasto.learning.explaining.checks import Deletion, flat

CHANCE = 0.05
"""Regions elsewhere may do as well as a map with this probability, and it is still trusted."""

ALIKE = 0.7
"""Rank correlation from which on a map is that of any network, not of this one."""

TITLES = {"occlusion": "hiding parts of it", "grad-cam": "Grad-CAM"}
"""How a map was made, in words."""


@dataclass(frozen=True, eq=False)
class Map:
    """What in a picture spoke for an answer, and whether that can be believed.

    Attributes:
        name: How it was made: occlusion or grad-cam.
        values: At the size that the network saw; larger speaks more for the answer, and what lies
            below 0 against it. The unit is the method's own.
        deletion: What became of the probability when its most important places were deleted.
        blank: Rank correlation with the maps of random weights in its place, on average, 0..1.
    """

    name: str
    values: Float[Tensor, "h w"]
    deletion: Deletion
    blank: float

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not to be trusted, if so."""
        found = {
            "it is the same everywhere": flat(self.values),
            "deleting what it marks makes the network no less sure than deleting regions of the "
            f"same shape elsewhere (p = {self.deletion.p_value:.2f})": (
                self.deletion.p_value > CHANCE
            ),
            "random weights, which have learned nothing, give nearly the same map (rank "
            f"correlation {self.blank:.2f})": self.blank > ALIKE,
        }
        return tuple(reason for reason, holds in found.items() if holds)

    @property
    def trusted(self) -> bool:
        """Whether it passed both checks."""
        return not self.reasons

    @property
    def verdict(self) -> str:
        """Say it in words."""
        if self.reasons:
            return f"the map is not to be trusted because {' and because '.join(self.reasons)}"
        many = len(self.deletion.others)
        return (
            "trusted: deleting what it marks makes the network less sure than deleting regions of "
            f"the same shape elsewhere (p = {self.deletion.p_value:.3f}, {many} regions), and "
            f"random weights give another map (rank correlation {self.blank:.2f})"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {
            "trusted": self.trusted,
            "verdict": self.verdict,
            "deletion": {
                "area": self.deletion.area,
                "elsewhere": self.deletion.others_area,
                "p_value": self.deletion.p_value,
            },
            "random_weights": self.blank,
        }


@dataclass(frozen=True, eq=False)
class Neighbor:
    """A work that the network learned from, and that looks like the picture to it.

    Attributes:
        name: What it is called.
        label: What it is.
        likeness: Cosine of the features by which the network decides: at most 1.
        picture: The work as the network saw it.
    """

    name: str
    label: str
    likeness: float
    picture: UInt8[Tensor, "c s s"]

    def as_dict(self) -> dict[str, Any]:
        """Return what belongs into a report."""
        return {"name": self.name, "label": self.label, "likeness": self.likeness}


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where the answer of a network comes from.

    Attributes:
        picture: What the network saw, larger, to be shown: the middle square, 0..1.
        label: The class that is explained.
        probabilities: Of each class, calibrated.
        maps: What spoke for the class, by how that was found out.
        labels: The prediction set: classes of which nine times of ten one is the true one. Empty
            where the picture looks like none of them; None where it isn't known.
        nearest: The works it learned from that look most like the picture, the nearest first.
        lines: What else is to be said.
    """

    picture: Float[Tensor, "1 3 _s _s"]
    label: str
    probabilities: Mapping[str, float]
    maps: Mapping[str, Map]
    labels: tuple[str, ...] | None = None
    nearest: tuple[Neighbor, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether at least one map passed its checks."""
        return any(each.trusted for each in self.maps.values())

    @property
    def verdict(self) -> str:
        """Say in a line how far the maps can be trusted."""
        passed = [TITLES[name] for name, each in self.maps.items() if each.trusted]
        if not self.maps:
            return "there is no map"
        if len(passed) == len(self.maps):
            return "the map can be trusted" if len(passed) == 1 else "both maps can be trusted"
        if passed:
            return f"only the map made by {passed[0]} can be trusted"
        return (
            "the maps are not to be trusted"
            if len(self.maps) > 1
            else "the map is not to be trusted"
        )

    def said(self) -> list[str]:
        """Say all of it in plain words, line by line."""
        best = sorted(self.probabilities.items(), key=lambda pair: -pair[1])[:3]
        shares = ", ".join(f"{printable(name)} {share:.0%}" for name, share in best)
        return [
            f"explained: {printable(self.label)} ({shares})",
            *([] if self.labels is None else [doubt(self.labels, len(self.probabilities))]),
            f"{self.verdict}:",
            *(f"{TITLES[name]}: {each.verdict}" for name, each in self.maps.items()),
            *(
                f"like {printable(each.name)} ({printable(each.label)}), {each.likeness:.2f}"
                for each in self.nearest
            ),
            *self.lines,
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return all but the pictures and the maps themselves, as it can be written as JSON."""
        return {
            "label": self.label,
            "probabilities": dict(self.probabilities),
            "set": None if self.labels is None else list(self.labels),
            "trusted": self.trusted,
            "verdict": self.verdict,
            "maps": {name: each.as_dict() for name, each in self.maps.items()},
            "nearest": [each.as_dict() for each in self.nearest],
            "said": list(self.lines),
        }


def doubt(labels: tuple[str, ...], classes: int) -> str:
    """Say a prediction set in words."""
    names = ", ".join(printable(name) for name in labels)
    if not labels:
        return "cannot say: it looks like none of the classes"
    if len(labels) > classes / 2:
        return f"cannot say: it may be any of {len(labels)} classes of {classes}"
    return (
        f"nine times of ten it is one of: {names}" if len(labels) > 1 else f"almost surely {names}"
    )
