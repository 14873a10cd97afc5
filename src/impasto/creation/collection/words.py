"""What was found, in words."""

from collections.abc import Mapping

from impasto.creation.collection.stopping import copies, thin
from impasto.metrics.copying import SHARE
from impasto.metrics.intervals import Estimate


def look_line(step: int, row: Mapping[str, float], *, best: int) -> str:
    """Say in one line what a look found, and call collapse and copying by their names.

    Args:
        step: Steps done.
        row: What the look found.
        best: Step of the best look so far; 0 if there is none.
    """
    figures = f"KID {row['kid']:.3f} [{row['kid_low']:.3f}, {row['kid_high']:.3f}]"
    said = f"step {step:,}: {figures}, copies {row['copies']:.1%}, variety {row['spread']:.0%}"
    alarms = []
    if copies(row):
        alarms.append("COPYING: more than chance are nearer to a work than real works are")
    if thin(row):
        alarms.append("little variety: pictures resemble each other; COLLAPSE, unless it is early")
    where = "the best so far" if best == step else f"the best was at {best:,}" if best else ""
    return "; ".join(filter(None, [said, where, *alarms]))


def copying_words(rate: Estimate) -> str:
    """Say whether it copies."""
    figure = f"{rate.value:.1%} [{rate.low:.1%}, {rate.high:.1%}]"
    told = (
        f"{figure} of its pictures are nearer to a work that it learned from than {1 - SHARE:.0%} "
        "of real works are that it never saw"
    )
    if rate.low > SHARE:
        return f"it copies: {told}, where chance alone makes {SHARE:.0%}"
    if rate.high <= SHARE:
        return f"it doesn't copy: {told}, less than real works by chance ({SHARE:.0%})"
    return f"no sign of copying: {told}, as of real works by chance ({SHARE:.0%})"


def variety_words(spread: float, recall: Estimate) -> str:
    """Say how varied its pictures are."""
    told = (
        f"its pictures differ from each other {spread:.0%} as much as works do, and reach "
        f"{recall.value:.0%} [{recall.low:.0%}, {recall.high:.0%}] of the works (recall)"
    )
    if spread < 0.5:
        return f"it collapsed, or learned too little yet: {told}"
    return told


def quality_words(kid: Estimate, floor: Estimate, precision: Estimate) -> str:
    """Say how good they are."""
    return (
        f"KID {kid.value:.3f} [{kid.low:.3f}, {kid.high:.3f}] to the works held out, by which the "
        "checkpoint was chosen, which flatters it a little; the works learned from have "
        f"{floor.value:.3f} [{floor.low:.3f}, {floor.high:.3f}]; "
        f"{precision.value:.0%} [{precision.low:.0%}, {precision.high:.0%}] lie among the works "
        "(precision)"
    )
