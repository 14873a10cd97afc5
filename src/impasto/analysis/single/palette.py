"""The palette: a few colors that stand for all of them."""

import numpy as np
import torch
from jaxtyping import Float, Int
from kornia.color import lab_to_rgb
from sklearn.cluster import KMeans

from impasto.analysis.single.names import nearest
from impasto.analysis.single.records import Palette, Swatch
from impasto.analysis.single.seen import Seen, hexed

MOST = 8
"""Colors at most, unless more are asked for."""

CLOSE = 5.0
"""A palette is enough when colors stay this near on average (root mean square in CIELAB) ..."""

ENOUGH = 0.92
"""... or when it explains this much of the variance."""

LEVELS = 32
"""Pixels are put together where they agree in 5 bits a channel."""


def palette(seen: Seen, colors: int | None = None) -> Palette:
    """Find the few colors that stand for all of a picture's.

    Args:
        seen: The picture; what is transparent does not count.
        colors: How many; None takes the fewest, up to `MOST`, that leave less than `CLOSE` or
            explain `ENOUGH`.

    Notes:
        k-means (Lloyd 1982, doi:10.1109/TIT.1982.1056489; begun as in k-means++) over CIELAB, in
        which equal distances look about equally different. Alike pixels are put together first,
        so where a pixel lies does not matter. Names: the CSS colors, by CIEDE2000.
    """
    points, weights = _points(seen)
    center = weights @ points
    spread = float(weights @ ((points - center) ** 2).sum(1))
    most = min(colors or MOST, len(points))
    for count in [most] if colors else range(1, most + 1):
        labels = _labels(points, weights, count)
        means, shares = _means(points, weights, labels)
        rest = float(weights @ ((points - means[labels]) ** 2).sum(1))
        explained = 1 - rest / spread if spread > 1e-9 else 1.0
        if rest**0.5 <= CLOSE or explained >= ENOUGH:
            break
    order = np.lexsort((means[:, 0], -shares.round(9)))
    swatches = tuple(_swatch(means[i], float(shares[i])) for i in order)
    return Palette(swatches, min(max(explained, 0.0), 1.0), rest**0.5, colors is not None)


def _points(seen: Seen) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, " n"]]:
    """Put pixels together that agree in 5 bits a channel: their mean colors and shares."""
    levels = (seen.pixels[0].numpy() * LEVELS).clip(0, LEVELS - 1).astype(np.int64)
    cells = levels[0] * LEVELS**2 + levels[1] * LEVELS + levels[2]
    weight = seen.weight.ravel()
    _, cell = np.unique(cells.ravel(), return_inverse=True)
    shares = np.bincount(cell, weight)
    lab = seen.lab.reshape(-1, 3)
    sums = np.stack([np.bincount(cell, weight * lab[:, i]) for i in range(3)], 1)
    seen_at_all = shares > 1e-9
    means = sums[seen_at_all] / shares[seen_at_all, None]
    return means, shares[seen_at_all] / shares[seen_at_all].sum()


def _labels(
    points: Float[np.ndarray, "n 3"], weights: Float[np.ndarray, " n"], count: int
) -> Int[np.ndarray, " n"]:
    if count >= len(points):
        return np.arange(len(points))
    means = KMeans(count, n_init=3, random_state=0).fit(points, sample_weight=weights)
    _, labels = np.unique(means.labels_, return_inverse=True)
    return labels


def _means(
    points: Float[np.ndarray, "n 3"],
    weights: Float[np.ndarray, " n"],
    labels: Int[np.ndarray, " n"],
) -> tuple[Float[np.ndarray, "k 3"], Float[np.ndarray, " k"]]:
    shares = np.bincount(labels, weights)
    sums = np.stack([np.bincount(labels, weights * points[:, i]) for i in range(3)], 1)
    return sums / shares[:, None], shares


def _swatch(lab: Float[np.ndarray, "3"], share: float) -> Swatch:
    name, off = nearest(lab)
    return Swatch(color_of(lab), name, share, off)


def color_of(lab: Float[np.ndarray, "3"]) -> str:
    """Write a CIELAB color as the web does; what no screen can show becomes the nearest."""
    red, green, blue = lab_to_rgb(torch.from_numpy(lab)[None, :, None, None]).flatten().tolist()
    return hexed((red, green, blue))
