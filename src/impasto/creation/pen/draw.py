"""The verb `create_draw`: new drawings by a network, as real strokes."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import SupportsIndex, TypeVar

import numpy as np
from jaxtyping import Float
from torch import Tensor

from impasto.creation.pen.begun import Begun, Given, begun, going_on
from impasto.creation.pen.between import idea_of, ideas_between
from impasto.creation.pen.pens import Known, known
from impasto.creation.pen.sampling import Begin, chance, drawn, from_idea
from impasto.creation.pen.settings import STEADY, DrawSettings
from impasto.data.paper import Line, lines_of
from impasto.data.strokes import Drawing
from impasto.errors import SettingsError
from impasto.networks.pen import ON
from impasto.progress import OnStep, Step
from impasto.settings import checked, within

SIZE = 100.0
"""How long the longer side of a new drawing is, about."""

MOST = 10_000
"""Drawings that are made in one go, at most."""

LIKE = "omniglot"

End = TypeVar("End")


@dataclass(frozen=True, eq=False)
class Asked:
    """What shall be drawn.

    Attributes:
        known: By which pen.
        seeds: Of each drawing.
        settings: How.
        begin: What each of them begins with.
        between: Two drawings, between which they lie.
    """

    known: Known
    seeds: tuple[int, ...]
    settings: DrawSettings = field(default_factory=DrawSettings)
    begin: Begun | None = None
    between: tuple[Begun, Begun] | None = None

    @property
    def temperature(self) -> float:
        """How free the hand is."""
        return self.settings.freedom(usual=STEADY) if self.between else self.settings.freedom()


@dataclass(frozen=True, eq=False)
class Made:
    """A new drawing.

    Attributes:
        seed: Where its chance began.
        drawing: Its steps.
        lines: Its strokes, where they lie.
    """

    seed: int
    drawing: Drawing
    lines: tuple[Line, ...]


def create_draw(
    like: str | os.PathLike[str] = LIKE,
    *,
    begin: Given | None = None,
    between: tuple[Given, Given] | None = None,
    steps: int = 8,
    count: int = 1,
    temperature: float | None = None,
    points: int = 150,
    seed: int = 1,
    on_step: OnStep | None = None,
) -> list[Drawing]:
    """Draw something new, as strokes.

    Args:
        like: What the pen has learned from: ``"omniglot"``, or the folder of a run of your own.
        begin: A drawing to complete, an SVG or strokes; it stays as it is, point by point.
        between: Two drawings; what is drawn goes from one to the other.
        steps: How many drawings lie between them, both ends counted.
        count: Drawings, with the seeds `seed`, `seed` + 1 and so on.
        temperature: How free the hand is, 0.01 to 2; 0.65 unless given, 0.2 between two drawings.
        points: After how many points a drawing ends in any case; what was begun doesn't count.
        seed: Where chance begins; the same seed, the same drawing, whatever is drawn beside it.
        on_step: Told of each drawing; returning True stops, and what is finished comes back.

    Returns:
        Stroke-3: a row a point, the way across and down from the point before, and 1 where the pen
        is lifted after it. The first row says where the drawing begins. A new drawing has a longer
        side of about 100, in whole numbers if those learned from had such; one that was begun keeps
        its units.

    Raises:
        SettingsError: If a value is out of its range, or no pen draws like that.
        DataError: If a drawing can't be read, draws nothing, or holds NaN.
        WeightsError: If the weights of a run are damaged.
        TrainingError: If the run is of something else.
    """
    settings = checked(DrawSettings, {"temperature": temperature, "points": points})
    seeds = seeds_from(seed, count, steps=None if between is None else steps)
    asked = Asked(known(like), seeds, settings, *taken(begin, between))
    return [made.drawing for made in draw(asked, on_step)]


def taken(
    begin: Given | None, between: tuple[Given, Given] | None
) -> tuple[Begun | None, tuple[Begun, Begun] | None]:
    """Read the drawings to begin with, or to go between.

    Raises:
        SettingsError: If both are given, or there are not two to go between.
        DataError: If one can't be used.
    """
    if begin is not None and between is not None:
        raise SettingsError("a drawing is completed, or lies between two others: choose one")
    if between is None:
        return (None if begin is None else begun(begin)), None
    first, last = ends_of(between)
    return None, (begun(first), begun(last))


def ends_of(between: Sequence[End]) -> tuple[End, End]:
    """Let two drawings pass, between which others shall lie.

    Raises:
        SettingsError: If there are fewer or more.
    """
    many = len(between) if isinstance(between, tuple | list) else 1
    if many != 2:
        raise SettingsError(f"expected two drawings to go between, got {many}")
    return between[0], between[1]


def seeds_from(
    seed: SupportsIndex, count: SupportsIndex, *, steps: SupportsIndex | None = None
) -> tuple[int, ...]:
    """The seed of each drawing; those between two others share one, so that chance does not leap.

    Raises:
        SettingsError: If there are none or too many, or one is out of range or no whole number.
    """
    count = within("count", count, 1, MOST)
    seed = within("seed", seed, 0, 2**63 - 1 - count)
    if steps is None:
        return tuple(range(seed, seed + count))
    if count != 1:
        raise SettingsError("between two drawings steps are counted: leave out the count")
    return (seed,) * within("steps", steps, 2, MOST)


def draw(asked: Asked, on_step: OnStep | None = None) -> list[Made]:
    """Draw what is asked for; when the work is stopped, what is finished by then, in its order."""
    notes: dict[int, _Note] = {}
    found: dict[int, Made] = {}
    begins = _begins(asked, notes)
    for number, rows in drawn(asked.known.pen, begins, asked.temperature):
        found[number] = _made(asked, asked.seeds[number], rows, notes.pop(number))
        step = Step(len(found), len(asked.seeds), label=f"seed {asked.seeds[number]}")
        if on_step is not None and on_step(step) is True:
            break
    return [found[number] for number in sorted(found)]


@dataclass(frozen=True)
class _Note:
    """What must be known of a drawing when it is finished.

    Attributes:
        unit: How large the network's unit is in the drawing's own.
        on: The pen goes on from where what was begun ends.
    """

    unit: float
    on: bool = False


def _begins(asked: Asked, notes: dict[int, _Note]) -> Iterator[Begin]:
    """Say where each drawing begins, and note what must be known of it at its end."""
    pen = asked.known.pen
    ideas = []
    if asked.between:
        first, last = (idea_of(pen, given) for given in asked.between)
        ideas = ideas_between(first, last, len(asked.seeds))
    for number, seed in enumerate(asked.seeds):
        luck = chance(pen, seed, asked.settings.points)
        if asked.begin:
            begin, unit = going_on(pen, asked.begin, luck, asked.temperature)
            notes[number] = _Note(unit, on=begin.row[2].item() == ON)
            yield begin
        else:
            notes[number] = _Note(SIZE * float(pen.scale))
            yield from_idea(pen, ideas[number] if ideas else luck.idea, luck)


def _made(asked: Asked, seed: int, rows: Float[Tensor, "t 3"], note: _Note) -> Made:
    """Turn what the network drew into strokes; the last one ends where it ends."""
    lifted = (rows[:, 2] != ON).numpy().astype(np.float64)
    lifted[-1] = 1
    steps = rows[:, :2].numpy().astype(np.float64) * note.unit
    if asked.begin is not None:
        return _continued(asked.begin, seed, steps, lifted, note)
    drawing = _drawing(steps.cumsum(0).round(0 if asked.known.whole else 2), lifted)
    return Made(seed, drawing, lines_of(drawing))


def _continued(
    given: Begun,
    seed: int,
    steps: Float[np.ndarray, "t 2"],
    lifted: Float[np.ndarray, " t"],
    note: _Note,
) -> Made:
    """Set new strokes behind those that were there, which stay as they are."""
    last = given.lines[-1][-1]
    digits = 3 - math.floor(math.log10(note.unit))
    places = (last + steps.cumsum(0)).round(min(12, max(0, digits)))
    behind = np.vstack([last, places])
    before = given.drawing.copy()
    before[-1, 2] = 0 if note.on else 1
    drawing = np.concatenate([before, _drawing(behind, np.append(0, lifted))[1:]])
    ends = np.flatnonzero(lifted) + 1
    lines = [part for part in np.split(places, ends) if len(part)]
    if note.on:
        lines[0] = np.vstack([last, lines[0]])
    return Made(seed, drawing, (*given.lines, *lines))


def _drawing(places: Float[np.ndarray, "t 2"], lifted: Float[np.ndarray, " t"]) -> Drawing:
    """Write places as steps from one to the next; the first is where the drawing begins."""
    steps = np.diff(places, axis=0, prepend=np.zeros((1, 2)))
    return np.column_stack([steps, lifted])
