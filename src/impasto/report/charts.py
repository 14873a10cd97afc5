"""Charts as SVG: small, sharp at any size, and read by a screen reader as their title."""

import math
from collections.abc import Iterable, Mapping, Sequence

from impasto.report.page import text

WIDE, HIGH, EDGE = 560, 260, 44
COLORS = ("#3b82a6", "#c2562d", "#5b8c3a", "#8a5aa8")
"""Seen on white and on black pages: three times as light, or as dark, as either."""

Points = Sequence[tuple[float, float]]


def curves(series: Mapping[str, Points], *, title: str, across: str) -> str:
    """Draw lines over a common axis.

    Args:
        series: Points of each line by its name; four lines at the most. What is no finite number
            is left out.
        title: What is shown.
        across: What the horizontal axis counts.

    Returns:
        The chart, or nothing where there are no points.
    """
    series = {
        name: [p for p in each if all(map(math.isfinite, p))] for name, each in series.items()
    }
    points = [point for each in series.values() for point in each]
    if not points:
        return ""
    frame = _Frame(points)
    lines = []
    for i, (name, each) in enumerate(series.items()):
        color = COLORS[i % len(COLORS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.place, each))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        left = EDGE + 8 + 130 * i
        lines.append(f'<path d="M{left},12 h16" stroke="{color}" stroke-width="4"/>')
        lines.append(_words(left + 22, 16, name))
    return _svg(title, [*frame.axes(across), *lines])


def diagonal(points: Points, counts: Sequence[int], *, title: str, across: str) -> str:
    """Draw a diagram of reliability: on the diagonal is honest; a large dot stands for many works.

    Args:
        points: Of each bin how sure the network was, and how often it was right; 0..1.
        counts: Works in each bin.
        title: What is shown.
        across: What the horizontal axis says.
    """
    frame = _Frame([(0.0, 0.0), (1.0, 1.0)])
    (x0, y0), (x1, y1) = frame.place((0, 0)), frame.place((1, 1))
    line = f'<path d="M{x0},{y0} L{x1},{y1}" stroke="#888" stroke-dasharray="4 4"/>'
    most = max(counts, default=1)
    dots = []
    for point, count in zip(points, counts, strict=True):
        x, y = frame.place(point)
        radius = 3 + 9 * (count / most) ** 0.5
        dots.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{COLORS[0]}" '
            f'fill-opacity="0.85"><title>{count} works</title></circle>'
        )
    return _svg(title, [*frame.axes(across), line, *dots])


class _Frame:
    """Where points lie in a chart whose axes just hold them."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        xs, ys = zip(*points, strict=True)
        self.left, self.right = min(xs), max(xs)
        self.low, self.top = min(ys), max(ys)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        across = (point[0] - self.left) / ((self.right - self.left) or 1)
        up = (point[1] - self.low) / ((self.top - self.low) or 1)
        return EDGE + across * (WIDE - 2 * EDGE), HIGH - EDGE - up * (HIGH - 2 * EDGE)

    def axes(self, across: str) -> list[str]:
        bottom, right = HIGH - EDGE, WIDE - EDGE
        return [
            f'<path d="M{EDGE},{EDGE} V{bottom} H{right}" fill="none" stroke="#888"/>',
            _words(EDGE - 6, bottom, f"{self.low:.3g}", anchor="end"),
            _words(EDGE - 6, EDGE + 4, f"{self.top:.3g}", anchor="end"),
            _words(EDGE, bottom + 18, f"{self.left:.3g}"),
            _words(right, bottom + 18, f"{self.right:.3g}", anchor="end"),
            _words(WIDE / 2, bottom + 18, across, anchor="middle"),
        ]


def _words(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    """Write in the color of the page's text: the colors of lines are too pale to be read."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor" '
        f'font-size="12">{text(words)}</text>'
    )


def _svg(title: str, parts: Iterable[str]) -> str:
    said = text(title)
    body = "".join(parts)
    return (
        f'<figure><svg viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" role="img" '
        f'aria-label="{said}">{body}</svg><figcaption>{said}</figcaption></figure>'
    )
