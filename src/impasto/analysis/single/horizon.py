"""The horizon: a line that crosses the picture from side to side, if there is one."""

import numpy as np
from jaxtyping import Float

from impasto.analysis.single.records import Horizon
from impasto.analysis.single.seen import Seen

STEEPEST, TURN = 3.0, 0.5
"""Degrees to either side that a horizon may tilt, and from one trial to the next."""

BAND = 0.1
"""Of the height: so much above and below the line must differ. Waves, leaves and brushstrokes are
thinner and even out."""

STEP = 10.0
"""Difference of a channel of CIELAB, between the band above and the band below, that counts."""

SEEN = 0.85
"""Share of the width over which it must be seen to be called a horizon."""

EDGE = 0.12
"""Lines so near to the upper or lower edge part nothing."""

SIDE = 192
"""Longer side, in pixels, at which it is looked for."""

SMALLEST = 24
"""Pixels of a side below which nothing can be said."""


def horizon(seen: Seen) -> Horizon | None:
    """Find the line that crosses the picture from side to side and parts it in two.

    Returns:
        None if there is none, or the picture is too small to say.

    Notes:
        Lines are voted for, over the few degrees that a horizon may tilt, as in "Use of the Hough
        transformation to detect lines and curves in pictures", 1972, doi:10.1145/361237.361242.
        Differs: columns vote and not edge points, each where a channel of
        CIELAB steps the same way (darker below, or greener, ...). Thresholds are ours, set on
        photographs and paintings.
    """
    if min(seen.lab.shape[:2]) < SMALLEST:
        return None
    lab = seen.shrunk(SIDE)
    best, found = (0.0, 0.0), None
    for degrees in sorted(np.arange(-STEEPEST, STEEPEST + TURN, TURN).tolist(), key=abs):
        share, size, height = _best(_steps(_leveled(lab, degrees)))
        if (round(share, 6), size) > best and share >= SEEN:
            best, found = (round(share, 6), size), Horizon(height, degrees, share)
    return found


def _leveled(lab: Float[np.ndarray, "h w 3"], degrees: float) -> Float[np.ndarray, "h w 3"]:
    """Shift the columns so that a line that rises to the right by so much lies level."""
    high, wide = lab.shape[:2]
    columns = np.arange(wide)
    rise = np.round((columns - (wide - 1) / 2) * np.tan(np.radians(degrees))).astype(int)
    rows = np.arange(high)[:, None] - rise[None]
    leveled: np.ndarray = lab[rows.clip(0, high - 1), columns[None]]
    return leveled


def _steps(lab: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    """Say how much each channel changes from the band above the top of a row to that below."""
    high = len(lab)
    band = max(2, round(BAND * high))
    sums = np.concatenate([np.zeros((1, *lab.shape[1:])), lab.cumsum(0)])
    row = np.arange(high)
    top, bottom = np.maximum(row - band, 0), np.minimum(row + band, high)
    above = (sums[row] - sums[top]) / np.maximum(row - top, 1)[:, None, None]
    below = (sums[bottom] - sums[row]) / (bottom - row)[:, None, None]
    change: np.ndarray = below - above
    return change


def _best(steps: Float[np.ndarray, "h w 3"]) -> tuple[float, float, float]:
    """Find the row that most columns vote for: their share, the step's size, and how far down."""
    high = len(steps)
    votes = np.maximum((steps >= STEP).mean(1), (steps <= -STEP).mean(1))
    sizes = abs(steps.mean(1))
    edge = max(1, round(EDGE * high))
    votes[:edge], votes[high - edge + 1 :] = 0, 0
    most = votes >= votes.max() - 1e-9
    row, channel = np.unravel_index((most * sizes).argmax(), votes.shape)
    return float(votes[row, channel]), float(sizes[row, channel]), float(row / high)
