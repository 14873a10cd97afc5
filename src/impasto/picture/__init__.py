"""Pictures: read, written, resized, streamed, and how they were made.

What is in memory is a `Picture`; what is too large for it is a `Source` and a `Sink`.
"""

from impasto.picture.files import check_free, check_output, replace_atomically
from impasto.picture.given import AnyPicture, as_picture
from impasto.picture.info import Info
from impasto.picture.picture import Picture
from impasto.picture.provenance import ContentRecord, EmbeddedStyle, Recipe
from impasto.picture.reader import read, read_recipe
from impasto.picture.resizing import fit, resize
from impasto.picture.sink import Sink
from impasto.picture.stream import Source
from impasto.picture.writer import write

__all__ = [
    "AnyPicture",
    "ContentRecord",
    "EmbeddedStyle",
    "Info",
    "Picture",
    "Recipe",
    "Sink",
    "Source",
    "as_picture",
    "check_free",
    "check_output",
    "fit",
    "read",
    "read_recipe",
    "replace_atomically",
    "resize",
    "write",
]
