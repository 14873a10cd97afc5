"""How errors shrink as works are added: an inverse power law, and how far it can be trusted."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

EXPONENTS = np.linspace(0.05, 2.0, 40)
"""How fast errors shrink: 1 halves with twice the works what can be learned at all."""


@dataclass(frozen=True)
class PowerLaw:
    """Error of n works = floor + steepness · (n / unit) ^ -exponent.

    Attributes:
        floor: What no number of works brings below, 0 or more.
        steepness: What is above the floor with `unit` works; below 0 where works make it worse.
        exponent: How fast that shrinks.
        unit: Works of all, by which they are counted.
    """

    floor: float
    steepness: float
    exponent: float
    unit: float

    def of(self, works: float) -> float:
        """The error to be expected of so many works."""
        return float(self.floor + self.steepness * (works / self.unit) ** -self.exponent)


def fit_power_law(works: Float[np.ndarray, " s"], errors: Float[np.ndarray, " s"]) -> PowerLaw:
    """Lay a power law through errors.

    Args:
        works: How many were learned from, three or more different numbers.
        errors: What was measured then.
    """
    unit = float(works.max())
    floor, steep, exponent = fit_many(works / unit, errors[None])
    return PowerLaw(float(floor[0]), float(steep[0]), float(exponent[0]), unit)


def fit_many(
    shares: Float[np.ndarray, " s"], errors: Float[np.ndarray, "d s"]
) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, " d"], Float[np.ndarray, " d"]]:
    """Lay a power law through each row of errors by least squares.

    Args:
        shares: Of the works, the last 1.
        errors: A row a draw.

    Returns:
        Floors, steepnesses and exponents.

    Notes:
        POW3 of Viering, Loog 2021, The Shape of Learning Curves, arXiv:2103.10948; Hestness et al.
        2017, arXiv:1712.00409. The exponent is sought on a grid, the rest follows.
    """
    best = np.full(len(errors), np.inf)
    found = np.zeros((3, len(errors)))
    for exponent in EXPONENTS:
        falling = shares**-exponent
        floor, steep = _straight(falling, errors)
        off = np.square(errors - floor[:, None] - steep[:, None] * falling).sum(1)
        better = off < best - 1e-15
        best = np.where(better, off, best)
        found = np.where(better, np.stack([floor, steep, np.full_like(floor, exponent)]), found)
    return found[0], found[1], found[2]


def _straight(
    falling: Float[np.ndarray, " s"], errors: Float[np.ndarray, "d s"]
) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, " d"]]:
    """Lay a line through each row whose floor is not below 0."""
    centered = falling - falling.mean()
    steep = errors @ centered / (centered @ centered)
    floor = errors.mean(1) - steep * falling.mean()
    through_zero = errors @ falling / (falling @ falling)
    return np.where(floor < 0, 0.0, floor), np.where(floor < 0, through_zero, steep)
