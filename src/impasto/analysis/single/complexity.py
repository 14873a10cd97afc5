"""How much there is to see: edges, entropy, what compression leaves, fractals, self-similarity."""

import io

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image
from scipy import ndimage

from impasto.analysis.single.records import Complexity
from impasto.analysis.single.seen import Seen

STRONG = 0.04
"""Change of gray from pixel to pixel that is an edge: where black meets white it is about 0.35."""

BINS = 16
PARTS = 8
"""The picture is cut into 8 × 8 parts, the third level of the pyramid."""


def complexity(seen: Seen) -> Complexity:
    """Measure how much there is to see."""
    edges = edge_map(seen.gray)
    return Complexity(
        edges=float(edges.mean()),
        entropy=entropy(seen.gray),
        jpeg=jpeg(seen),
        fractal=fractal(edges),
        self_similarity=self_similarity(seen.lab),
    )


def edge_map(gray: Float[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    """Find the pixels that lie on an edge.

    Notes:
        Sobel's operator over a blur of one pixel. Edge density as a measure of clutter: Mack,
        Oliva 2004, after Rosenholtz, Li, Nakano 2007, doi:10.1167/7.2.17.
    """
    across, down = _slopes(ndimage.gaussian_filter(gray, 1.0, mode="nearest"))
    found: np.ndarray = np.hypot(across, down) > STRONG
    return found


def entropy(gray: Float[np.ndarray, "h w"]) -> float:
    """Measure the entropy of the grays, in bits: 0 is one gray, 8 is all of them alike often.

    Notes:
        Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x, over 256 grays.
    """
    counts = np.bincount((gray * 255).round().astype(np.int64).ravel())
    shares = counts[counts > 0] / gray.size
    return float(max(-(shares * np.log2(shares)).sum(), 0))


def jpeg(seen: Seen) -> float:
    """Measure what JPEG of quality 75 needs for a pixel, in bits, beyond a plain picture's.

    Notes:
        Compressed size as visual complexity: Forsythe, Nadal, Sheehy, Cela-Conde, Sawey 2011,
        doi:10.1348/000712610X498958.
    """
    array = (seen.pixels[0].permute(1, 2, 0) * 255).round().byte().numpy()
    plain = np.full_like(array, 128)
    more = _bytes(array) - _bytes(plain)
    return max(more, 0) * 8 / (array.size / 3)


def _bytes(array: np.ndarray) -> int:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "JPEG", quality=75)
    return file.tell()


def fractal(edges: Bool[np.ndarray, "h w"]) -> float | None:
    """Measure how edges fill the picture at all sizes: 1 is a line, 2 is everywhere.

    Notes:
        Box counting over boxes of 2, 4, 8, ... pixels, up to a quarter of the shorter side, by
        least squares; for paintings e.g. Forsythe et al. 2011 (see `jpeg`). None with fewer than
        three sizes, or fewer edges than pixels of the longer side.
    """
    sizes = [2**i for i in range(1, 10) if 2**i <= min(edges.shape) / 4]
    if len(sizes) < 3 or edges.sum() < max(edges.shape):
        return None
    counts = [_boxes(edges, size) for size in sizes]
    slope = np.polyfit(np.log(sizes), np.log(counts), 1)[0]
    return float(min(max(-slope, 0), 2))


def _boxes(edges: Bool[np.ndarray, "h w"], size: int) -> int:
    """Count the boxes with an edge in them."""
    high, wide = edges.shape
    padded = np.pad(edges, ((0, -high % size), (0, -wide % size)))
    blocks = padded.reshape(padded.shape[0] // size, size, -1, size)
    return int(blocks.any((1, 3)).sum())


def self_similarity(lab: Float[np.ndarray, "h w 3"]) -> float | None:
    """Say how alike the directions of edges are in the parts and in the whole: 1 is the same.

    Notes:
        Pyramid of histograms of oriented gradients: Amirshahi, Koch, Denzler, Redies 2012; as in
        Braun, Amirshahi, Denzler, Redies 2013, doi:10.3389/fpsyg.2013.00808: 16 directions all
        round, the strongest of the three channels of CIELAB, the third level against the whole, by
        the median of the histograms' intersections. None below 32 pixels a side, or without
        gradients in most parts.
    """
    if min(lab.shape[:2]) < 4 * PARTS:
        return None
    strength, direction = _gradients(lab)
    high, wide = strength.shape
    rows, columns = np.arange(high) * PARTS // high, np.arange(wide) * PARTS // wide
    cell = (rows[:, None] * PARTS + columns[None]) * BINS + direction
    parts = np.bincount(cell.ravel(), strength.ravel(), PARTS * PARTS * BINS).reshape(-1, BINS)
    whole, sums = parts.sum(0), parts.sum(1)
    there = sums > 1e-3 * strength.size / PARTS**2
    if there.mean() <= 0.5:
        return None
    shares = parts[there] / sums[there, None]
    return float(np.median(np.minimum(shares, whole / whole.sum()).sum(1)))


def _gradients(lab: Float[np.ndarray, "h w 3"]) -> tuple[np.ndarray, np.ndarray]:
    """Take the gradient of the channel that changes most: its strength, and which way it goes."""
    slopes = np.stack([_slopes(lab[..., i]) for i in range(3)])
    strengths = np.hypot(slopes[:, 0], slopes[:, 1])
    strongest = strengths.argmax(0)[None]
    across, down = (np.take_along_axis(slopes[:, i], strongest, 0)[0] for i in range(2))
    turn = (np.arctan2(down, across) / (2 * np.pi)) % 1
    return strengths.max(0), (turn * BINS).astype(np.int64) % BINS


def _slopes(values: Float[np.ndarray, "h w"]) -> tuple[np.ndarray, np.ndarray]:
    """Change from pixel to pixel, across and down."""
    return (
        ndimage.sobel(values, axis=1, mode="nearest") / 8,
        ndimage.sobel(values, axis=0, mode="nearest") / 8,
    )
