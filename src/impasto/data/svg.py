"""SVG drawings read as strokes; a file that reaches outside itself, or plays tricks, is refused."""

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from jaxtyping import Float

from impasto.data.curves import MOST, Stroke, flatten, numbers, points
from impasto.errors import DataError, printable

_LARGEST = 1 << 23  # bytes of a file
_DEEPEST = 64  # elements inside each other
_DOORS = ("<!DOCTYPE", "<!ENTITY", "<?xml-stylesheet")
_UNSEEN = {"defs", "clipPath", "mask", "symbol", "pattern", "marker", "metadata", "style"}
_UNREAD = {"circle", "ellipse", "rect", "text", "image", "use", "foreignObject", "script"}
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?\s*(?!['\"#\s])", re.IGNORECASE)
_TRANSFORM = re.compile(r"[\s,]*(\w+)\s*\(([^()]*)\)", re.ASCII)

Affine = tuple[float, float, float, float, float, float]
_SAME: Affine = (1, 0, 0, 1, 0, 0)


def read_svg(path: str | Path) -> Float[np.ndarray, "t 3"]:
    """Read a drawing made of lines and curves as the strokes of a pen.

    Args:
        path: An SVG of polyline, polygon, line and path elements, which may lie in groups and be
            transformed; colors and widths are passed over.

    Returns:
        Stroke-3 in the drawing's own units: the way across and down from the point before, and 1
        where the pen is lifted after it. The first row is 0, 0, 0.

    Raises:
        DataError: If it can't be read, is no SVG, has a document type, refers to anything outside
            itself, has shapes that are no lines, is too large or too deep, or draws nothing.
    """
    return stroke3(read_strokes(path))


def read_strokes(path: str | Path) -> list[Stroke]:
    """Read the same drawing as the points each stroke goes through, where they lie in the file.

    Args:
        path: As for `read_svg`.

    Raises:
        DataError: As `read_svg` does.
    """
    source = Path(path)
    try:
        return _checked(list(_strokes(_parse(source), _SAME)))
    except DataError as error:
        raise DataError(f"{printable(source)} can't be used as a drawing: {error}") from error


def stroke3(strokes: list[Stroke]) -> Float[np.ndarray, "t 3"]:
    """Write points as steps from one to the next, with the pen lifted at the end of each stroke."""
    places = np.array([point for stroke in strokes for point in stroke])
    steps = np.diff(places, prepend=places[:1])
    lifted = np.zeros(len(places))
    lifted[np.cumsum([len(stroke) for stroke in strokes]) - 1] = 1
    return np.stack([steps.real, steps.imag, lifted], 1).astype(np.float32)


def _checked(strokes: list[Stroke]) -> list[Stroke]:
    if not strokes:
        raise DataError("it draws nothing; expected polyline, polygon, line or path elements")
    if sum(map(len, strokes)) > MOST:
        raise DataError(f"it has more than {MOST:,} points; simplify it")
    return strokes


class _Builder(ET.TreeBuilder):
    """Builds the tree, and refuses one whose elements lie too deep inside each other."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise DataError(f"its elements lie more than {_DEEPEST} deep inside each other")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def _parse(path: Path) -> ET.Element:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise DataError(printable(error, limit=100)) from error
    if len(data) > _LARGEST:
        raise DataError(f"it is larger than {_LARGEST >> 20} MB")
    try:
        text = data.decode("utf-8-sig")
        if door := next((door for door in _DOORS if door.lower() in text.lower()), None):
            raise DataError(f"it has a {door}>, which can reach outside; save it as plain SVG")
        root = ET.fromstring(text, ET.XMLParser(target=_Builder()))  # noqa: S314  no entities without a document type
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise DataError(f"it is no XML in UTF-8 ({printable(error, limit=80)})") from error
    if _local(root) != "svg":
        raise DataError(f"expected an svg element, got {printable(_local(root), limit=40)}")
    for element in root.iter():
        _check_inside(element)
    return root


def _check_inside(element: ET.Element) -> None:
    """Refuse whatever names something outside the file; nothing is ever fetched in any case."""
    for name, value in element.attrib.items():
        local = name.rpartition("}")[2].lower()
        if local in {"href", "src", "base"} and not value.strip().startswith("#"):
            raise DataError(f"it refers to {printable(value, limit=60)!r} outside itself; embed it")
        if local not in {"d", "points"} and _OUTSIDE.search(value):
            raise DataError(f"it refers to {printable(value, limit=60)!r} outside itself; embed it")
    if _local(element) == "style" and _OUTSIDE.search("".join(element.itertext())):
        raise DataError("its style sheet refers to something outside itself; embed it")


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _strokes(element: ET.Element, placed: Affine) -> Iterator[Stroke]:
    """Collect the strokes of an element and of all inside it, in the order they are drawn in."""
    kind = _local(element)
    if kind in _UNSEEN:
        return
    if kind in _UNREAD:
        raise DataError(f"it has a {kind}; turn shapes and text into paths first")
    placed = _chained(placed, _transform(element.get("transform", "")))
    for stroke in _SHAPES.get(kind, _none)(element):
        yield [_moved(placed, point) for point in stroke]
    for child in element:
        yield from _strokes(child, placed)


def _none(_: ET.Element) -> list[Stroke]:
    return []


def _polyline(element: ET.Element) -> list[Stroke]:
    found = points(element.get("points", ""))
    return [found] if len(found) > 1 else []


def _polygon(element: ET.Element) -> list[Stroke]:
    return [[*stroke, stroke[0]] for stroke in _polyline(element)]


def _line(element: ET.Element) -> list[Stroke]:
    values = [numbers(element.get(name, "0")) for name in ("x1", "y1", "x2", "y2")]
    if any(len(value) != 1 for value in values):
        raise DataError("expected one number for each of x1, y1, x2 and y2 of a line")
    (x1,), (y1,), (x2,), (y2,) = values
    return [[complex(x1, y1), complex(x2, y2)]]


def _path(element: ET.Element) -> list[Stroke]:
    return flatten(element.get("d", ""))


_SHAPES: dict[str, Callable[[ET.Element], list[Stroke]]] = {
    "polyline": _polyline,
    "polygon": _polygon,
    "line": _line,
    "path": _path,
}


def _transform(text: str) -> Affine:
    """Read a list of transforms; the last is applied to the points first."""
    placed, end = _SAME, 0
    while found := _TRANSFORM.match(text, end):
        placed, end = _chained(placed, _single(found[1], numbers(found[2]))), found.end()
    if text[end:].strip(" ,\t\r\n"):
        raise DataError(f"a transform can't be read: {printable(text, limit=60)!r}")
    return placed


def _single(name: str, values: list[float]) -> Affine:
    match name, values:
        case "matrix", [a, b, c, d, e, f]:
            return (a, b, c, d, e, f)
        case "translate", [x, *rest] if len(rest) < 2:
            return (1, 0, 0, 1, x, rest[0] if rest else 0)
        case "scale", [x, *rest] if len(rest) < 2:
            return (x, 0, 0, rest[0] if rest else x, 0, 0)
        case "rotate", [angle, *center] if len(center) in {0, 2}:
            return _turned(math.radians(angle), complex(*center))
        case (("skewX" | "skewY"), [angle]):
            slope = math.tan(math.radians(angle))
            return (1, 0, slope, 1, 0, 0) if name == "skewX" else (1, slope, 0, 1, 0, 0)
    raise DataError(f"expected a transform of SVG 1.1, got {name} of {len(values)} numbers")


def _turned(angle: float, center: complex) -> Affine:
    turn = complex(math.cos(angle), math.sin(angle))
    shift = center - turn * center
    return (turn.real, turn.imag, -turn.imag, turn.real, shift.real, shift.imag)


def _chained(outer: Affine, inner: Affine) -> Affine:
    a, b, c, d, e, f = inner
    p, q, r, s, x, y = outer
    return (
        p * a + r * b,
        q * a + s * b,
        p * c + r * d,
        q * c + s * d,
        p * e + r * f + x,
        q * e + s * f + y,
    )


def _moved(placed: Affine, point: complex) -> complex:
    a, b, c, d, e, f = placed
    x, y = point.real, point.imag
    return complex(a * x + c * y + e, b * x + d * y + f)
