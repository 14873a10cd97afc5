"""What growing takes of a machine, said before it begins."""

from impasto.jobs.memory import check_fits

_BASE = 400_000_000
_A_PIXEL, _A_COLUMN = 75, 70_000
"""Bytes: of the sheet, of a band as wide as it. Measured with bench/texture.py --memory, rounded
up."""

_A_STEP = 180e-9
"""Seconds of two cores for a step of a pixel, measured likewise."""


def memory(size: tuple[int, int]) -> int:
    """Bytes that growing a sheet of this width and height takes at its peak."""
    width, height = size
    return _BASE + _A_PIXEL * width * height + _A_COLUMN * width


def seconds(size: tuple[int, int], steps: int) -> float:
    """About how long two cores need."""
    return _A_STEP * size[0] * size[1] * steps


def check_memory(size: tuple[int, int], more: int = 0) -> None:
    """Refuse a size that doesn't fit this machine; see `memory`.

    Args:
        size: Width and height.
        more: Bytes of frames that are held besides.

    Raises:
        SettingsError: If it needs more memory than may be taken.
    """
    smaller = "a smaller size, fewer frames, or .mp4" if more else "a smaller size"
    check_fits(f"{size[0]:,} × {size[1]:,} pixels", memory(size) + more, smaller=smaller)
