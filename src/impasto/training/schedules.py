"""Schedules: how large a stroke the optimizer may take, from the first step to the last."""

import math
from collections.abc import Callable

Schedule = Callable[[float, int, int, int, float], float]
"""Called with the highest rate, the step counted from zero, the steps in all, those of the warmup,
and the share of the steps, the last ones, over which the rate falls; returns the step's rate."""

FIRST, LAST = 25.0, 1e4
"""How much smaller than the highest rate one-cycle begins, and how much smaller than that it ends.
"""


def constant(peak: float, step: int, steps: int, warmup: int, decay: float) -> float:  # noqa: ARG001
    """Keep the rate as it is, from the first step to the last."""
    return peak


def linear(peak: float, step: int, steps: int, warmup: int, decay: float) -> float:
    """Go up, level, and down along straight lines."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fall = min(1.0, (steps - step) / max(1.0, decay * steps))
    return peak * rise * fall


def square(peak: float, step: int, steps: int, warmup: int, decay: float) -> float:
    """Go up and level along straight lines, and down along a parabola, which stays low for long."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fall = min(1.0, (steps - step) / max(1.0, decay * steps))
    return peak * rise * fall**2


def cosine(peak: float, step: int, steps: int, warmup: int, decay: float) -> float:  # noqa: ARG001
    """Go up along a straight line, and down along half a wave.

    Notes:
        Loshchilov, Hutter 2016, eq. 5, arXiv:1608.03983. Differs: there is a warmup, and no
        restart.
    """
    if step < warmup:
        return peak * (step + 1) / warmup
    return _wave(peak, 0.0, (step - warmup) / max(1, steps - warmup))


def one_cycle(peak: float, step: int, steps: int, warmup: int, decay: float) -> float:  # noqa: ARG001
    """Rise along half a wave for three tenths of the steps, and fall to next to nothing.

    Notes:
        Smith, Topin 2017, arXiv:1708.07120; the numbers are those of PyTorch's `OneCycleLR`.
        Differs: the momentum stays as it is.
    """
    top = 0.3 * steps - 1
    if step <= top:
        return _wave(peak / FIRST, peak, step / top)
    return _wave(peak, peak / FIRST / LAST, (step - top) / max(1.0, steps - 1 - top))


def _wave(begin: float, end: float, part: float) -> float:
    """Go from one rate to another along half a wave; `part` is in 0..1."""
    return end + (begin - end) * (1 + math.cos(math.pi * part)) / 2


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "linear": linear,
    "square": square,
    "cosine": cosine,
    "one-cycle": one_cycle,
}
"""Every schedule by its name."""
