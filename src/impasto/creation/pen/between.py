"""From one drawing to another, by way of drawings that lie between them."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.creation.pen.begun import Begun
from impasto.data.strokes import tidied
from impasto.networks.pen import TOLERANCE, Pen, ended

_LONGEST = 600  # points of a drawing that are read

Idea = Float[Tensor, "1 z"]


@torch.no_grad()
def idea_of(pen: Pen, given: Begun) -> Idea:
    """Say in the pen's own numbers what a drawing is."""
    rows = torch.from_numpy(tidied(given.drawing, tolerance=TOLERANCE)[:_LONGEST])[None]
    rows[..., :2] /= pen.scale
    lengths = torch.tensor([rows.shape[1]])
    return pen.read(ended(rows, lengths), lengths)[0]


def ideas_between(first: Idea, last: Idea, steps: int) -> list[Idea]:
    """Go from one idea to another around the middle of all ideas, not through it.

    Args:
        first: Where to begin.
        last: Where to end.
        steps: How many ideas, both ends counted.

    Notes:
        White 2016, "Sampling Generative Networks", section 2.1, arXiv:1609.04468, here with the
        lengths going evenly from one to the other.
    """
    lengths = first.norm(), last.norm()
    begin, end = first / lengths[0].clamp(min=1e-9), last / lengths[1].clamp(min=1e-9)
    angle = torch.arccos((begin * end).sum().clamp(-1, 1))
    along = [n / max(1, steps - 1) for n in range(steps)]
    return [_turned(begin, end, angle, at) * torch.lerp(*lengths, at) for at in along]


def _turned(begin: Idea, end: Idea, angle: Tensor, at: float) -> Idea:
    if angle < 1e-3:
        return torch.lerp(begin, end, at)
    whole = torch.sin(angle)
    return (torch.sin((1 - at) * angle) * begin + torch.sin(at * angle) * end) / whole
