"""Paths of an SVG: their letters and numbers turned into the points a pen goes through."""

import math
import re
from collections.abc import Callable, Iterable, Iterator

from impasto.errors import DataError, printable

Point = complex
"""Across as the real part, down as the imaginary one."""

Stroke = list[Point]

PIECES = 8
"""Straight pieces that a curve is divided into."""

MOST = 100_000
"""Points of a drawing."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(rf"[\s,]*([A-Za-z]|{_NUMBER})", re.ASCII)
_SPACE = re.compile(r"[\s,]*", re.ASCII)
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}


def numbers(text: str) -> list[float]:
    """Read numbers with spaces or commas between them.

    Raises:
        DataError: If there is anything else, or a number is not finite.
    """
    found = [_finite(token) for token in _tokens(text)]
    if None in found:
        raise DataError(f"expected numbers, got {printable(text, limit=40)!r}")
    return [number for number in found if number is not None]


def points(text: str) -> Stroke:
    """Read the points of a polyline.

    Raises:
        DataError: If they are no numbers, or one is left over.
    """
    found = numbers(text)
    if len(found) % 2:
        raise DataError(f"expected pairs of numbers, got {len(found)} numbers")
    return [complex(x, y) for x, y in zip(found[::2], found[1::2], strict=True)]


def flatten(text: str) -> list[Stroke]:
    """Follow a path and note the points it goes through, a list for each time the pen is down.

    Args:
        text: An SVG path of M L H V C S Q T Z, capital for absolute, small for relative.

    Raises:
        DataError: If it is no path, has arcs, or has too many points.

    Notes:
        SVG 1.1, chapter 8.3. Curves become `PIECES` straight pieces each.
    """
    pen = _Pen()
    for letter, values in _commands(text):
        pen.go(letter, values)
        if pen.count > MOST:
            raise DataError(f"a path has more than {MOST:,} points; simplify it")
    return [stroke for stroke in pen.strokes if len(stroke) > 1]


class _Pen:
    """Where the pen is, where its stroke began, and how it would go on from a curve."""

    def __init__(self) -> None:
        self.strokes: list[Stroke] = []
        self.count = 0
        self.at = self.begin = self.handle = 0j
        self.before = ""
        self.down = False

    def go(self, letter: str, values: list[float]) -> None:
        big, base = letter.upper(), self.at if letter.islower() else 0j
        if big in "HV":
            self._straight(big, values[0], relative=letter.islower())
        else:
            pairs = zip(values[::2], values[1::2], strict=True)
            _MOVES[big](self, [base + complex(x, y) for x, y in pairs])
        self.before = big

    def _straight(self, letter: str, value: float, *, relative: bool) -> None:
        along = value + (self._along(letter) if relative else 0.0)
        at = complex(along, self.at.imag) if letter == "H" else complex(self.at.real, along)
        self.line([at])

    def _along(self, letter: str) -> float:
        return self.at.real if letter == "H" else self.at.imag

    def move(self, to: list[Point]) -> None:
        self.at = self.begin = to[0]
        self.down = False

    def line(self, to: list[Point]) -> None:
        if not self.down:
            self.strokes.append([self.at])
            self.down = True
        self.strokes[-1].extend(to)
        self.count += len(to)
        self.at = to[-1]

    def close(self, _: list[Point]) -> None:
        if self.down and self.at != self.begin:
            self.line([self.begin])
        self.move([self.begin])

    def cubic(self, to: list[Point]) -> None:
        self.handle = to[1]
        self.line(_bend([self.at, *to]))

    def smooth_cubic(self, to: list[Point]) -> None:
        self.cubic([self._mirrored("CS"), *to])

    def quadratic(self, to: list[Point]) -> None:
        self.handle = to[0]
        self.line(_bend([self.at, *to]))

    def smooth_quadratic(self, to: list[Point]) -> None:
        self.quadratic([self._mirrored("QT"), *to])

    def _mirrored(self, kin: str) -> Point:
        return 2 * self.at - self.handle if self.before and self.before in kin else self.at


_MOVES: dict[str, Callable[[_Pen, list[Point]], None]] = {
    "M": _Pen.move,
    "L": _Pen.line,
    "C": _Pen.cubic,
    "S": _Pen.smooth_cubic,
    "Q": _Pen.quadratic,
    "T": _Pen.smooth_quadratic,
    "Z": _Pen.close,
}


def _bend(handles: list[Point]) -> list[Point]:
    """Evaluate a Bézier curve of any degree behind its first point."""
    degree = len(handles) - 1
    weights = [math.comb(degree, k) for k in range(degree + 1)]
    return [
        sum(
            (w * t**k * (1 - t) ** (degree - k) * p)
            for k, (w, p) in enumerate(zip(weights, handles, strict=True))
        )
        for t in (step / PIECES for step in range(1, PIECES + 1))
    ]


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Divide a path into commands, each with as many numbers as it takes."""
    letter, held = "", list[float]()
    for token in _tokens(text):
        number = _finite(token)
        if number is None:
            _check_letter(token, letter, held)
            letter = token
            if letter in "Zz":
                yield letter, []
            continue
        held.append(number)
        if not letter or letter in "Zz":
            raise DataError(
                f"expected a path that begins with M, got {printable(text, limit=40)!r}"
            )
        if len(held) == _TAKES[letter.upper()]:
            yield letter, held
            held = []
            letter = {"M": "L", "m": "l"}.get(letter, letter)
    _check_letter("Z", letter or "M", held)


def _check_letter(letter: str, before: str, held: Iterable[float]) -> None:
    if letter.upper() not in _TAKES:
        hint = "arcs are not read; turn them into curves" if letter in "Aa" else "is it broken?"
        raise DataError(f"expected a path of M L H V C S Q T Z, got {letter!r}; {hint}")
    if list(held):
        raise DataError(f"a number is missing or left over after {before!r} in a path")
    if not before and letter not in "Mm":
        raise DataError(f"expected a path that begins with M, got {letter!r}")


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while found := _TOKEN.match(text, place):
        place = found.end()
        yield found[1]
    if _SPACE.fullmatch(text, place) is None:
        raise DataError(
            f"expected letters and numbers, got {printable(text[place:].strip(), limit=20)!r}"
        )


def _finite(token: str) -> float | None:
    if token.isalpha():
        return None
    number = float(token)
    if not math.isfinite(number) or abs(number) > 1e9:
        raise DataError(f"expected numbers below a billion, got {printable(token, limit=20)}")
    return number
