"""Color profiles: whatever a file's numbers mean, inside they mean sRGB."""

from functools import cache, lru_cache

import numpy as np

from impasto.picture import vips
from impasto.picture.arrays import Array

_COLORS = {"b-w": 1, "grey16": 1, "srgb": 3, "rgb": 3, "rgb16": 3, "cmyk": 4}
_PROFILE = "icc-profile-data"
_LARGEST = 1 << 20  # bytes of a profile that is carried on; ours takes the place of a larger one


@cache
def srgb() -> bytes:
    """Say with a profile: these numbers are sRGB (480 bytes, the same at every call)."""
    return bytes(vips.Image.profile_load("srgb"))


def to_srgb(image: vips.Image) -> tuple[vips.Image, bytes | None]:
    """Bring a picture to sRGB by its own profile, and keep its transparency as it is.

    Args:
        image: Gray, RGB or CMYK with or without alpha, 8 or 16 bits, as libvips loads it.

    Returns:
        One to four channels of sRGB, and the profile to embed: None if the file had none, its own
        if that is sRGB under another name.

    Notes:
        In place of a broken profile, and for CMYK without one, libvips takes its own; for CMYK
        that is print on coated paper, closer to what a printer shows than plain arithmetic.
    """
    if image.interpretation not in _COLORS:
        image = image.colourspace("srgb")
    count = _COLORS[image.interpretation]
    colors, profile = _converted(image if image.bands == count else image.extract_band(0, n=count))
    if image.bands > count:
        colors = colors.bandjoin(image.extract_band(count))
    return colors, profile


def array_to_srgb(array: Array, *, space: str, profile: bytes | None) -> tuple[Array, bytes | None]:
    """Do the same for an array ``(h, w, c)`` of a decoder that is not libvips."""
    image = vips.tagged(vips.from_array(array, space=space), {_PROFILE: profile})
    converted, kept = to_srgb(image)
    return vips.to_array(converted), kept


def _converted(colors: vips.Image) -> tuple[vips.Image, bytes | None]:
    profile = vips.stored(colors, _PROFILE)
    if profile is None and colors.interpretation != "cmyk":
        return colors, None
    if profile is not None and colors.bands == 3 and is_srgb(profile):
        return colors, profile if len(profile) <= _LARGEST else srgb()
    depth = 16 if colors.format == "ushort" else 8
    return colors.icc_transform("srgb", embedded=True, depth=depth), profile and srgb()


@lru_cache(maxsize=8)
def is_srgb(profile: bytes) -> bool:
    """Tell whether a profile moves no color by more than one of 256 levels, whatever its name."""
    ramp = np.linspace(0, 255, 17).astype(np.uint8)
    cube = np.stack(np.meshgrid(ramp, ramp, ramp), -1).reshape(17, -1, 3)
    image = vips.tagged(vips.from_array(cube, space="srgb"), {_PROFILE: profile})
    moved = vips.to_array(image.icc_transform("srgb", embedded=True))
    return bool(np.abs(moved.astype(int) - cube).max() <= 1)
