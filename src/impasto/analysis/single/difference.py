"""How different two colors look."""

import numpy as np
from jaxtyping import Float

FAR = 25.0**7


def ciede2000(
    first: Float[np.ndarray, "*s 3"], second: Float[np.ndarray, "*s 3"]
) -> Float[np.ndarray, "*s"]:
    """Say how different colors look, as the CIE decided in 2000.

    Args:
        first: CIELAB colors; against
        second: these, of the same shape.

    Returns:
        0 is the same, about 1 can just be seen, 100 is black against white.

    Notes:
        Sharma, Wu, Dalal 2005, "The CIEDE2000 color-difference formula", eqs. 2-22,
        doi:10.1002/col.20070; all three weights are 1.
    """
    (l1, c1, h1), (l2, c2, h2) = _bent(first, second)
    light, chroma = l2 - l1, c2 - c1
    turn = (h2 - h1 + 180) % 360 - 180
    turn = np.where(c1 * c2 == 0, 0, turn)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = np.where(c1 * c2 == 0, h1 + h2, _middle(h1, h2))
    away = (mean_l - 50) ** 2
    by_l = 1 + 0.015 * away / np.sqrt(20 + away)
    by_c, by_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * _tilt(mean_h)
    cross = _rotation(mean_c, mean_h) * (chroma / by_c) * (hue / by_h)
    squares = (light / by_l) ** 2 + (chroma / by_c) ** 2 + (hue / by_h) ** 2
    difference: np.ndarray = np.sqrt(np.maximum(squares + cross, 0))
    return difference


def _bent(first: np.ndarray, second: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Lightness, chroma and hue of both, a* stretched where there is little chroma (eqs. 2-7)."""
    chroma = (np.hypot(*_ab(first)) + np.hypot(*_ab(second))) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + FAR))
    bent = []
    for lab in (first, second):
        a, b = _ab(lab)
        hue = np.degrees(np.arctan2(b, a * stretch)) % 360
        bent.append((lab[..., 0], np.hypot(a * stretch, b), hue))
    return bent


def _ab(lab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return lab[..., 1], lab[..., 2]


def _middle(h1: np.ndarray, h2: np.ndarray) -> np.ndarray:
    """Find the hue between two, on the shorter way round (eq. 14)."""
    total = h1 + h2
    there = np.where(total < 360, total + 360, total - 360)
    middle: np.ndarray = np.where(abs(h1 - h2) <= 180, total, there) / 2
    return middle


def _tilt(hue: np.ndarray) -> np.ndarray:
    """Weigh hues (eq. 15)."""
    tilt: np.ndarray = (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )
    return tilt


def _rotation(chroma: np.ndarray, hue: np.ndarray) -> np.ndarray:
    """Turn the ellipses of the blues (eqs. 16, 17, 21)."""
    angle = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    size = 2 * np.sqrt(chroma**7 / (chroma**7 + FAR))
    rotation: np.ndarray = -np.sin(np.radians(2 * angle)) * size
    return rotation


def _cos(degrees: np.ndarray) -> np.ndarray:
    cosine: np.ndarray = np.cos(np.radians(degrees))
    return cosine
