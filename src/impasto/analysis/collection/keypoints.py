"""Whether two pictures show the same work: points that match, and what lies around them.

Two works of a series share a manner, a paper, a cartouche; two pictures of one work share points
all over, that lie to each other as on one sheet of paper, and beneath them the same drawing. What
lies at the edges of both is passed over: all scans of a museum may have the same frame, ruler or
caption there.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, UInt8
from torch import Tensor

from impasto.picture.color import luminance
from impasto.report import shrink

LONGEST = 384
"""Longer side, in pixels, at which pictures are compared; smaller ones are enlarged to it."""

MOST = 600
"""Points kept of a picture, the strongest."""

RATIO = 0.8
"""How much nearer the best match must be than the second one."""

APART = 4.0
"""Pixels by which a point may miss its place."""

FEWEST = 8
"""Points that must agree."""

COVER = 0.03
"""Share of each picture that the points which agree must span."""

DRAWN = 0.55
"""Correlation of the two drawings, where they lie on each other, from which they are the same."""

EDGE = 0.15
"""Share of each side that is the edge: frames, rulers and captions lie there."""

OVERLAP = 0.2
"""Share of each picture in which they must lie on each other."""

_SHRUNK = 8.0  # how much smaller one may lie in the other, in area, or larger
_INSIDE = 2  # pixels around the overlap that are not compared: what is beyond the edge blurs in

Places = Float32[np.ndarray, "n 2"]
Plane = Float32[np.ndarray, "3 3"]
Gray = UInt8[np.ndarray, "_ _"]


@dataclass(frozen=True, eq=False)
class Points:
    """What is recognized of a picture.

    Attributes:
        places: x and y of each point in pixels.
        descriptors: What lies around each.
        gray: The picture.
    """

    places: Places
    descriptors: UInt8[np.ndarray, "n 128"]
    gray: Gray

    @property
    def mirrored(self) -> "Points":
        """What would be recognized of the mirror image."""
        width = self.gray.shape[1]
        places = self.places * [-1, 1] + np.array([width - 1, 0])
        turned = np.ascontiguousarray(self.descriptors[:, _MIRROR])
        return Points(places.astype(np.float32), turned, np.ascontiguousarray(self.gray[:, ::-1]))


@dataclass(frozen=True)
class Same:
    """Why two pictures are taken for the same work.

    Attributes:
        points: How many points agree.
        drawing: Correlation of the drawings where they lie on each other, up to 1.
        mirrored: Whether one is the mirror image of the other.
    """

    points: int
    drawing: float
    mirrored: bool


def points_of(picture: Float[Tensor, "1 3 _ _"]) -> Points:
    """Find the points of a picture by which it is recognized.

    Args:
        picture: 0..1.

    Notes:
        Lowe 2004, "Distinctive Image Features from Scale-Invariant Keypoints" (SIFT), by OpenCV.
        The contrast a point needs is half of Lowe's: paintings are soft.
    """
    gray = _gray(picture)
    found, descriptors = _sift().detectAndCompute(gray, None)
    places = np.array([point.pt for point in found], np.float32).reshape(-1, 2)
    if not found:
        return Points(places, np.empty((0, 128), np.uint8), gray)
    return Points(places[:MOST], descriptors[:MOST].astype(np.uint8), gray)


def same_work(first: Points, second: Points) -> Same | None:
    """Tell whether two pictures show the same work, one of them perhaps mirrored.

    Returns:
        Why, or None if they don't.
    """
    return _seen(first, second, mirrored=False) or _seen(first.mirrored, second, mirrored=True)


def _seen(first: Points, second: Points, *, mirrored: bool) -> Same | None:
    here, there = _matches(first, second)
    inner = _is_inner(here, first.gray) | _is_inner(there, second.gray)
    here, there = here[inner], there[inner]
    if len(here) < FEWEST:
        return None
    cv2.setRNGSeed(0)
    plane, agree = cv2.findHomography(here, there, cv2.USAC_MAGSAC, APART, maxIters=2000)
    if np.size(plane) != 9:  # None where no plane was found, whatever OpenCV's types say
        return None
    plane, inside = plane.astype(np.float32), agree.ravel().astype(bool)
    if inside.sum() < FEWEST or not _is_sound(plane, first.gray):
        return None
    if min(_cover(here[inside], first.gray), _cover(there[inside], second.gray)) < COVER:
        return None
    drawing = _drawing(first.gray, second.gray, plane)
    return Same(int(inside.sum()), drawing, mirrored) if drawing >= DRAWN else None


def _matches(first: Points, second: Points) -> tuple[Places, Places]:
    """Pair the points that are each other's best match, and clearly so.

    Notes:
        Compared by their roots: Arandjelović, Zisserman 2012, "Three things everyone should know
        to improve object retrieval".
    """
    if min(len(first.places), len(second.places)) < FEWEST:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    alike = _root(first.descriptors) @ _root(second.descriptors).T
    rows, best, back = np.arange(len(alike)), alike.argmax(1), alike.argmax(0)
    nearest = alike[rows, best]
    alike[rows, best] = -1
    clear = 1 - nearest < RATIO**2 * (1 - alike.max(1))  # 2 - 2 x is the square of the distance
    chosen = np.flatnonzero(clear & (back[best] == rows))
    return first.places[chosen], second.places[best[chosen]]


def _root(descriptors: UInt8[np.ndarray, "n 128"]) -> Float32[np.ndarray, "n 128"]:
    values = descriptors.astype(np.float32)
    return np.asarray(np.sqrt(values / np.maximum(values.sum(1, keepdims=True), 1)))


def _is_sound(plane: Plane, gray: Gray) -> bool:
    """Tell whether one sheet of paper, seen from somewhere, can lie so on the other."""
    height, width = gray.shape
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float32)
    if not (plane @ np.hstack([corners[:, 0], np.ones((4, 1), np.float32)]).T)[2].min() > 0.1:
        return False
    there = cv2.perspectiveTransform(corners, plane)
    area = cv2.contourArea(there, oriented=True) / (width * height)
    return bool(cv2.isContourConvex(there)) and 1 / _SHRUNK < area < _SHRUNK


def _is_inner(places: Places, gray: Gray) -> Bool[np.ndarray, " n"]:
    """Tell which points don't lie at the edges; of a cutting that may be the edge of the whole."""
    share = places / np.array(gray.shape[::-1])
    return np.asarray(((share > EDGE) & (share < 1 - EDGE)).all(1))


