"""The JSON of IIIF, read without believing it: what has another form counts as not there.

Versions 2 and 3 differ in names (``@id`` and ``id``, ``@type`` and ``type``) and in where things
are; museums publish mixtures. Everything that reads one asks through these few functions.
"""

from collections.abc import Iterable, Mapping

Node = Mapping[str, object]
"""An object of the manifest."""

_LONGEST = 4000  # characters of an address, or of another short text, that are kept


def node(value: object) -> Node:
    """Take an object; of a list the first; a bare text is an object that only has that address."""
    return next(iter(nodes(value)), {})


def nodes(value: object) -> list[Node]:
    """Take a list of objects; one that stands alone is a list, too."""
    found: list[Node] = []
    for one in _listed(value):
        if isinstance(one, dict):
            found.append(one)
        elif isinstance(one, str) and one:
            found.append({"id": one})
    return found


def address(one: Node) -> str:
    """Read an object's address; empty if it has none."""
    found = one.get("id") or one.get("@id")
    return clean(found, most=_LONGEST) if isinstance(found, str) else ""


def kind(one: Node) -> str:
    """Read an object's kind in small letters, without its name space: ``manifest``, ``image``."""
    for found in _listed(one.get("type")) + _listed(one.get("@type")):
        if isinstance(found, str):
            return found.rpartition(":")[2].lower()
    return ""


def texts(value: object) -> list[str]:
    """Take the texts of a list; one that stands alone is a list, too."""
    return [clean(one, most=_LONGEST) for one in _listed(value) if isinstance(one, str) and one]


def clean(text: str, *, most: int) -> str:
    """Make a text that every table can hold: halves of signs, and zeros, turn into `?`."""
    whole = text.strip()[:most].replace("\0", "?")
    return whole.encode("utf-8", errors="replace").decode("utf-8")


def number(value: object) -> int | None:
    """Read a count of pixels; None if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    good = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
    return value if good else None  # type: ignore[return-value]  # an int by now


def first_of(numbers: Iterable[int | None]) -> int | None:
    """Choose the first number that is there."""
    return next((one for one in numbers if one is not None), None)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
