"""When a generator has learned enough: nothing better comes, it copies, or it collapsed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from impasto.metrics.copying import SHARE
from impasto.training.plan import Plan
from impasto.training.stopping import Progress, Until

THIN = 0.5
"""Share of the works' variety below which pictures are taken for one and the same."""

IN_A_ROW = 3
"""Looks that must agree before a training is ended for copying or collapse."""

Row = Mapping[str, float]


@dataclass(frozen=True)
class Enough(Until):
    """Ends a training of a generator, and tells which of its checkpoints is the best.

    The best is the one with the least KID among those that don't copy.
    """

    def judge(self, found: Row, progress: Progress) -> bool:
        """Look at what a validation found; returns whether it is the best so far."""
        value, known = found["kid"], progress.best
        better = math.isfinite(value) and (known is None or value < known) and not copies(found)
        if better:
            progress.best, progress.best_step, progress.since = value, progress.step, 0
        else:
            progress.since += 1
        return better

    def reason(self, progress: Progress, plan: Plan) -> str:
        """Say why it ends here, in a sentence, or nothing if it goes on."""
        rows = [_plain(row) for row in progress.history[-IN_A_ROW:]]
        if len(rows) == IN_A_ROW and all(map(copies, rows)):
            return f"stopped: it copies; {_lately(progress)}"
        if collapsed([_plain(row) for row in progress.history]):
            return f"stopped: it collapsed, pictures resemble each other; {_lately(progress)}"
        if self.patience is not None and progress.since >= self.patience:
            return f"stopped: {progress.since} looks found nothing better; {_lately(progress)}"
        return super().reason(progress, plan)

    def _tired(self, progress: Progress, plan: Plan) -> str:
        """Patience was looked at already, and in other words."""
        del progress, plan
        return ""


def copies(row: Row) -> bool:
    """Tell whether more pictures are copies than chance would have it."""
    return row.get("copies_low", 0.0) > SHARE


def collapsed(rows: Sequence[Row]) -> bool:
    """Tell whether pictures were varied once, and have not been for the last looks."""
    if len(rows) <= IN_A_ROW:
        return False
    late, early = rows[-IN_A_ROW:], rows[:-IN_A_ROW]
    return all(thin(row) for row in late) and any(not thin(row) for row in early)


def thin(row: Row) -> bool:
    """Tell whether pictures resemble each other far more than works do."""
    return row.get("spread", 1.0) < THIN


def _plain(row: Row) -> dict[str, float]:
    """Name what a validation found as it was named there."""
    return {k.removeprefix("validation_"): v for k, v in row.items()}


def _lately(progress: Progress) -> str:
    if progress.best is None:
        return f"none of the looks until iteration {progress.step} is worth keeping"
    return f"the best is that of iteration {progress.best_step} (KID {progress.best:.3f})"