def _inner(gray: Gray) -> Gray:
    """Paint white what is not the edge."""
    (top, left), inner = (round(EDGE * side) for side in gray.shape), np.zeros_like(gray)
    inner[top : gray.shape[0] - top, left : gray.shape[1] - left] = 255
    return inner


def _cover(places: Places, gray: Gray) -> float:
    """Say which share of a picture points span."""
    return float(cv2.contourArea(cv2.convexHull(places))) / gray.size


def _drawing(first: Gray, second: Gray, plane: Plane) -> float:
    """Lay one picture on the other and compare what is drawn; 0 where they hardly overlap."""
    height, width = second.shape
    laid = cv2.warpPerspective(first, plane, (width, height), flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.full_like(first, 255), plane, (width, height))
    inside = cv2.erode(cover, np.ones((1 + 2 * _INSIDE, 1 + 2 * _INSIDE), np.uint8)) == 255
    if inside.sum() < OVERLAP * min(first.size, second.size):
        return 0.0
    inside &= (_inner(second) | cv2.warpPerspective(_inner(first), plane, (width, height))) > 0
    return _correlation(_edges(laid), _edges(second), inside)


def _edges(gray: Gray) -> Float32[np.ndarray, "_ _"]:
    """Draw the outlines, soft enough to bear a pixel's error; a new color leaves them in place."""
    soft = cv2.GaussianBlur(gray.astype(np.float32), (0, 0), 2)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.sqrt(np.hypot(across, down)), np.float32)


def _correlation(
    first: Float32[np.ndarray, "h w"],
    second: Float32[np.ndarray, "h w"],
    inside: Bool[np.ndarray, "h w"],
) -> float:
    one, other = first[inside], second[inside]
    one, other = one - one.mean(), other - other.mean()
    length = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / length if length > 0 else 0.0


def _gray(picture: Float[Tensor, "1 3 _ _"]) -> Gray:
    """Bring a picture to the size of comparing, without color."""
    small = shrink(luminance(picture).expand(1, 3, -1, -1), LONGEST)[0, 0]
    height, width = small.shape
    gray = np.asarray((small * 255).round().to(torch.uint8).numpy())
    scale = LONGEST / max(height, width)
    if scale <= 1:
        return gray
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_CUBIC))


def _sift() -> cv2.SIFT:
    return cv2.SIFT.create(nfeatures=MOST, contrastThreshold=0.02)


# A descriptor is 4 rows of 4 fields of 8 directions around a point; in a mirror the rows come in
# reverse, and the directions turn the other way.
_MIRROR = np.array(
    [((3 - row) * 4 + column) * 8 + (-way) % 8
     for row in range(4) for column in range(4) for way in range(8)]
)  # fmt: skip
