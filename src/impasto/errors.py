"""What can go wrong, said in one line that a person can act on."""

# ImpastoError
# ├── PictureError     a picture cannot be read: missing, broken, too large, not a picture
# ├── OutputError      a file cannot be written: it exists, no such folder, disk full, bad suffix
# ├── SettingsError    a value is out of its range, or a choice that we do not know
# ├── DataError        a collection, its labels, or a drawing cannot be used
# ├── StyleError       an unknown style, or a style vector made with other weights
# ├── WeightsError     weights are missing, damaged, or belong to another network
# ├── TrainingError    a training cannot go on; what was learned before is kept
# └── RecipeError      the recipe in a file is missing, damaged, or refused

import os


class ImpastoError(Exception):
    """Something the person in front of the screen can mend; its text is one line."""


class PictureError(ImpastoError):
    """A picture cannot be read: missing, broken, too large, or not a picture."""


class OutputError(ImpastoError):
    """A file cannot be written: it exists, the folder is missing, the disk is full."""


class SettingsError(ImpastoError):
    """A value is out of its range, or is not one of the choices."""


class DataError(ImpastoError):
    """A collection, its labels, or a drawing cannot be used to learn from."""


class StyleError(ImpastoError):
    """A style is unknown, or was made with other weights."""


class WeightsError(ImpastoError):
    """Weights are missing, damaged, or belong to another network."""


class TrainingError(ImpastoError):
    """A training cannot go on; what was learned before is kept."""


class RecipeError(ImpastoError):
    """The recipe in a file is missing, damaged, or refused."""


def printable(text: object, *, limit: int = 200) -> str:
    r"""Make text from outside safe to show: on one line, and nothing in it commands a terminal.

    Args:
        text: A path, a title, or another error; anything with a string form.
        limit: Longest result in characters; longer text loses its middle.

    Returns:
        The text with control characters, reversed writing and broken Unicode escaped.

    Examples:
        >>> print(printable("a\x1b[31m.png"))
        a\x1b[31m.png
    """
    shown = "".join(_escaped(char) for char in _string(text))
    if len(shown) <= limit:
        return shown
    half = (limit - 1) // 2
    return f"{shown[:half]}…{shown[-half:]}"


def _string(text: object) -> str:
    return os.fsdecode(text) if isinstance(text, bytes | os.PathLike) else str(text)


def _escaped(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
