"""Whether a picture is in color at all."""

from typing import Literal

import numpy as np

from impasto.analysis.single.seen import Seen, quantiles

COLORLESS = 4.0
"""Chroma (C* of CIELAB) that JPEG and scanners give to grays; 99 % of a gray picture has less."""

ALIKE = 2.5
"""How far colors of one toning lie from the curve that it draws in CIELAB, root mean square."""

PALEST = 40.0
"""Mean chroma above which one hue is a choice of color, and no toning."""

SEPIA = (40.0, 105.0)
"""Hues of CIELAB, in degrees, that are called sepia: orange to yellow."""

Tone = Literal["gray", "sepia", "toned", "color"]


def tone(seen: Seen) -> Tone:
    """Tell a gray picture, a sepia and one toned otherwise (as cyanotypes are) from one in color.

    A toning gives each gray one color: lightness alone foretells the rest. A flat color foretells
    nothing and is color.

    Notes:
        Our own test: a* and b* as polynomials of third degree in L*, by least squares; thresholds
        are set by eye on photographs that were toned on purpose.
    """
    lab, weight = seen.lab.reshape(-1, 3), seen.weight.ravel()
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    if quantiles(chroma, weight, (0.99,))[0] < COLORLESS:
        return "gray"
    if weight @ chroma > PALEST or _unlike(lab, weight) > ALIKE:
        return "color"
    a, b = weight @ lab[:, 1:]
    hue = float(np.degrees(np.arctan2(b, a))) % 360
    return "sepia" if SEPIA[0] <= hue <= SEPIA[1] else "toned"


def _unlike(lab: np.ndarray, weight: np.ndarray) -> float:
    """Say how far the colors lie from a curve over lightness; far, where there is no range."""
    light = lab[:, 0] / 100
    mean, power = float(weight @ light), float(weight @ light**2)
    if max(power - mean**2, 0) < 0.05**2:
        return float("inf")
    powers = np.stack([light**i for i in range(4)], 1)
    roots = np.sqrt(weight)[:, None]
    fit, *_ = np.linalg.lstsq(powers * roots, lab[:, 1:] * roots, rcond=None)
    rest = lab[:, 1:] - powers @ fit
    return float(np.sqrt(weight @ (rest**2).sum(1)))
