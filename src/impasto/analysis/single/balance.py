"""How a picture answers itself across its middle: symmetry, and where its weight lies."""

import numpy as np

from impasto.analysis.single.records import Balance
from impasto.analysis.single.saliency import places
from impasto.analysis.single.seen import Seen


def balance(seen: Seen) -> Balance:
    """Measure symmetry and balance.

    A plain picture is symmetric and balanced.

    Notes:
        Symmetry: correlation of the picture and its mirror image, as Mayer, Landwehr 2018,
        doi:10.1037/aca0000187; differs: in color (CIELAB) and not in grays alone, about the middle
        only, and opposites stay below 0. Balance: the deviation of the center of mass, DCM, of
        Huebner, Fillinger 2016, doi:10.3389/fpsyg.2016.00335; differs: what weighs is not dark
        ink on white paper, but what differs from the picture's mean color.
    """
    lab = seen.lab - seen.lab.mean((0, 1))
    weight = np.linalg.norm(lab, axis=2)
    x, y = places(weight)
    lean = (0.0, 0.0)
    if weight.mean() > 1e-3:
        weight = weight / weight.sum()
        lean = (2 * float((weight * x).sum()) - 1, 2 * float((weight * y).sum()) - 1)
    return Balance(
        left_right=_alike(lab, lab[:, ::-1]),
        top_bottom=_alike(lab, lab[::-1]),
        balance=1 - float(np.hypot(*lean)) / 2**0.5,
        lean=lean,
    )


def _alike(lab: np.ndarray, mirrored: np.ndarray) -> float:
    power = (lab**2).sum()
    return float((lab * mirrored).sum() / power) if power > 1e-6 * lab.size else 1.0
