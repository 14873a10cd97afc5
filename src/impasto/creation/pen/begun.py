"""Drawings that somebody began: what they may become, and drawing on."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from impasto.creation.pen.sampling import Begin, Chance, chosen
from impasto.data.paper import Line, lines_of
from impasto.data.strokes import Drawing, tidied
from impasto.data.svg import read_strokes, stroke3
from impasto.errors import DataError
from impasto.losses.drawing import expected, surprise
from impasto.networks.pen import DONE, LIFTED, ON, TOLERANCE, Pen, start

THOUGHTS = 64
"""Ideas that are weighed before the pen goes on."""

SHARES = (0.45, 1.0)
"""How large what was begun may be within the whole: its longer side, as a share."""

Given = (
    str
    | os.PathLike[str]
    | Shaped[np.ndarray, "..."]
    | Shaped[Tensor, "..."]
    | Sequence[Sequence[float]]
)
"""An SVG, or strokes: rows of the way across, the way down, and whether the pen is lifted."""

_LONGEST = 600  # points that are read before the pen goes on, after those that show nothing


@dataclass(frozen=True, eq=False)
class Begun:
    """A drawing that somebody began.

    Attributes:
        lines: Its strokes, where they lie.
        drawing: The same as steps.
        on: The pen is still on the paper; None if nobody knows.
    """

    lines: tuple[Line, ...]
    drawing: Drawing
    on: bool | None

    @property
    def size(self) -> float:
        """Its longer side; 1 for a dot."""
        points = np.concatenate(self.lines)
        return float(np.ptp(points, axis=0).max()) or 1.0


def begun(given: Given) -> Begun:
    """Read a drawing that somebody began.

    Args:
        given: An SVG, or strokes: whether the pen is lifted at their end counts there.

    Raises:
        DataError: If it can't be read, draws nothing, or its numbers are no strokes.
    """
    if not isinstance(given, str | os.PathLike):
        drawing = checked_strokes(_numbers(given))
        return Begun(lines_of(drawing), drawing, on=bool(drawing[-1, 2] == 0))
    strokes = read_strokes(os.fspath(given))
    lines = tuple(np.array([(p.real, p.imag) for p in stroke]) for stroke in strokes)
    drawing = stroke3(strokes).astype(np.float64)
    drawing[0, :2] = lines[0][0]
    return Begun(lines, drawing, on=None)


def _numbers(given: object) -> Shaped[np.ndarray, "..."]:
    try:
        return given.numpy(force=True) if isinstance(given, Tensor) else np.asarray(given)
    except (TypeError, ValueError) as error:  # rows of several lengths, bfloat16
        raise DataError(
            "expected an SVG, or strokes as rows of three numbers (across, down, pen lifted)"
        ) from error


def checked_strokes(given: Shaped[np.ndarray, "..."]) -> Drawing:
    """Let strokes pass that can be drawn, in float64.

    Raises:
        DataError: If they are none, hold NaN, or anything but 0 and 1 for a lifted pen.
    """
    if given.ndim != 2 or given.shape[1] != 3 or given.dtype.kind not in "biuf" or not len(given):
        raise DataError(
            "expected an SVG, or strokes as rows of three numbers (across, down, pen lifted), got "
            f"{given.shape} of {given.dtype}"
        )
    drawing = given.astype(np.float64)
    if not np.isfinite(drawing).all():
        raise DataError("the strokes hold NaN or infinity; mend them")
    if not np.isin(drawing[:, 2], (0, 1)).all():
        raise DataError("expected 0 or 1 in the third column of strokes (pen lifted)")
    if np.abs(drawing[:, :2].cumsum(0)).max() > 1e9:
        raise DataError("expected strokes within a billion units; make them smaller")
    return drawing


@torch.no_grad()
def going_on(pen: Pen, given: Begun, luck: Chance, temperature: float) -> tuple[Begin, float]:
    """Find an idea that what was begun could be the beginning of, and begin there.

    Half of the ideas that are weighed are like what was begun, the other half are like anything;
    each comes with a size that the whole could have. One is chosen by how well it explains what is
    there and that it isn't done.

    Returns:
        Where the pen goes on, and how large the network's unit is in the drawing's own.

    Notes:
        Importance sampling from the posterior (Rubin 1987). Ha, Eck 2017, section 4.4,
        arXiv:1704.03477, complete with a decoder that has no ideas.
    """
    rows = torch.from_numpy(tidied(given.drawing, tolerance=TOLERANCE / SHARES[0])[-_LONGEST:])
    ideas, doubt, shares = _thoughts(pen, rows, luck)
    sized = rows.expand(THOUGHTS, -1, -1).clone()
    sized[..., :2] *= (shares / pen.scale)[:, None, None]
    before = torch.cat([start(THOUGHTS), sized[:, :-1]], 1)
    told, memory = pen.draw(before, ideas, pen.recall(ideas))
    fits = _fits(told, sized) + 2 * (len(rows) - 1) * shares.log() - doubt
    best = int(chosen(fits[None], torch.rand(1, generator=luck.generator))[0])
    state = _state(given, told[best, -1], luck, temperature)
    row = torch.cat([sized[best, -1, :2], torch.tensor([float(state)])])
    hidden, cell = (part[:, best : best + 1] for part in memory)
    begin = Begin(ideas[best : best + 1], hidden, cell, row, luck)
    return begin, given.size * float(pen.scale / shares[best])


def _thoughts(
    pen: Pen, rows: Float[Tensor, "t 3"], luck: Chance
) -> tuple[Float[Tensor, "k z"], Float[Tensor, " k"], Float[Tensor, " k"]]:
    """Think of ideas and of sizes; also says how much likelier an idea is here than anywhere."""
    low, high = SHARES
    shares = low * (high / low) ** torch.rand(THOUGHTS, generator=luck.generator)
    sized = rows[None].clone()
    sized[..., :2] /= pen.scale
    middle, spread = pen.read(sized, torch.tensor([len(rows)]))
    noise = torch.randn(THOUGHTS, pen.ideas, generator=luck.generator)
    near = torch.arange(THOUGHTS) % 2 == 0
    alike = middle + torch.exp(spread / 2) * noise
    ideas = torch.where(near[:, None], alike, pen.imagine(noise))
    anywhere = pen.commonness(ideas)
    here = -0.5 * ((ideas - middle) ** 2 / spread.exp() + spread).sum(1)
    doubt = torch.logaddexp(anywhere, here) - anywhere
    return ideas, doubt, shares


def _fits(told: Float[Tensor, "k t p"], rows: Float[Tensor, "k t 3"]) -> Float[Tensor, " k"]:
    """Measure how well each idea explains what is there, and that it isn't done."""
    seen = expected(told)
    steps = -surprise(seen, rows[..., :2])[:, 1:].sum(1)
    states = seen.states.gather(2, rows[..., 2:].long())[:, :-1, 0].sum(1)
    undone = torch.log1p(-seen.states[:, -1, DONE].exp().clamp(max=1 - 1e-6))
    return steps + states + undone


def _state(given: Begun, told: Float[Tensor, " p"], luck: Chance, temperature: float) -> int:
    """Say whether the pen goes on from where it is; where nobody knows, the network does."""
    if given.on is not None:
        return ON if given.on else LIFTED
    likely = expected(told).states[None, :DONE] / temperature
    return int(chosen(likely, torch.rand(1, generator=luck.generator))[0])
