"""The learning curve as a part of the report of a test."""

import math
from collections.abc import Iterator

import numpy as np

from impasto.learning.curve.record import Curve, Point
from impasto.report.charts import curves
from impasto.report.page import bullets, paragraph, table

TITLE = "Would more works help?"
"""The heading that these parts stand under."""

STEPS = 24
"""Points of a line that is drawn."""


def parts(curve: Curve) -> Iterator[str]:
    """Lay a learning curve out: what it says, drawn and in numbers."""
    yield paragraph(f"{curve.sentence[0].upper()}{curve.sentence[1:]}.")
    yield _chart(curve)
    yield _table(curve)
    if curve.notes:
        yield bullets(curve.notes)


def _chart(curve: Curve) -> str:
    measured = [(p.works, p.figure) for p in curve.points]
    series = {
        "measured": [(n, figure.value) for n, figure in measured],
        "from": [(n, figure.low) for n, figure in measured],
        "to": [(n, figure.high) for n, figure in measured],
        "power law": [(n, curve.at(n)) for n in _along(curve)],
    }
    return curves(series, title=f"{curve.metric} by works learned from", across="works")


def _along(curve: Curve) -> list[float]:
    """From the fewest works to twice as many as there are."""
    fewest, twice = curve.points[0].works, 2 * curve.points[-1].works
    return [float(n) for n in np.geomspace(fewest, twice, STEPS)]


def _table(curve: Curve) -> str:
    by = f", whole groups by {curve.grouped}" if curve.grouped else ""
    caption = f"Trained anew with a share of the works{by}; judged on the same works each time"
    head = ["works", curve.metric, "repetitions", "their deviation", "power law"]
    rows = [_row(curve, point) for point in curve.points]
    twice = 2 * curve.points[-1].works
    rows.append([f"{twice:,.0f}, if there were", "", "", "", f"{curve.at(twice):.3f}"])
    return table(head, rows, caption=caption)


def _row(curve: Curve, point: Point) -> list[str]:
    return [
        f"{point.works:,.0f}",
        str(point.figure),
        ", ".join(f"{value:.3f}" for value in point.each),
        f"{point.spread:.3f}" if math.isfinite(point.spread) else "",
        f"{curve.at(point.works):.3f}",
    ]
