"""Writing a picture whole."""

import os
from pathlib import Path

from impasto.picture.picture import Picture
from impasto.picture.sink import Sink


def write(
    picture: Picture,
    path: str | os.PathLike[str],
    *,
    quality: int = 92,
    force: bool = False,
    keep_gps: bool = False,
    bits: int | None = None,
) -> Path:
    """Save a picture, whole or not at all, with its title, author, profile and recipe.

    Args:
        picture: What to save.
        path: Where; its suffix chooses the format: .jpg, .png, .webp or .tif.
        quality: 1 to 100, for JPEG and WebP; 100 makes WebP lossless.
        force: Overwrite an existing file.
        keep_gps: Write down where the photograph was taken; otherwise nobody learns it.
        bits: Bits a channel, 8 or 16; None keeps the picture's where the format holds them.

    Returns:
        The path.

    Raises:
        OutputError: If the file exists, its folder does not, the disk is full, or the format
            cannot hold the picture.
        RecipeError: If the recipe is too large for a file.
        SettingsError: If `quality` or `bits` is out of range.
    """
    width, height = picture.size
    with Sink(
        path,
        width,
        height,
        info=picture.info,
        alpha=picture.alpha is not None,
        bits=bits,
        quality=quality,
        force=force,
        keep_gps=keep_gps,
    ) as sink:
        sink.write(picture.pixels, picture.alpha)
    return Path(path)
