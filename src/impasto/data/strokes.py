"""Drawings as strokes: where the pen goes next, and whether it is lifted there (stroke-3)."""

import math
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from jaxtyping import Float, Int64, Shaped
from torch import Tensor

from impasto.data.examples import Examples
from impasto.errors import DataError, printable

Drawing = Shaped[np.ndarray, "_ 3"]
"""A row a point: its way across and down from the point before, and 1 where the pen is lifted
after it."""

SPLITS = ("train", "valid", "test")

_LARGEST = 1 << 30  # bytes of a file, unpacked
_BROKEN = (ValueError, OSError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error)


def read_drawings(path: str | Path) -> dict[str, list[Drawing]]:
    """Read the drawings of a file, those to learn from apart from those to test on.

    Args:
        path: An ``.npz`` with ``train_points`` (all points, 3 columns) and ``train_lengths``
            (points of each drawing), and the same for ``valid`` and ``test``.

    Returns:
        The drawings of each part that is there.

    Raises:
        DataError: If it can't be read, needs unpickling, or its numbers are no strokes.
    """
    source = Path(path)
    arrays = _arrays(source)
    parts = [part for part in SPLITS if f"{part}_points" in arrays]
    if not parts:
        raise DataError(
            f"{printable(source)} holds no drawings; expected the arrays train_points and "
            "train_lengths (and valid_…, test_…)"
        )
    return {part: _divided(source, part, arrays) for part in parts}


def deviation(drawings: Sequence[Drawing]) -> float:
    """Measure how far the pen usually moves; all drawings are divided by that of the training set.

    Returns:
        Standard deviation of all steps across and down together; 1 if there is none.

    Notes:
        Ha and Eck 2017, "A Neural Representation of Sketch Drawings", arXiv:1704.03477.
    """
    steps = np.concatenate([d[:, :2] for d in drawings]).astype(np.float64)
    return float(steps.std()) or 1.0


def tidied(drawing: Drawing, *, tolerance: float = 0.005) -> Drawing:
    """Bring a drawing to one size, whatever its units, and leave out points that show nothing.

    Args:
        drawing: Of finite numbers.
        tolerance: How far, as a share of its longer side, a point may lie from the line without
            it.

    Returns:
        The drawing with a longer side of one; a drawing of one point stays as it is.

    Notes:
        Ramer 1972, doi:10.1016/S0146-664X(72)80017-0; Douglas, Peucker 1973.
    """
    places = drawing[:, :2].astype(np.float64).cumsum(0)
    places = (places - places.min(0)) / (np.ptp(places, axis=0).max() or 1.0)
    ends = np.flatnonzero(drawing[:, 2]) + 1
    strokes = [part for part in np.split(places, ends) if len(part)]
    kept = [cv2.approxPolyDP(part.astype(np.float32), tolerance, False)[:, 0] for part in strokes]
    points = np.concatenate(kept)
    lifted = np.zeros(len(points), np.float32)
    lifted[np.cumsum([len(part) for part in kept]) - 1] = 1
    return np.column_stack([np.diff(points, axis=0, prepend=points[:1]), lifted]).astype(np.float32)


def pad(
    drawings: Sequence[Drawing], most: int, *, scale: float | None = None
) -> tuple[Float[Tensor, "n t 3"], Int64[Tensor, " n"]]:
    """Bring drawings to one length, so that a network can read many at a time.

    Args:
        drawings: At least one.
        most: Points after which a drawing is cut off.
        scale: What steps are divided by: the `deviation` of the training set; their own unless
            given.

    Returns:
        Strokes filled up with zeros, and how many points each has.

    Raises:
        DataError: If `most` or `scale` is not positive, or there are no drawings.
    """
    divisor = deviation(drawings) if scale is None and drawings else scale
    if not drawings or most < 1 or divisor is None or not 0 < divisor < math.inf:
        raise DataError(
            f"expected drawings, at least one point and a positive scale; got {len(drawings)} "
            f"drawings, {most} points, scale {divisor}"
        )
    lengths = [min(len(drawing), most) for drawing in drawings]
    strokes = np.zeros((len(drawings), max(lengths), 3), np.float32)
    for row, drawing, length in zip(strokes, drawings, lengths, strict=True):
        row[:length] = drawing[:length]
    strokes[..., :2] /= divisor
    return torch.from_numpy(strokes), torch.tensor(lengths)


def drawn(
    kinds: Mapping[str, Sequence[Drawing]], most: int, *, scale: float | None = None
) -> Examples:
    """Make examples of several kinds of drawings, to be told apart.

    Args:
        kinds: Drawings by the name of their class.
        most: As for `pad`.
        scale: As for `pad`.
    """
    drawings = [drawing for each in kinds.values() for drawing in each]
    strokes, lengths = pad(drawings, most, scale=scale)
    targets = [number for number, each in enumerate(kinds.values()) for _ in each]
    names = tuple(f"{kind}/{i}" for kind, each in kinds.items() for i in range(len(each)))
    return Examples(names, strokes, torch.tensor(targets), tuple(kinds), lengths=lengths)


def _arrays(path: Path) -> dict[str, Shaped[np.ndarray, "..."]]:
    try:
        with zipfile.ZipFile(path) as archive:
            claimed = sum(entry.file_size for entry in archive.infolist())
        if claimed > _LARGEST:
            raise DataError(
                f"{printable(path)} claims {claimed:,} bytes, and the limit is {_LARGEST:,}"
            )
        with np.load(path, allow_pickle=False) as file:
            wanted = {f"{part}_{kind}" for part in SPLITS for kind in ("points", "lengths")}
            return {name: file[name] for name in file.files if name in wanted}
    except _BROKEN as error:
        raise DataError(_reason(path, error)) from error


def _reason(path: Path, error: BaseException) -> str:
    if "allow_pickle" in str(error):
        return (
            f"{printable(path)} holds pickled objects, which can run programs and are never "
            "loaded; save all points as one array of 3 columns and the lengths as another"
        )
    detail = printable(str(error).partition("\n")[0] or type(error).__name__, limit=100)
    return f"{printable(path)} can't be read as an .npz of drawings ({detail})"


def _divided(
    path: Path, part: str, arrays: Mapping[str, Shaped[np.ndarray, "..."]]
) -> list[Drawing]:
    points, lengths = arrays[f"{part}_points"], arrays.get(f"{part}_lengths")
    if lengths is None or lengths.ndim != 1 or lengths.dtype.kind not in "iu":
        raise DataError(f"{printable(path)}: expected {part}_lengths as a row of whole numbers")
    if points.ndim != 2 or points.shape[1] != 3 or points.dtype.kind not in "iuf":
        raise DataError(
            f"{printable(path)}: expected {part}_points of 3 columns of numbers, got "
            f"{points.shape} of {points.dtype}"
        )
    if not len(lengths) or lengths.min() < 1 or lengths.astype(np.int64).sum() != len(points):
        raise DataError(
            f"{printable(path)}: {part}_lengths must be 1 or more and add up to the "
            f"{len(points):,} points; do the arrays belong together?"
        )
    _check_values(path, part, points)
    return np.split(points, np.cumsum(lengths[:-1]))


def _check_values(path: Path, part: str, points: Shaped[np.ndarray, "t 3"]) -> None:
    if not np.isfinite(points).all():
        raise DataError(f"{printable(path)}: {part}_points holds NaN or infinity; mend the file")
    if not np.isin(points[:, 2], (0, 1)).all():
        raise DataError(
            f"{printable(path)}: expected 0 or 1 in the third column of {part}_points (pen lifted)"
        )
