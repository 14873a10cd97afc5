"""What is wrong with the works of a training, as the network sees them; nothing is decoded twice.

`impasto.data.cleaning.clean` looks at the files themselves, and more closely.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch.nn.functional as F
from jaxtyping import UInt8
from torch import Tensor

from impasto.data.cleaning import Findings, Seen, is_bordered, is_gray, repeated
from impasto.data.hashing import DISTANCE, as_hashes, fingerprint, joined, near
from impasto.data.tables import few
from impasto.errors import PictureError
from impasto.picture.pillow import header, quiet
from impasto.picture.sniff import opened

LOOKED = 5000
"""Works up to which each is looked at, and compared with all others."""

_SMALL = 96  # pixels of the side at which a picture is looked at


def look_through(
    names: Sequence[str],
    squares: UInt8[Tensor, "n c s s"],
    files: Sequence[Path],
    *,
    broken: Sequence[tuple[str, str]] = (),
) -> Findings:
    """Look through works that were brought to squares for what would teach a network wrongly.

    Args:
        names: What the works are called.
        squares: The works as the network sees them.
        files: Where they lie; only their heads are read, for the size of what was decoded.
        broken: Names of works that can't be read, and why.

    Returns:
        As `impasto.data.cleaning.clean`; tiny is what is smaller than the squares, and bars count
        that are in them. Of more works than `LOOKED` only the broken ones.
    """
    side, few_enough = squares.shape[-1], len(names) <= LOOKED
    pairs = list(zip(names, map(_look, squares), strict=True)) if few_enough else []
    sums = tuple(each.sha256 for _, each in pairs)
    hashes = as_hashes([each.hashes for _, each in pairs])
    alike = [(i, j) for i, j in near(hashes, distance=DISTANCE) if sums[i] != sums[j]]
    small = zip(names, map(_shorter, files), strict=True) if few_enough else ()
    return Findings(
        count=len(names) + len(broken),
        broken=tuple(broken),
        tiny=tuple(name for name, shorter in small if shorter < side),
        gray=tuple(name for name, each in pairs if each.gray),
        bordered=tuple(name for name, each in pairs if each.bordered),
        exact=_named(names, repeated(sums)),
        near=_named(names, joined(alike, len(names))),
        sums=sums,
        hashes=hashes,
    )


def kinds_of(found: Findings) -> dict[str, list[str]]:
    """Sort names by what is wrong with the works, in plain words; what occurs is listed."""
    kinds = {
        "can't be read, and left out": [f"{name}: {reason}" for name, reason in found.broken],
        "smaller than what the network sees": list(found.tiny),
        "without color": list(found.gray),
        "with bars or a frame": list(found.bordered),
        "the same picture under several names": [" = ".join(group) for group in found.exact],
        "nearly the same picture": [" = ".join(group) for group in found.near],
    }
    return {what: names for what, names in kinds.items() if names}


def lines_of(found: Findings) -> list[str]:
    """Say what there is to look at, with the first few names of each kind; no broken ones."""
    kinds = kinds_of(replace(found, broken=()))
    return [f"{what}: {len(names):,} ({few(names)})" for what, names in kinds.items()]


def lists_of(found: Findings) -> dict[str, list[object]]:
    """List all names, for reports."""
    return {
        "broken": [{"name": name, "reason": reason} for name, reason in found.broken],
        "small": list(found.tiny),
        "gray": list(found.gray),
        "bordered": list(found.bordered),
        "exact": [list(group) for group in found.exact],
        "near": [list(group) for group in found.near],
    }


def _look(square: UInt8[Tensor, "c s s"]) -> Seen:
    """Look at one picture, made small first: that is quick, and grain is no color."""
    small = square[None].float() / 255
    if min(small.shape[2:]) > _SMALL:
        small = F.interpolate(small, (_SMALL, _SMALL), mode="area")
    colored = small.expand(-1, 3, -1, -1)
    return Seen(
        sha256=hashlib.sha256(square.numpy().tobytes()).hexdigest(),
        gray=is_gray(colored),
        bordered=is_bordered(colored),
        hashes=fingerprint(colored),
    )


def _shorter(path: Path) -> float:
    """Shorter side of a picture in pixels, from its head; infinite where that tells nothing."""
    try:
        with quiet(), opened(path) as (file, kind):
            return float(min(header(file, kind).size))
    except PictureError:
        return float("inf")


def _named(names: Sequence[str], groups: list[list[int]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names[i] for i in group) for group in groups)
