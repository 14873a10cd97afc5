"""How a drawing in an SVG was made: its XMP, found in a file that may be anything."""

import os
from pathlib import Path

from impasto.errors import RecipeError, printable
from impasto.picture import xmp
from impasto.picture.provenance import Recipe
from impasto.picture.sniff import naming

_LARGEST = 1 << 26  # bytes that are looked at
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"


def is_drawing(path: str | os.PathLike[str]) -> bool:
    """Tell by its name whether a file is an SVG."""
    return Path(path).suffix.lower() == ".svg"


def recipe_in_drawing(path: str | os.PathLike[str]) -> Recipe:
    """Tell how a drawing was made.

    Raises:
        PictureError: If the file is missing.
        RecipeError: If there is no recipe in it, or one that is refused.
    """
    with naming(path), Path(path).open("rb") as file:
        data = file.read(_LARGEST)
    begin, end = data.find(_BEGIN), data.find(_END)
    packet = data[begin : end + len(_END)] if 0 <= begin < end else b""
    text, shown = xmp.parse(packet).recipe, printable(path)
    if text is None:
        raise RecipeError(
            f"no recipe in {shown}: it was not made by Impasto, or its metadata was removed"
        )
    try:
        return Recipe.parse(text)
    except RecipeError as error:
        raise RecipeError(f"{shown}: {error}") from error
