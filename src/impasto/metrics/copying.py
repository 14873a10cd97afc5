"""Is it copying? Which pictures lie nearer to a work than real works do that nobody learned from.

Nearness is measured twice: in the eye's space, and pixel by pixel, there also with the work
mirrored and shifted. What counts is the more suspicious of the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int, UInt8
from scipy.special import expit, logit
from scipy.stats import beta
from torch import Tensor

from impasto.errors import DataError
from impasto.metrics.checks import as_numpy
from impasto.metrics.intervals import Estimate, mean

SHARE = 0.05
"""Of real works that lie so near to others; they set what is near."""

SIDE, EDGE = 32, 3
"""Pixels to which pictures are shrunk to be compared, and how far they may be shifted there."""

FEW = 100
"""Works from which on their nearest twentieth is more than a handful."""

WIDE = 7
"""Pixels of what is taken for a soft shade there."""

_AT_ONCE = 64
"""Pictures that are compared at a time, each in all its places."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest work of each picture.

    Attributes:
        eye: How far it is in the eye's space, 0..2: one less the cosine.
        eye_work: Which work that is.
        pixels: How far it is pixel by pixel, 0..2: one less the correlation of details.
        pixels_work: Which work that is.
    """

    eye: Float[np.ndarray, " n"]
    eye_work: Int[np.ndarray, " n"]
    pixels: Float[np.ndarray, " n"]
    pixels_work: Int[np.ndarray, " n"]


@dataclass(frozen=True, eq=False)
class Copying:
    """What was found.

    Attributes:
        rate: Share of the pictures that are nearer to a work than 95 % of real works are; 5 % is
            what real works have, and more is copying. Its interval holds for other pictures and
            for other real works; see `at_par`.
        nearness: Of each picture: the share of real works that are as near to others, 0..1.
        copied: Which pictures count as copies.
        work: The work that each is suspiciously near to, or the nearest.
    """

    rate: Estimate
    nearness: Float[np.ndarray, " n"]
    copied: Bool[np.ndarray, " n"]
    work: Int[np.ndarray, " n"]


class CopyTest:
    """Tell copies from new pictures, by how near real works lie to those learned from.

    What is near is set so that no more than a twentieth of real works are, or, where they are few,
    the nearest alone.

    Args:
        known: How near real works lie to works that they don't belong to: each work of a fold to
            those of all others.

    Raises:
        DataError: If there is none.

    Attributes:
        limit: A picture is a copy if no more real works than this are as near to others.
        near: How many of them are near themselves.

    Notes:
        Compare Meehan et al. 2020, arXiv:2004.05675, and Carlini et al. 2023, arXiv:2301.13188,
        who judge by distances to the nearest work, too.
    """

    def __init__(self, known: Nearest) -> None:
        if not len(known.eye):
            raise DataError("expected real works to tell what is near, got none; add some")
        self.eye, self.pixels = np.sort(known.eye), np.sort(known.pixels)
        by_rank = np.cumsum(np.bincount(np.minimum(*self._ranks(known))))  # a work is as near as
        most = max(SHARE * (len(self.eye) + 1), by_rank[1])  # itself: no rank is 0
        self.limit = int(np.nonzero(by_rank <= most)[0][-1]) - 1
        self.near = int(by_rank[self.limit + 1])

    def __call__(self, found: Nearest) -> Copying:
        """Judge pictures by their nearest works."""
        eye, pixels = self._ranks(found)
        nearest = np.minimum(eye, pixels)
        copied = nearest <= self.limit
        work = np.where(eye <= pixels, found.eye_work, found.pixels_work)
        rate = at_par(copied, near=self.near, works=len(self.eye))
        note = "; ".join(filter(None, [self.warning, rate.note]))
        told = Estimate(rate.value, rate.low, rate.high, note)
        return Copying(told, nearest / len(self.eye), copied, work)

    @property
    def warning(self) -> str:
        """Say that there are too few works for the figure, if so."""
        if len(self.eye) >= FEW:
            return ""
        return f"only {len(self.eye)} works say what is near, and fewer than {FEW} do so roughly"

    def _ranks(self, found: Nearest) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
        """How many real works are as near to others, by each measure."""
        return (
            np.searchsorted(self.eye, found.eye, side="right"),
            np.searchsorted(self.pixels, found.pixels, side="right"),
        )


def at_par(copied: Bool[np.ndarray, " n"], *, near: int, works: int) -> Estimate:
    """Bring the share of copies to what it would be if one in twenty real works were near.

    Args:
        copied: Which pictures are nearer to a work than all but `near` real works are.
        near: As said: one in twenty of them, or nearly; of few works it may be more or less.
        works: Real works in all.

    Returns:
        The odds of a copy, in units of a real work's, times those of one in twenty; as a share.

    Notes:
        The share of all real works that would be so near has a beta distribution around
        ``near / (works + 1)``. Its interval and Wilson's of the pictures are joined on the scale of
        log-odds as Zou, Donner 2008 (doi:10.1002/sim.3095) join two. Of 200 simulations each
        for 10, 20, 40 and 200 works, at most 7 in a hundred call pictures copies that are as near
        as real works: `tests/metrics/test_copying.py`.
    """
    count, share = len(copied), mean(copied)
    whole = near / (works + 1)
    less, more = logit(beta.ppf((0.025, 0.975), near, works + 1 - near)) - logit(whole)
    made = logit((copied.sum() + 0.5) / (count + 1))
    par = made - logit(whole) + logit(SHARE)
    low = expit(par - np.hypot(made - logit(share.low), more))
    high = expit(par + np.hypot(logit(share.high) - made, less))
    value = expit(logit(share.value) - logit(whole) + logit(SHARE))
    return Estimate(float(value), float(low), float(high), share.note)


@dataclass(frozen=True, eq=False)
class Seen:
    """Pictures as they are compared.

    Attributes:
        eyes: Unit vectors of the eye, of each picture as it is, then, of works, mirrored.
        pixels: The pictures themselves.
    """

    eyes: Float[Tensor, "n v d"]
    pixels: UInt8[Tensor, "n 3 h w"]

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, chosen: Int[Tensor, " m"]) -> "Seen":
        """Choose some of them."""
        return Seen(self.eyes[chosen], self.pixels[chosen])


def nearest(pictures: Seen, works: Seen, *, apart: Bool[Tensor, "n m"] | None = None) -> Nearest:
    """Find the nearest work of each picture, by the eye and by the pixels.

    Args:
        pictures: To judge.
        works: To look for, as they are and mirrored; by pixels shifted, too.
        apart: Which works each picture may be compared with; all unless given.

    Raises:
        DataError: If there are no works.
    """
    if not len(works):
        raise DataError("expected works to compare with, got none; add some")
    seen = torch.einsum("nd,mkd->nmk", pictures.eyes[:, 0], works.eyes).amax(2)
    alike = correlation(pictures.pixels, works.pixels)
    eye, eye_work = _best(seen, apart)
    pixels, pixels_work = _best(alike, apart)
    return Nearest(eye, eye_work, pixels, pixels_work)


def _best(
    alike: Float[Tensor, "n m"], apart: Bool[Tensor, "n m"] | None
) -> tuple[Float[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """The distance and the number of the most similar work."""
    known = alike if apart is None else alike.masked_fill(~apart, -1.0)
    most, which = known.max(1)
    return as_numpy(1 - most.double()), as_numpy(which)


def correlation(
    pictures: UInt8[Tensor, "n 3 _ _"], works: UInt8[Tensor, "m 3 _ _"]
) -> Float[Tensor, "n m"]:
    """Say how alike pictures are pixel by pixel, wherever the work is shifted to, or mirrored.

    Returns:
        The highest correlation over all places, -1..1; it is 1 for a work itself, and for one whose
        light or contrast alone was changed.
    """
    shown = details(works)
    kept = _unit(shown[..., EDGE:-EDGE, EDGE:-EDGE])
    known = torch.cat([kept, _unit(shown.flip(3)[..., EDGE:-EDGE, EDGE:-EDGE])])
    few = torch.split(details(pictures), _AT_ONCE)
    alike = torch.cat([_highest(_unit(_places(part)), known) for part in few])
    return torch.maximum(*alike.chunk(2, 1))


def details(pictures: UInt8[Tensor, "n 3 _ _"]) -> Float[Tensor, "n 3 32 32"]:
    """Keep what is drawn and forget soft shades, which all soft pictures share."""
    small = F.interpolate(pictures.float(), (SIDE, SIDE), mode="area")
    around = F.avg_pool2d(small, WIDE, 1, WIDE // 2, count_include_pad=False)
    return small - around


def _places(shown: Float[Tensor, "n 3 32 32"]) -> Float[Tensor, "n p 3 h w"]:
    """Cut the window out of pictures at every place within reach."""
    far = 2 * EDGE + 1
    window = SIDE - 2 * EDGE
    cut = shown.unfold(2, window, 1).unfold(3, window, 1)
    return cut.permute(0, 2, 3, 1, 4, 5).reshape(len(shown), far * far, 3, window, window)


def _unit(shown: Float[Tensor, "*n 3 h w"]) -> Float[Tensor, "*n d"]:
    """Write pictures as directions."""
    flat = shown.flatten(-3)
    return F.normalize(flat - flat.mean(-1, keepdim=True), dim=-1, eps=1e-6)


def _highest(places: Float[Tensor, "n p d"], known: Float[Tensor, "m d"]) -> Float[Tensor, "n m"]:
    """Compare pictures in all places."""
    alike = places.flatten(0, 1) @ known.T
    return alike.view(*places.shape[:2], len(known)).amax(1)


def all_apart(own: Sequence[int] | Tensor, others: Sequence[int] | Tensor) -> Bool[Tensor, "n m"]:
    """Let a picture be compared with works of other folds alone."""
    return torch.as_tensor(own)[:, None] != torch.as_tensor(others)[None]
