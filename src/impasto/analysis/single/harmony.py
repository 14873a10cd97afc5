"""The harmony: how the hues of a picture lie on the color wheel."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from impasto.analysis.single.records import Harmony
from impasto.analysis.single.seen import Seen

NEUTRAL = 4.0
"""Mean chroma (C* of CIELAB) below which hues are hardly seen."""

NEAR = 4.0
"""A template fits when hues lie this far outside its sectors on average, in degrees, or less ..."""

THERE = 0.04
"""... and this much of the color, at least, lies in or nearest to each of its sectors."""


@dataclass(frozen=True)
class Template:
    """Sectors of the wheel: where their middles lie and how wide they are, in degrees."""

    kind: str
    letter: str
    middles: tuple[float, ...]
    widths: tuple[float, ...]


TEMPLATES = (  # the narrowest first
    Template("monochrome", "i", (0,), (18,)),
    Template("complementary", "I", (0, 180), (18, 18)),
    Template("triadic", "", (0, 120, 240), (18, 18, 18)),
    Template("analogous", "V", (0,), (93.6,)),
    Template("right-angled", "L", (0, 90), (18, 79.2)),
    Template("split complementary", "Y", (0, 180), (93.6, 18)),
    Template("half the wheel", "T", (0,), (180,)),
    Template("double complementary", "X", (0, 180), (93.6, 93.6)),
)


def harmony(seen: Seen) -> Harmony:
    """Name the kind of harmony: the narrowest template of hues that fits.

    Notes:
        Templates, distance and rotation: Cohen-Or, Sorkine, Gal, Leyvand, Xu 2006, "Color
        harmonization", section 3, doi:10.1145/1179352.1141933, after Matsuda 1995. Differs: a hue
        counts by saturation times brightness, for the hue of what is nearly black is chance; of
        all templates that fit, the narrowest is taken and not the nearest, since a wide one always
        is nearer; each sector must hold something; triads, which the paper leaves out, are added.
    """
    if float((seen.weight * np.hypot(seen.lab[..., 1], seen.lab[..., 2])).sum()) < NEUTRAL:
        return Harmony("neutral", "", (), (), 0.0)
    shares = hues(seen)
    for template in TEMPLATES:
        turn, off = _fitted(shares, template)
        if off <= NEAR:
            middles = tuple(round((turn + m) % 360, 1) for m in template.middles)
            return Harmony(template.kind, template.letter, middles, template.widths, off)
    return Harmony("many hues", "N", (), (), 0.0)


def hues(seen: Seen) -> Float[np.ndarray, "360"]:
    """Share of the color that lies at each degree of the wheel: HSV's, red at 0."""
    red, green, blue = seen.pixels[0].double().numpy()
    top, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    chroma = top - low
    safe = np.where(chroma > 0, chroma, 1)
    sixth = np.select(
        [top == red, top == green],
        [((green - blue) / safe) % 6, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    degrees = (sixth * 60).round().astype(np.int64) % 360
    counts = np.bincount(degrees.ravel(), (chroma * seen.weight).ravel(), minlength=360)
    total = counts.sum()
    return counts / total if total > 0 else counts


def _fitted(shares: Float[np.ndarray, "360"], template: Template) -> tuple[float, float]:
    """Turn a template until hues lie least outside it; infinitely far if it never fits."""
    far, belongs = _table(template)
    off = far @ shares
    off[(belongs @ shares < THERE).any(0)] = np.inf
    best = np.flatnonzero(off <= off.min() + 1e-9)
    middle = best[_to(best, np.angle(np.exp(1j * np.radians(best)).sum(), deg=True)).argmin()]
    return float(middle), float(off[middle])


def _to(degrees: np.ndarray, goal: float) -> np.ndarray:
    """Say how far angles are from one: of many turns that fit alike, the middle one is meant."""
    away: np.ndarray = abs((degrees - goal + 180) % 360 - 180).round(6)
    return away


@cache
def _table(template: Template) -> tuple[np.ndarray, np.ndarray]:
    """For each turn, how far each hue lies outside, and whether it is nearest to each sector."""
    turn, hue = np.mgrid[:360, :360]
    away = np.stack(
        [
            np.maximum(abs((hue - turn - middle + 180) % 360 - 180) - width / 2, 0)
            for middle, width in zip(template.middles, template.widths, strict=True)
        ]
    )
    nearest = away.argmin(0)
    belongs = [nearest == sector for sector in range(len(template.middles))]
    return away.min(0), np.stack(belongs).astype(float)
