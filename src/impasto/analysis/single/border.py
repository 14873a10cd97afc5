"""What lies around a picture: bars of a film, a border, a mat, a frame of one color."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from impasto.analysis.single.palette import color_of
from impasto.analysis.single.records import Border, Box
from impasto.analysis.single.seen import Seen

ALIKE = 7.0
"""Distance in CIELAB up to which pixels are of one color: paper has grain, JPEG has rings."""

EVEN = 0.98
"""Share of a row that must be of one color."""

STRAIGHT = 0.35
"""Share of the first row inside that must be of another, or it is no edge but a plain ground."""

LEAST = 0.01
"""Of the side, and at least two pixels: what is thinner is a seam."""

NARROW = 0.035
"""Of the shorter side, up to which it is a border and no mat."""

DARK, LIGHT = 25.0, 70.0
LAYERS = 3
Sides = tuple[int, int, int, int]
"""Depth above, below, left and right, in pixels."""


@dataclass(frozen=True)
class Layer:
    """One border around another, or around the picture."""

    sides: Sides
    color: Float[np.ndarray, "3"]


def border(seen: Seen) -> Border | None:
    """Find what lies around a picture, if anything does.

    Found is what is of one even color and ends in straight edges, on opposite sides in the same
    color. An ornate frame, or one that was photographed askew, is not found.

    Returns:
        Its kind and the box of the picture inside, as exact as a pixel of the small version; None
        if there is none.
    """
    lab, layers = seen.lab, list[Layer]()
    while len(layers) < LAYERS and (layer := _layer(lab)):
        seams = _seams(_cut(lab, layer.sides))
        layer = replace(layer, sides=_added(layer.sides, seams))
        layers.append(layer)
        lab = _cut(lab, layer.sides)
    if not layers:
        return None
    up, down, left, right = (sum(layer.sides[i] for layer in layers) for i in range(4))
    short = min(seen.lab.shape[:2])
    kind = _kind(layers, narrow=max(up, down, left, right) <= NARROW * short)
    return Border(kind, _box(seen, (up, down, left, right)), color_of(layers[0].color))


def _layer(lab: Float[np.ndarray, "h w 3"]) -> Layer | None:
    """Find the outermost border of one color."""
    up, down = _pair(lab)
    within = lab[up : len(lab) - down]
    left, right = _pair(within.transpose(1, 0, 2))
    if up or left:
        edge = lab[0] if up else within[:, 0]
        return Layer((up, down, left, right), np.median(edge, 0))
    return None


def _pair(lab: Float[np.ndarray, "h w 3"]) -> tuple[int, int]:
    """Measure the bars above and below; nothing where one is missing or of another color."""
    if min(lab.shape[:2]) < 8:
        return 0, 0
    up, down = _depth(lab), _depth(lab[::-1])
    far = np.linalg.norm(np.median(lab[0], 0) - np.median(lab[-1], 0))
    return (up, down) if up and down and far < 2 * ALIKE else (0, 0)


def _depth(lab: Float[np.ndarray, "h w 3"]) -> int:
    """Count the rows from the top that are of one color, if they end in a straight edge."""
    high = len(lab)
    other = np.linalg.norm(lab - np.median(lab[0], 0), axis=2) > ALIKE
    uneven = other.mean(1) > 1 - EVEN
    depth = int(uneven.argmax()) if uneven.any() else high
    if depth < max(2, LEAST * high) or depth > 0.45 * high:
        return 0
    inside = other[depth : depth + 3].mean(1).max()
    return depth if inside >= STRAIGHT else 0


def _seams(lab: Float[np.ndarray, "h w 3"]) -> Sides:
    """Measure the seams on all sides, between a border and what it holds."""
    if min(lab.shape[:2]) < 8:
        return 0, 0, 0, 0
    turned = lab.transpose(1, 0, 2)
    up, down, left, right = (_seam(x[:2]) for x in (lab, lab[::-1], turned, turned[::-1]))
    return up, down, left, right


def _seam(rows: Float[np.ndarray, "n w 3"]) -> int:
    """Count the rows of mixed color that making the picture small leaves between two others."""
    away = np.linalg.norm(rows - np.median(rows, 1, keepdims=True), axis=2) > ALIKE
    return int((away.mean(1) <= 1 - EVEN).cumprod().sum())


def _added(first: Sides, second: Sides) -> Sides:
    up, down, left, right = (a + b for a, b in zip(first, second, strict=True))
    return up, down, left, right


def _cut(lab: np.ndarray, sides: Sides) -> np.ndarray:
    up, down, left, right = sides
    return lab[up : len(lab) - down, left : lab.shape[1] - right]


def _kind(layers: list[Layer], *, narrow: bool) -> str:
    outer, inner = layers[0], layers[-1]
    up, _, left, _ = (sum(layer.sides[i] for layer in layers) for i in range(4))
    if not (up and left):
        dark = outer.color[0] < DARK
        return ("letterbox" if up else "pillarbox") if dark else "bands"
    if narrow:
        return "border"
    if len(layers) > 1:
        return "mat in a frame" if inner.color[0] > LIGHT > outer.color[0] else "border in a border"
    return "mat" if outer.color[0] > LIGHT else "frame"


def _box(seen: Seen, sides: Sides) -> Box:
    """Scale the depths to the original."""
    (width, height), (h, w) = seen.size, seen.pixels.shape[-2:]
    up, down, left, right = sides
    x0, x1 = round(left * width / w), round((w - right) * width / w)
    y0, y1 = round(up * height / h), round((h - down) * height / h)
    return x0, y0, x1 - x0, y1 - y0
