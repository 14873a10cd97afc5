"""What a curve says of more works."""

import pytest

from impasto.learning.curve.power_law import PowerLaw
from impasto.learning.curve.record import Curve, Point
from impasto.metrics.intervals import Estimate


def curve(
    gain: tuple[float, float, float], *, poor: bool = False, metric: str = "accuracy"
) -> Curve:
    point = Point(1.0, 100.0, Estimate(0.6, 0.5, 0.7), (0.6,))
    return Curve(metric, (point,), PowerLaw(0.1, 0.2, 0.5, 100.0), Estimate(*gain), poor, "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            curve((0.03, 0.005, 0.06)),
            "doubling the works would bring about +3.0 points of accuracy",
        ),
        (
            curve((-0.0004, -0.004, 0.0004)),
            "no gain is to be expected of twice the works: 0.0 points of accuracy [-0.4, 0.0]",
        ),
        (curve((0.001, -0.004, 0.006)), "no gain is to be expected of twice the works: +0.1"),
        (curve((0.03, -0.01, 0.06)), "it cannot be said whether more works would help: twice"),
        (
            curve((0.03, 0.01, 0.06), poor=True),
            "it cannot be said whether more works would help: no",
        ),
        (
            curve((3, 1, 5), metric="mae"),
            "doubling the works would bring about +3 less mae [+1, +5]",
        ),
    ],
)
def test_sentences(given: Curve, said: str) -> None:
    assert given.sentence.startswith(said)
