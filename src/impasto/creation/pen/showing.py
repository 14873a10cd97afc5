"""Drawings as pictures: painted with a round brush, and growing stroke by stroke."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from impasto.data.paper import Line, Paper
from impasto.report.sheet import INK, PAPER

SHARP = 2.0
"""Pixels for each unit of a sheet, at most; a single drawing has as many as a row of eight."""

LARGEST, MOVING = 24_000_000, 640_000
"""Pixels of a picture, and of one that moves."""

FRAMES, HELD = 48, 12
"""Pictures while it is drawn, and how often the last one is shown again."""

_FINE = 4  # cv2 takes places as whole sixteenths


def painted(paper: Paper, *, part: float = 1.0, largest: int = LARGEST) -> Float[Tensor, "1 3 h w"]:
    """Paint drawings.

    Args:
        paper: Where they lie.
        part: How much of each is drawn, 0..1.
        largest: Pixels at most.

    Returns:
        0..1, warm white with dark lines.
    """
    sharp = _sharpness(paper, largest)
    size = round(paper.height * sharp), round(paper.width * sharp)
    sheet = np.full((max(1, size[0]), max(1, size[1]), 3), PAPER, np.uint8)
    width = max(1, round(paper.ink * sharp - 0.6))  # soft edges add about so much
    for place in paper.places:
        shown = first_points(place.on_paper(), part)
        whole = [(line - (paper.left, paper.top)) * sharp * (1 << _FINE) for line in shown]
        for line in whole:
            points = line.round().astype(np.int32)
            cv2.polylines(sheet, [points], False, INK, width, cv2.LINE_AA, _FINE)
    return torch.from_numpy(sheet).permute(2, 0, 1)[None].float() / 255


def growing(paper: Paper) -> Iterator[Float[Tensor, "1 3 h w"]]:
    """Paint drawings as they are drawn, all at the same time, and let the whole stay a while."""
    for frame in range(1, FRAMES + 1):
        yield painted(paper, part=frame / FRAMES, largest=MOVING)
    for _ in range(HELD):
        yield painted(paper, largest=MOVING)


def first_points(lines: Sequence[Line], part: float) -> list[Line]:
    """Take the first points of a drawing, as they were drawn."""
    left = max(1, round(part * sum(map(len, lines))))
    shown = []
    for line in lines:
        if left > 0:
            shown.append(line[:left])
        left -= len(line)
    return shown


def _sharpness(paper: Paper, largest: int) -> float:
    """Choose how many pixels a unit has."""
    wanted = SHARP if len(paper.places) > 1 else SHARP * 400 / max(paper.width, paper.height)
    return float(min(wanted, (largest / (paper.width * paper.height)) ** 0.5))
