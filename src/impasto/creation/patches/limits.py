"""What a new picture costs, said before the work begins."""

from collections.abc import Sequence
from math import prod

from impasto.creation.patches.making import Pass
from impasto.jobs.memory import check_fits

_BASE = 400_000_000
_A_MADE_PIXEL, _A_SOURCE_PIXEL = 150, 450
"""Bytes; measured with bench/one_picture.py --memory, rounded up."""

_A_SHARED, _A_PAIR, _A_SOUGHT, _A_KNOWN = 20e-9, 1e-9, 6e-6, 1e-6
"""Seconds of two cores: for a pair of patches in an even share, one only compared, a patch refined,
a source's patch seen."""


def memory(planned: Sequence[Pass]) -> int:
    """Bytes that making one picture takes at its peak."""
    last = planned[-1].scale
    return _BASE + _A_MADE_PIXEL * prod(last.made) + _A_SOURCE_PIXEL * sum(map(prod, last.sources))


def seconds(planned: Sequence[Pass]) -> float:
    """About how long two cores need for one picture."""
    return sum(plan.turns * _turn(plan) for plan in planned)


def _turn(plan: Pass) -> float:
    if plan.search == "nearby":
        return _A_SOUGHT * plan.sought + _A_KNOWN * plan.known
    return (_A_SHARED if plan.search == "evenly" else _A_PAIR) * plan.pairs


def check_memory(planned: Sequence[Pass]) -> None:
    """Refuse a size that doesn't fit this machine.

    Raises:
        SettingsError: If it needs more memory than one picture may take.
    """
    height, width = planned[-1].scale.made
    check_fits(f"{width:,} × {height:,} pixels", memory(planned))
