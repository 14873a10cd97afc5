"""Light and contrast, and how warm and how colorful they are."""

import math
from typing import Literal

import numpy as np
from jaxtyping import Float
from kornia.color import rgb_to_linear_rgb

from impasto.analysis.single.records import Light
from impasto.analysis.single.seen import Seen, quantiles

LOW, HIGH = 40.0, 65.0
"""Mean L* below which a picture is low key, and from which on it is high key: our own choice, a
little below and well above the middle gray of 50."""

WARM = 0.1
"""Warmth from which on a picture is called warm, and below the negative of which cool."""

COLORFUL = {
    0: "not colorful",
    15: "slightly colorful",
    33: "moderately colorful",
    45: "averagely colorful",
    59: "quite colorful",
    82: "highly colorful",
    109: "extremely colorful",
}
"""The words of the paper's table 2, each from its value up."""

LUMINANCE = (0.2126, 0.7152, 0.0722)
DARKEST = 1 / 255 / 12.92
"""Light of the darkest gray but black that 8 bits can hold."""


def light(seen: Seen) -> Light:
    """Measure light, contrast and color as a whole; what is transparent does not count.

    Notes:
        Lightness: L* of CIELAB. Contrast: root mean square of grays 0..1, Peli 1990, eq. 4,
        doi:10.1364/JOSAA.7.002032. Stops: log2 of the luminances (ITU-R BT.709) that 1 % lie
        above and below.
    """
    lightness, weight = seen.lab[..., 0], seen.weight
    mean = float((lightness * weight).sum())
    dark, bright = quantiles(lightness, weight, (0.01, 0.99))
    linear = np.tensordot(LUMINANCE, rgb_to_linear_rgb(seen.pixels.double())[0].numpy(), 1)
    low, high = (max(y, DARKEST) for y in quantiles(linear, weight, (0.01, 0.99)))
    warmth = float((warmths(seen.lab) * weight).sum())
    colors = colorfulness(seen)
    return Light(
        mean=mean,
        key=key(mean),
        dark=dark,
        bright=bright,
        range=bright - dark,
        stops=float(np.log2(high / low)),
        contrast=_deviation(seen.gray, weight),
        colorfulness=colors,
        colorful=[word for least, word in COLORFUL.items() if colors >= least - 1e-9][-1],
        warmth=warmth,
        temperature="warm" if warmth > WARM else "cool" if warmth < -WARM else "neither",
    )


def key(mean: float) -> Literal["low", "mid", "high"]:
    """Name the key of a picture by its mean L*."""
    return "low" if mean < LOW else "high" if mean >= HIGH else "mid"


def colorfulness(seen: Seen) -> float:
    """Say how colorful a picture looks: 0 is gray, 109 extreme.

    Notes:
        Hasler, Suesstrunk 2003, "Measuring colourfulness in natural images", eq. 10,
        doi:10.1117/12.477378.
    """
    red, green, blue = seen.pixels[0].double().numpy() * 255
    axes = (red - green, (red + green) / 2 - blue)
    means = [float((axis * seen.weight).sum()) for axis in axes]
    spreads = [_deviation(axis, seen.weight) for axis in axes]
    return math.hypot(*spreads) + 0.3 * math.hypot(*means)


def warmths(lab: Float[np.ndarray, "*s 3"]) -> Float[np.ndarray, "*s"]:
    """Say how warm colors feel: gray is 0, a strong orange about 1, a strong blue about -0.8.

    Notes:
        Ou, Luo, Woodcock, Wright 2004, "A study of colour emotion and colour preference. Part I",
        doi:10.1002/col.20010: WC = -0.5 + 0.02 C*^1.07 cos(h - 50°). Differs: without the -0.5, so
        that gray is neither.
    """
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), np.arctan2(lab[..., 2], lab[..., 1])
    warm: np.ndarray = 0.02 * chroma**1.07 * np.cos(hue - np.radians(50))
    return warm


def _deviation(values: np.ndarray, weight: np.ndarray) -> float:
    mean = (values * weight).sum()
    return float(np.sqrt(max((values**2 * weight).sum() - mean**2, 0)))
