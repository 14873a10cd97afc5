"""Pictures: read, written, resized, streamed, and how they were made.

What is in memory is a `Picture`; what is too large for it is a `Source` and a `Sink`. All of it is
loaded when it is first asked for: the process that decodes apart needs no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impasto.picture.apart import Apart, Thumbnail
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

_HOMES = {
    "AnyPicture": "given",
    "Apart": "apart",
    "ContentRecord": "provenance",
    "EmbeddedStyle": "provenance",
    "Info": "info",
    "Picture": "picture",
    "Recipe": "provenance",
    "Sink": "sink",
    "Source": "stream",
    "Thumbnail": "apart",
    "as_picture": "given",
    "check_free": "files",
    "check_output": "files",
    "fit": "resizing",
    "read": "reader",
    "read_recipe": "reader",
    "replace_atomically": "files",
    "resize": "resizing",
    "write": "writer",
}

__all__ = [
    "AnyPicture",
    "Apart",
    "ContentRecord",
    "EmbeddedStyle",
    "Info",
    "Picture",
    "Recipe",
    "Sink",
    "Source",
    "Thumbnail",
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


def __getattr__(name: str) -> object:
    """Load a name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'impasto.picture' has no attribute {name!r}")
    return getattr(import_module(f"impasto.picture.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the names, the unloaded ones too."""
    return sorted(__all__)
