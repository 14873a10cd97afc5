"""Whether a piece of work fits into this machine's memory, said before it begins."""

import os

from impasto.errors import SettingsError

SHARE = 0.7
"""Of the machine's memory that one piece of work may take."""


def check_fits(size: str, needed: int, *, smaller: str = "a smaller size") -> None:
    """Refuse work that doesn't fit.

    Args:
        size: What is so large, such as ``16,000 × 16,000 pixels``.
        needed: Bytes that it takes at its peak.
        smaller: What to choose instead.

    Raises:
        SettingsError: If it needs more memory than it may take.
    """
    there = installed()
    if there is not None and needed > SHARE * there:
        raise SettingsError(
            f"size: {size} need about {needed / 1e9:.1f} GB of memory, and of this machine's "
            f"{there / 1e9:.1f} GB at most {SHARE:.0%} are taken; choose {smaller}"
        )


def installed() -> int | None:
    """The machine's memory in bytes, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
