"""What a new picture costs, said before the work begins."""

import os
from collections.abc import Sequence
from math import prod

from impasto.creation.patches.making import Pass
from impasto.errors import SettingsError

_SHARE = 0.7
"""Of the machine's memory that one picture may take."""

_BASE = 400_000_000
_A_MADE_PIXEL, _A_SOURCE_PIXEL = 150, 450
"""Bytes; measured with bench/one_picture.py --memory, rounded up."""

_A_PAIR, _A_SOUGHT, _A_KNOWN = 1e-9, 6e-6, 1e-6
"""Seconds of two cores: for a pair of patches compared, a patch refined, a source's patch seen."""


def memory(planned: Sequence[Pass]) -> int:
    """Bytes that making one picture takes at its peak."""
    last = planned[-1].scale
    return _BASE + _A_MADE_PIXEL * prod(last.made) + _A_SOURCE_PIXEL * sum(map(prod, last.sources))


def seconds(planned: Sequence[Pass]) -> float:
    """About how long two cores need for one picture."""
    return sum(
        plan.turns
        * (
            _A_PAIR * plan.sought * plan.known
            if plan.dense
            else _A_SOUGHT * plan.sought + _A_KNOWN * plan.known
        )
        for plan in planned
    )


def check_memory(planned: Sequence[Pass]) -> None:
    """Refuse a size that doesn't fit this machine.

    Raises:
        SettingsError: If it needs more memory than one picture may take.
    """
    needed, there = memory(planned), installed()
    if there is not None and needed > _SHARE * there:
        height, width = planned[-1].scale.made
        raise SettingsError(
            f"size: {width:,} × {height:,} pixels need about {needed / 1e9:.1f} GB of memory, and "
            f"of this machine's {there / 1e9:.1f} GB at most {_SHARE:.0%} are taken; choose a "
            "smaller size"
        )


def installed() -> int | None:
    """The machine's memory in bytes, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
