"""What growing takes of a machine, said before it begins."""

from impasto.jobs.memory import check_fits

_BASE = 400_000_000
_A_PIXEL, _A_COLUMN = 75, 70_000
"""Bytes: of the sheet, of a band as wide as it. Measured with bench/texture.py --memory, rounded
up."""

_A_FRAME_PIXEL, _A_FILM_PIXEL, _IN_THE_ENCODER = 3, 3, 24
"""Bytes of a frame in 256 colors, all of which wait for the end and are copied there, and of one of
a film, of which the encoder holds so many at most."""

_A_STEP = 90e-9
"""Seconds of two cores for a step of a pixel."""


def memory(size: tuple[int, int], frames: int = 0, *, film: bool = False) -> int:
    """Bytes that growing a sheet of this width and height takes at its peak.

    Args:
        size: Width and height.
        frames: Of an animation.
        film: Whether that is written frame by frame, not all at the end.
    """
    width, height = size
    held = _A_FILM_PIXEL * min(frames, _IN_THE_ENCODER) if film else _A_FRAME_PIXEL * frames
    return _BASE + (_A_PIXEL + held) * width * height + _A_COLUMN * width


def seconds(size: tuple[int, int], steps: int) -> float:
    """About how long two cores need."""
    return _A_STEP * size[0] * size[1] * steps


def check_memory(size: tuple[int, int], frames: int = 0, *, film: bool = False) -> None:
    """Refuse a size that doesn't fit this machine; see `memory`.

    Raises:
        SettingsError: If it needs more memory than may be taken.
    """
    check_fits(f"{size[0]:,} × {size[1]:,} pixels", memory(size, frames, film=film))
