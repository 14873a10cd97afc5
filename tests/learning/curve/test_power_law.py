"""The law through errors."""

import numpy as np
import pytest

from impasto.learning.curve.power_law import fit_many, fit_power_law


@pytest.mark.parametrize(("floor", "steep", "exponent"), [(0.1, 0.2, 0.5), (0, 0.3, 1.0)])
def test_a_power_law_is_found_again(floor: float, steep: float, exponent: float) -> None:
    sizes = np.array([100.0, 200, 400, 800])
    law = fit_power_law(sizes, floor + steep * (sizes / 800) ** -exponent)
    assert (law.floor, law.steepness, law.exponent) == pytest.approx((floor, steep, exponent))
    assert law.of(1600) == pytest.approx(floor + steep * 2**-exponent)


def test_a_power_law_never_goes_below_zero_and_may_rise() -> None:
    shares = np.array([0.25, 0.5, 1.0])
    floors, steeps, _ = fit_many(shares, np.array([[0.5, 0.3, 0.0], [0.1, 0.2, 0.3]]))
    assert floors[0] == 0
    assert steeps[0] > 0
    assert steeps[1] < 0
