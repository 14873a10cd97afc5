"""The formats we write, and what each can hold."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import OutputError, SettingsError, printable


@dataclass(frozen=True, kw_only=True)
class Format:
    """What a format can hold.

    Attributes:
        name: What people call it.
        longest: The most pixels on a side.
        alpha: Whether it has transparency.
        bits: The most bits a channel.
    """

    name: str
    longest: int
    alpha: bool = True
    bits: int = 8


_JPEG = Format(name="JPEG", longest=65_535, alpha=False)
_PNG = Format(name="PNG", longest=1_000_000, bits=16)
_WEBP = Format(name="WebP", longest=16_383)
_TIFF = Format(name="TIFF", longest=10_000_000, bits=16)
_SUFFIXES = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": _PNG,
    ".webp": _WEBP,
    ".tif": _TIFF,
    ".tiff": _TIFF,
}


def check_suffix(path: str | os.PathLike[str], *, others: Iterable[str] = ()) -> str:
    """Let the ending of a picture's name pass, in small letters.

    Args:
        path: The whole name.
        others: Endings that may pass, too, where somebody else writes the file.

    Raises:
        OutputError: If it is none that we write.
    """
    suffix, known = Path(path).suffix.lower(), [*_SUFFIXES, *others]
    if suffix not in known:
        raise OutputError(
            f"cannot write {printable(path)}: expected a name that ends in "
            f"{', '.join(known)}, got {printable(suffix) or 'none'}"
        )
    return suffix


def format_for(path: str | os.PathLike[str], *, width: int = 1, height: int = 1) -> Format:
    """Choose the format by the file's name, and see that a picture of this size fits in.

    Raises:
        OutputError: If the suffix is none that we write, or the picture is too large for it.
    """
    chosen = _SUFFIXES[check_suffix(path)]
    if max(width, height) > chosen.longest:
        raise OutputError(
            f"cannot write {printable(path)}: {chosen.name} holds at most {chosen.longest:,} "
            f"pixels a side, and the picture has {width:,} × {height:,}; name it .tif"
        )
    return chosen


def bits_for(chosen: Format, *, asked: int | None, source: int) -> int:
    """Choose the bits a channel: what was asked for, else the source's where the format has them.

    Raises:
        SettingsError: If the format cannot hold what was asked for.
    """
    if asked is None:
        return min(source, chosen.bits)
    if asked not in {8, 16}:
        raise SettingsError(f"expected 8 or 16 bits a channel, got {asked}")
    if asked > chosen.bits:
        raise SettingsError(f"{chosen.name} holds 8 bits a channel, not {asked}; use .png or .tif")
    return asked


def check_quality(quality: int) -> int:
    """Let 1 to 100 pass.

    Raises:
        SettingsError: If it is anything else.
    """
    if not 1 <= quality <= 100:
        raise SettingsError(f"expected a quality from 1 to 100, got {quality}")
    return quality
