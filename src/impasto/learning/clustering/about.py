"""What sets a group apart: labels that are more frequent in it, and its colors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, UInt8
from scipy.stats import hypergeom
from sklearn.cluster import KMeans
from torch import Tensor

from impasto.picture.color import luminance

VALUES = 100
"""Different values up to which a column is looked at."""

TRAITS = 6
"""Labels that are listed of a group, at most."""

APART = 0.5
"""Deviations by which a group's colors are apart from the others' before it is said."""

SMALL = 32
"""Side to which pictures are brought to measure their colors."""

WORDS = {
    "lightness": ("darker", "lighter"),
    "contrast": ("with less contrast", "with more contrast"),
    "colorfulness": ("grayer", "more colorful"),
    "warmth": ("cooler", "warmer"),
}
"""What less and more of it is called."""


@dataclass(frozen=True)
class Trait:
    """A label that is more frequent in a group than chance explains.

    Attributes:
        column: Such as movement.
        value: Such as Cubism.
        works: How many works of the group have it.
        here: Share of the group's works whose label is known that have it, 0..1.
        overall: Of all works, 0..1.
        chance: How likely so many would be by lot, corrected for all labels looked at.
    """

    column: str
    value: str
    works: int
    here: float
    overall: float
    chance: float

    def __str__(self) -> str:
        return (
            f"{self.column} {self.value}: {100 * self.here:.0f} % of the group, "
            f"{100 * self.overall:.0f} % of all works"
        )


def traits(
    columns: Mapping[str, Sequence[str | None]], members: Sequence[Bool[np.ndarray, " n"]]
) -> list[tuple[Trait, ...]]:
    """List labels that are over-represented in each group, the surest first.

    Args:
        columns: What is known of the works. Those with more than 100 different values, such as
            titles, say nothing of groups and are passed over.
        members: Which works are in each group.

    Notes:
        Fisher's exact test, one-sided, corrected as by Bonferroni for the labels of all groups
        together, at 5 %. It takes works for independent: a painter's are not, so that painters
        stand out easily.
    """
    told = {
        name: column
        for name, column in columns.items()
        if 1 < len({v for v in column if v is not None}) <= VALUES
    }
    found = [
        [trait for name, column in told.items() for trait in _of_column(name, column, member)]
        for member in members
    ]
    tests = sum(map(len, found))
    return [_surest([_corrected(trait, tests) for trait in each]) for each in found]


def _surest(found: Sequence[Trait]) -> tuple[Trait, ...]:
    kept = [t for t in found if t.chance < 0.05 and t.works > 1]
    return tuple(sorted(kept, key=lambda t: (t.chance, -t.here))[:TRAITS])


def _corrected(trait: Trait, tests: int) -> Trait:
    chance = min(1.0, trait.chance * tests)
    return Trait(trait.column, trait.value, trait.works, trait.here, trait.overall, chance)


def _of_column(
    name: str, column: Sequence[str | None], member: Bool[np.ndarray, " n"]
) -> list[Trait]:
    values = np.array(["" if v is None else v for v in column], dtype=object)
    known = np.array([v is not None for v in column])
    total, inside = int(known.sum()), int((known & member).sum())
    found = []
    for value in sorted(set(values[known & member].tolist())):
        has = known & (values == value)
        here, overall = int((has & member).sum()), int(has.sum())
        chance = float(hypergeom.sf(here - 1, total, overall, inside))
        found.append(Trait(name, value, here, here / inside, overall / total, chance))
    return found


def small(pictures: UInt8[Tensor, "n c _ _"]) -> Float[Tensor, "n 3 s s"]:
    """Bring pictures to a few pixels, some at a time; gray ones get three equal colors."""
    parts = torch.split(torch.arange(len(pictures)), 256)
    side = min(SMALL, *pictures.shape[2:])
    made = [F.interpolate(pictures[p].float() / 255, (side, side), mode="area") for p in parts]
    return torch.cat(made).expand(-1, 3, -1, -1)


def colors(tiny: Float[Tensor, "n 3 s s"]) -> dict[str, Float[np.ndarray, " n"]]:
    """Measure the colors of pictures: how light, contrasted, colorful and warm each is.

    Returns:
        lightness: mean luminance, 0..1; contrast: its deviation; colorfulness: of Hasler,
        Süsstrunk 2003, of 0..1 instead of 0..255; warmth: red minus blue, -1..1.
    """
    light = luminance(tiny).flatten(1)
    red, green, blue = (c.flatten(1) for c in tiny.unbind(1))
    across, down = red - green, (red + green) / 2 - blue
    deviation = (across.var(1, correction=0) + down.var(1, correction=0)).sqrt()
    offset = (across.mean(1).square() + down.mean(1).square()).sqrt()
    found = {
        "lightness": light.mean(1),
        "contrast": light.std(1, correction=0),
        "colorfulness": deviation + 0.3 * offset,
        "warmth": (red - blue).mean(1),
    }
    return {name: np.asarray(values.double()) for name, values in found.items()}


def color_words(
    measured: Mapping[str, Float[np.ndarray, " n"]], member: Bool[np.ndarray, " n"]
) -> list[str]:
    """Say how a group's colors differ from those of the other works; nothing where they don't."""
    said = []
    for name, values in measured.items():
        here, others = values[member], values[~member]
        spread = float(values.std())
        if not len(here) or not len(others) or spread < 1e-9:
            continue
        apart = float(here.mean() - others.mean()) / spread
        if abs(apart) >= APART:
            word = WORDS[name][int(apart > 0)]
            said.append(
                f"{word} than the others ({name} {here.mean():.2f}, there {others.mean():.2f})"
            )
    return said


def strip(tiny: Float[Tensor, "n 3 s s"], *, seed: int = 0) -> UInt8[Tensor, "3 24 144"]:
    """Paint the colors of pictures side by side, from dark to light, as wide as frequent."""
    pixels = tiny.permute(0, 2, 3, 1).reshape(-1, 3).numpy()
    some = pixels[:: max(1, len(pixels) // 5000)]
    many = min(6, len(np.unique(some, axis=0)))
    found: Any = KMeans(many, n_init=2, random_state=seed).fit(some)
    order = found.cluster_centers_.sum(1).argsort()
    shares = np.bincount(found.labels_, minlength=many)[order]
    ends = (144 * shares.cumsum() / shares.sum()).round().astype(int)
    row = found.cluster_centers_[order][np.searchsorted(ends, np.arange(144), side="right")]
    bytes_ = torch.from_numpy((row.clip(0, 1) * 255).round().astype(np.uint8))
    return bytes_.T[:, None].expand(3, 24, 144).contiguous()
