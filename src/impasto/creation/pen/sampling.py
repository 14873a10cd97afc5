"""Letting a pen draw: point after point, many drawings at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from impasto.losses.drawing import expected
from impasto.networks.pen import DONE, START, Pen

AT_ONCE = 32
"""Drawings that are drawn together, always as many: the same seed, the same drawing, whatever is
drawn beside it."""

CHANCES = 4
"""Random numbers for each point: two choices, two ways."""


class Chance(NamedTuple):
    """All that is left to chance in one drawing.

    Attributes:
        idea: Where its idea lies, if nothing else says so.
        choices: For each point: which Gaussian, and whether the pen is lifted; 0..1.
        ways: For each point: how far it lies from the middle of the Gaussian.
        generator: For whatever else there is.
    """

    idea: Float[Tensor, "1 z"]
    choices: Float[Tensor, "t 2"]
    ways: Float[Tensor, "t 2"]
    generator: torch.Generator


@dataclass(frozen=True, eq=False)
class Begin:
    """Where a pen begins or goes on.

    Attributes:
        idea: What it is drawing.
        hidden: What it has in mind.
        cell: The same, the part that stays longer.
        row: The point before, as the network takes it.
        chance: What decides the rest, for each point that may be drawn.
    """

    idea: Float[Tensor, "1 z"]
    hidden: Float[Tensor, "1 1 h"]
    cell: Float[Tensor, "1 1 h"]
    row: Float[Tensor, "3"]
    chance: Chance


@torch.no_grad()
def chance(pen: Pen, seed: int, most: int) -> Chance:
    """Draw all random numbers of a drawing, so that nothing beside it can change them."""
    generator = torch.Generator().manual_seed(seed)
    idea = pen.imagine(torch.randn(1, pen.ideas, generator=generator))
    choices = torch.rand(most, 2, generator=generator)
    return Chance(idea, choices, torch.randn(most, 2, generator=generator), generator)


@torch.no_grad()
def from_idea(pen: Pen, idea: Float[Tensor, "1 z"], luck: Chance) -> Begin:
    """Begin a drawing with nothing but an idea."""
    hidden, cell = pen.recall(idea)
    row = torch.tensor([0.0, 0.0, START])
    return Begin(idea, hidden, cell, row, luck)


@torch.no_grad()
def drawn(
    pen: Pen, begins: Iterable[Begin], temperature: float
) -> Iterator[tuple[int, Float[Tensor, "t 3"]]]:
    """Draw until each drawing is done.

    Args:
        pen: Set for use.
        begins: Where each begins; a place that becomes free is taken by the next.
        temperature: How free the hand is.

    Yields:
        The number of a drawing, and its points in the network's units; those that are finished
        first come first.

    Notes:
        Ha, Eck 2017, eq. 8, arXiv:1704.03477, for the temperature.
    """
    rest, table = enumerate(begins), _Table(pen)
    while True:
        for place in table.free():
            if (begin := next(rest, None)) is not None:
                table.seat(place, *begin)
        if not table.seated:
            return
        yield from table.step(temperature)


class _Table:
    """Places for drawings; all pens move together, and at a free place for nothing."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.hidden, self.cell = torch.zeros(2, 1, AT_ONCE, pen.memory.hidden_size).unbind()
        self.ideas, self.rows = torch.zeros(AT_ONCE, pen.ideas), torch.zeros(AT_ONCE, 1, 3)
        self.luck = torch.zeros(AT_ONCE, CHANCES)
        self.seated: dict[int, _Seat] = {}

    def free(self) -> list[int]:
        """Places where nobody draws."""
        return [place for place in range(AT_ONCE) if place not in self.seated]

    def seat(self, place: int, number: int, begin: Begin) -> None:
        """Begin a drawing at a place."""
        self.hidden[:, place], self.cell[:, place] = begin.hidden[:, 0], begin.cell[:, 0]
        self.ideas[place], self.rows[place, 0] = begin.idea[0], begin.row
        luck = torch.cat([begin.chance.choices, begin.chance.ways], 1)
        self.seated[place] = _Seat(number, luck.unbind(), [])

    def step(self, temperature: float) -> Iterator[tuple[int, Float[Tensor, "t 3"]]]:
        """Draw one point everywhere; yields what is finished by it."""
        for place, seat in self.seated.items():
            self.luck[place] = seat.luck[len(seat.points)]
        first = self.rows[:, 0, 2] == START
        memory = (self.hidden, self.cell)
        told, (self.hidden, self.cell) = self.pen.draw(self.rows, self.ideas, memory)
        made = sampled(told[:, 0], self.luck, temperature)
        made[first, :2] = 0  # a drawing begins where it begins
        self.rows = made[:, None]
        done, points = (made[:, 2] == DONE).tolist(), made.unbind()
        for place, seat in list(self.seated.items()):
            seat.points.append(points[place])
            if done[place] or len(seat.points) == len(seat.luck):
                del self.seated[place]
                yield seat.number, torch.stack(seat.points)


class _Seat(NamedTuple):
    """A drawing that is being drawn: its number, what chance holds for each point, its points."""

    number: int
    luck: tuple[Float[Tensor, "4"], ...]
    points: list[Float[Tensor, "3"]]


def sampled(
    told: Float[Tensor, "b p"], luck: Float[Tensor, "b 4"], temperature: float
) -> Float[Tensor, "b 3"]:
    """Choose the next points among those that the pen expects."""
    seen, choices, ways = expected(told), luck[:, :2], luck[:, 2:]
    which = chosen(seen.weights / temperature, choices[:, 0])[:, None]
    mean, spread = (
        each.gather(1, which[..., None].expand(-1, 1, 2))[:, 0]
        for each in (seen.means, seen.spreads.exp())
    )
    slant = seen.slant.gather(1, which)[:, 0]
    across, down = ways.unbind(1)
    leaning = torch.stack([across, slant * across + (1 - slant**2).sqrt() * down], 1)
    steps = mean + temperature**0.5 * spread * leaning
    state = chosen(seen.states / temperature, choices[:, 1])
    return torch.cat([steps, state[:, None].to(steps)], 1)


def chosen(logs: Float[Tensor, "b m"], luck: Float[Tensor, " b"]) -> Int[Tensor, " b"]:
    """Choose one of several by how likely each is."""
    below = torch.softmax(logs, 1).cumsum(1) < luck[:, None]
    return below.sum(1).clamp(max=logs.shape[1] - 1)
