"""Where the eye is drawn, and how near that is to the thirds."""

import numpy as np
from jaxtyping import Float
from scipy import fft, ndimage

from impasto.analysis.single.records import Eye, Place
from impasto.analysis.single.seen import Seen

SIDE = 64
"""Longer side, in pixels, at which the eye is asked: it is drawn by what is large."""

BLUR = 0.05
"""Of the map, as a part of the longer side."""

REACH = 0.17
"""How near a point of the thirds is near: the paper's."""

POINTS = {
    "upper left": (1 / 3, 1 / 3),
    "upper right": (2 / 3, 1 / 3),
    "lower left": (1 / 3, 2 / 3),
    "lower right": (2 / 3, 2 / 3),
}
"""The points where the lines of the thirds cross."""


def saliency(seen: Seen) -> Float[np.ndarray, "n m"]:
    """Map what stands out; all of it adds up to 1, and a plain picture is even.

    Notes:
        Hou, Harel, Koch 2012, "Image signature: highlighting sparse salient regions",
        doi:10.1109/TPAMI.2011.146: the signs of a picture's cosine transform alone, turned back and
        squared, in CIELAB, for which the paper found it best. Differs: coefficients that are 0 but
        for rounding have no sign. It knows nothing of faces or meaning.
    """
    small = seen.shrunk(SIDE).transpose(2, 0, 1)
    size = small.shape[1:]
    signs = (_sign(fft.dctn(channel, norm="ortho")) for channel in small)
    raw = sum((fft.idctn(s, norm="ortho") ** 2 for s in signs), np.zeros(size))
    blurred = ndimage.gaussian_filter(raw, BLUR * max(size), mode="nearest")
    total = blurred.sum()
    return blurred / total if total > 0 else np.full(size, 1 / blurred.size)


def _sign(coefficients: Float[np.ndarray, "n m"]) -> Float[np.ndarray, "n m"]:
    """Keep the signs; the mean says nothing of what stands out."""
    coefficients[0, 0] = 0
    return np.sign(np.where(abs(coefficients) < 1e-2, 0, coefficients))


def eye(seen: Seen) -> Eye:
    """Say where the eye is drawn.

    Notes:
        `thirds` is E_point of Liu, Chen, Wolf, Cohen-Or 2010, "Optimizing photo composition",
        doi:10.1111/j.1467-8659.2009.01616.x, with the map's every place as an object.
    """
    drawn = saliency(seen)
    x, y = places(drawn)
    near = nearness(x, y)
    peak = _peak(drawn)
    return Eye(
        peak=peak,
        center=(float((drawn * x).sum()), float((drawn * y).sum())),
        gathered=_gathered(drawn),
        thirds=float((drawn * near).sum()),
        thirds_evenly=float(near.mean()),
        third=min(POINTS, key=lambda name: abs(np.subtract(POINTS[name], peak)).sum()),
    )


def places(grid: Float[np.ndarray, "n m"]) -> tuple[np.ndarray, np.ndarray]:
    """Say where the middle of each pixel lies across and down, 0..1."""
    high, wide = grid.shape
    return (np.arange(wide) + 0.5)[None] / wide, (np.arange(high) + 0.5)[:, None] / high


def nearness(x: np.ndarray, y: np.ndarray) -> Float[np.ndarray, "n m"]:
    """Say how near places are to the nearest point of the thirds, 0..1."""
    away = np.min([abs(x - px) + abs(y - py) for px, py in POINTS.values()], 0)
    near: np.ndarray = np.exp(-(away**2) / (2 * REACH**2))
    return near


def _peak(drawn: Float[np.ndarray, "n m"]) -> Place:
    """Find the highest place; the middle of them where there are several."""
    rows, columns = np.nonzero(drawn >= drawn.max() * (1 - 1e-6))
    high, wide = drawn.shape
    return float((columns.mean() + 0.5) / wide), float((rows.mean() + 0.5) / high)


def _gathered(drawn: Float[np.ndarray, "n m"]) -> float:
    """Measure the part of the picture that holds half of the looks."""
    falling = np.sort(drawn, axis=None)[::-1].cumsum()
    before = int(np.searchsorted(falling, 0.5 - 1e-9))
    last = falling[before] - (falling[before - 1] if before else 0)
    part = (0.5 - (falling[before - 1] if before else 0)) / last
    return float((before + part) / drawn.size)
