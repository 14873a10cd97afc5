"""Fingerprints of pictures: two that look alike have nearly the same bits."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, UInt64
from scipy.fft import dctn
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from impasto.picture.color import luminance
from impasto.picture.resizing import resize

Hashes = UInt64[np.ndarray, "n 2"]
"""A row a picture: its difference hash and its perceptual hash; zeros where it has none."""

DISTANCE = 8
"""Bits of 64 in which either hash of two pictures may differ for them to count as the same."""

_BLOCK = 256  # rows that are compared with all others at a time
_FLAT = 0.02  # deviation of the gray values below which there is nothing to recognize


def fingerprint(pixels: Float[Tensor, "1 3 h w"]) -> tuple[int, int]:
    """Note in twice 64 bits what a picture looks like, whatever its size and compression.

    Args:
        pixels: 0..1.

    Returns:
        Difference hash and perceptual hash; 0, 0 for a flat picture, which resembles none.

    Notes:
        Krawetz, "Kind of Like That", hackerfactor.com 2013 (dHash), and "Looks Like It", 2011;
        Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions" (pHash).
        Differs: scikit-image's and others' filters are replaced by our cubic one.
    """
    gray = luminance(pixels)
    coarse = resize(gray, size=(32, 32))[0, 0]
    if coarse.std() < _FLAT:
        return 0, 0
    steps = resize(gray, size=(8, 9))[0, 0]
    return _packed((steps[:, 1:] > steps[:, :-1]).numpy()), _packed(_waves(coarse))


def near(hashes: Hashes, *, distance: int = DISTANCE) -> list[tuple[int, int]]:
    """Find all pairs of pictures that look the same.

    Args:
        hashes: Rows of `fingerprint`; a row of zeros is never near.
        distance: Bits in which each of the two may differ.

    Returns:
        Pairs of indices, the smaller first.
    """
    return [pair for block in _blocks(hashes, distance) for pair in block]


def joined(pairs: list[tuple[int, int]], count: int) -> list[list[int]]:
    """Put together what is linked by pairs, directly or through others.

    Examples:
        >>> joined([(0, 2), (2, 3)], 5)
        [[0, 2, 3]]
    """
    if not pairs:
        return []
    rows, columns = np.array(pairs).T
    links = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(count, count))
    _, labels = connected_components(links, directed=False)
    linked = sorted({int(i) for pair in pairs for i in pair})
    groups: dict[int, list[int]] = {}
    for i in linked:
        groups.setdefault(int(labels[i]), []).append(i)
    return list(groups.values())


def _blocks(hashes: Hashes, distance: int) -> Iterator[list[tuple[int, int]]]:
    known = np.asarray(hashes.any(1))
    for start in range(0, len(hashes), _BLOCK):
        rows = slice(start, start + _BLOCK)
        apart = np.bitwise_count(hashes[rows, None] ^ hashes[None, start:])
        alike = (apart <= distance).all(2) & np.outer(known[rows], known[start:])
        left, right = np.nonzero(np.triu(alike, 1))
        yield list(zip((left + start).tolist(), (right + start).tolist(), strict=True))


def _waves(coarse: Float[Tensor, "32 32"]) -> Bool[np.ndarray, "8 8"]:
    """Compare the lowest waves of a picture with their median; the mean brightness is no wave."""
    waves = dctn(coarse.double().numpy(), norm="ortho")[:8, :8]
    middle = np.median(waves.ravel()[1:])
    return np.asarray(waves > middle)


def _packed(bits: Bool[np.ndarray, "8 8"]) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def as_hashes(pairs: list[tuple[int, int]]) -> Hashes:
    """Write fingerprints as rows."""
    return np.array(pairs, np.uint64).reshape(len(pairs), 2)
