"""Teaching a pen to draw like drawings of any kind."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from jaxtyping import Float, Int64
from safetensors.torch import save
from torch import Tensor

from impasto.creation.pen.pens import FACTS, IDEAS, WHOLE, known
from impasto.data.sketches import Sketches
from impasto.data.strokes import Drawing, deviation, pad, tidied
from impasto.losses.drawing import divergence, drawing_loss
from impasto.networks.pen import TOLERANCE, Pen, ended
from impasto.picture.files import replace_atomically
from impasto.progress import OnStep
from impasto.training.claim import Claim
from impasto.training.loop import Losses, Plan, Trained, Until, fit

_SHOWN = 500  # drawings by whose ideas a pen that is still learning is looked at


@dataclass(frozen=True)
class Sizes:
    """How large the network is; see `Pen`."""

    ideas: int = 64
    reading: int = 128
    drawing: int = 384
    mixtures: int = 20


@dataclass(frozen=True)
class Lesson:
    """Everything that decides what a pen becomes.

    Attributes:
        plan: Rates, averaging and so on.
        sizes: Of the network.
        dropout: Share of what the decoder tells that is left out at each step, 0..1.
        batch: Drawings in a step.
        most: Points after which a drawing is cut off.
        alike: Drawings of like length among which those of a step are drawn.
        tolerance: How closely drawings are followed, as a share of their longer side.
        stretch: How much larger or smaller a drawing may become, each way apart.
        weight: Of what ideas say, at the end: less, and they say more, but those drawn at random
            are less like those of drawings.
        first: Of what ideas say, at the beginning, as a share of that.
        fade: By how much the difference shrinks each step.
        least: Nats that an idea may say for nothing.

    Notes:
        Ha, Eck 2017, section 3.3, arXiv:1704.03477.
    """

    plan: Plan = field(
        default_factory=lambda: Plan(
            steps=12_000, rate=1e-3, decay=0.6, average=0.999, clip=1.0, validate=500
        )
    )
    sizes: Sizes = Sizes()
    dropout: float = 0.1
    batch: int = 128
    most: int = 100
    alike: int = 1024
    tolerance: float = TOLERANCE
    stretch: float = 0.15
    weight: float = 0.75
    first: float = 0.01
    fade: float = 0.9995
    least: float = 12.8

    def weight_at(self, step: int) -> float:
        """What ideas cost at a step, for each nat: little at first, else they never say a thing."""
        return self.weight * (1 - (1 - self.first) * self.fade**step)

    def tidied(self, drawings: Sequence[Drawing]) -> list[Drawing]:
        """Bring drawings to one size, and leave out the points that show nothing."""
        return [tidied(drawing, tolerance=self.tolerance) for drawing in drawings]


def teach(
    sketches: Sketches,
    folder: Path,
    *,
    lesson: Lesson,
    until: Until | None = None,
    looked: Callable[[Pen], object] | None = None,
    on_step: OnStep | None = None,
    claim: Claim | None = None,
) -> Trained[Pen]:
    """Teach a pen to draw like some drawings, or go on where the folder's training stopped.

    Args:
        sketches: What to draw like.
        folder: Where the run is kept; `impasto.creation.pen.pens.known` takes it.
        lesson: How.
        until: What ends it before the plan's steps are done.
        looked: Handed a copy of the pen, ready to draw, wherever it is validated.
        on_step: Told of each step; returning True ends it with what is learned kept.
        claim: As for `impasto.training.loop.fit`.

    Raises:
        TrainingError: As `impasto.training.loop.fit` does.
        OutputError: As `impasto.training.loop.fit` does.
    """
    learned, judged = lesson.tidied(sketches.train), lesson.tidied(sketches.valid)
    with torch.random.fork_rng([]):
        torch.manual_seed(lesson.plan.seed)
        pen = Pen(**asdict(lesson.sizes), dropout=lesson.dropout)
    pen.scale.fill_(deviation(learned))
    folder.mkdir(parents=True, exist_ok=True)
    shown_by = learned[:: 1 + len(learned) // _SHOWN]

    def validate(shown: Pen) -> dict[str, float]:
        found = measured(shown, judged, most=lesson.most)
        if looked is not None and math.isfinite(found["loss"]):
            looked(fitted(shown, shown_by, most=lesson.most))
        return found

    trained = fit(
        pen,
        Task(lesson, learned, float(pen.scale)),
        lesson.plan,
        folder,
        until=until,
        validate=validate,
        facts={FACTS: asdict(lesson.sizes), WHOLE: is_whole(sketches.train)},
        on_step=on_step,
        claim=claim,
    )
    settle(folder, learned, most=lesson.most)
    return trained


def settle(folder: Path, drawings: Sequence[Drawing], *, most: int) -> None:
    """Note how the ideas of drawings lie, so that new ones lie alike.

    Args:
        folder: Of a run; `IDEAS` is written into it.
        drawings: Tidied.
        most: Points after which a drawing is cut off.
    """
    pen = known(folder.resolve()).pen  # a bare name could be that of a pen that ships
    usual, reach = spread_of(pen, drawings, most=most)
    with replace_atomically(folder / IDEAS, force=True) as aside:
        aside.write_bytes(save({"usual": usual, "reach": reach}))


def fitted(pen: Pen, drawings: Sequence[Drawing], *, most: int) -> Pen:
    """Copy a pen, with new ideas that lie as those of drawings do; see `settle`."""
    ready = copy.deepcopy(pen)
    ready.usual, ready.reach = spread_of(ready, drawings, most=most)
    return ready


@torch.no_grad()
def spread_of(
    pen: Pen, drawings: Sequence[Drawing], *, most: int, batch: int = 250
) -> tuple[Float[Tensor, " z"], Float[Tensor, "z z"]]:
    """Fit a Gaussian to the ideas of drawings: its mean, and a root of its covariance."""
    ordered, seen = sorted(drawings, key=len), []
    for first in range(0, len(ordered), batch):
        rows, lengths = pad(ordered[first : first + batch], most, scale=float(pen.scale))
        seen.append(pen.read(ended(rows, lengths), lengths))
    middles, spreads = (torch.cat(each).double() for each in zip(*seen, strict=True))
    covariance = torch.cov(middles.T, correction=0) + torch.diag(spreads.exp().mean(0))
    return middles.mean(0).float(), torch.linalg.cholesky(covariance).float().contiguous()


def is_whole(drawings: Sequence[Drawing]) -> bool:
    """Tell whether drawings lie on whole numbers, as a mouse gives them."""
    return all(bool((drawing == drawing.round()).all()) for drawing in drawings)


class Task:
    """The loss of a pen on random drawings.

    Args:
        lesson: How to learn.
        drawings: Tidied.
        scale: What steps are divided by.
    """

    def __init__(self, lesson: Lesson, drawings: Sequence[Drawing], scale: float) -> None:
        self.lesson, self.scale = lesson, scale
        self.drawings = sorted(drawings, key=len)
        self.points = sum(min(len(d), lesson.most) for d in drawings) / len(drawings)

    def __call__(self, pen: Pen, step: int, generator: torch.Generator) -> Losses:
        """Draw a batch again and weigh it, in nats a point."""
        rows, lengths = self.draw(generator)
        told, middle, spread = pen(rows, lengths, generator)
        steps, states = drawing_loss(told, rows, lengths)
        ideas = divergence(middle, spread).mean().clamp(min=self.lesson.least)
        weight = self.lesson.weight_at(step)
        return {
            "steps": steps.mean() / self.points,
            "states": states.mean() / self.points,
            "ideas": weight * ideas / self.points,
        }

    def draw(
        self, generator: torch.Generator
    ) -> tuple[Float[Tensor, "b t 3"], Int64[Tensor, " b"]]:
        """Take drawings of like length, so that little is filled up; each is taken as often."""
        block = min(self.lesson.alike, len(self.drawings))
        blocks = -(-len(self.drawings) // block)
        first = block * int(torch.randint(blocks, (), generator=generator))
        first = min(first, len(self.drawings) - block)
        chosen = torch.randperm(block, generator=generator)[: self.lesson.batch] + first
        picked = [self.drawings[i] for i in chosen.tolist()]
        rows, lengths = pad(picked, self.lesson.most, scale=self.scale)
        chance = torch.rand(len(rows), 1, 2, generator=generator)
        rows[..., :2] *= 1 + self.lesson.stretch * (2 * chance - 1)
        return ended(rows, lengths), lengths


@torch.no_grad()
def measured(
    pen: Pen, drawings: Sequence[Drawing], *, most: int, seed: int = 0, batch: int = 250
) -> dict[str, float]:
    """Measure how little a pen expected drawings; less is better.

    Args:
        pen: Set for use.
        drawings: Tidied.
        most: Points after which a drawing is cut off.
        seed: Of how far ideas lie from their middle.
        batch: Drawings read at a time.

    Returns:
        Nats a point: ``loss``, an upper bound, of which ``ideas`` is what ideas say, ``steps`` is
        where the pen goes, and ``states`` whether it is lifted.
    """
    generator, ordered = torch.Generator().manual_seed(seed), sorted(drawings, key=len)
    sums, points = torch.zeros(3, dtype=torch.float64), 0
    for first in range(0, len(ordered), batch):
        rows, lengths = pad(ordered[first : first + batch], most, scale=float(pen.scale))
        rows = ended(rows, lengths)
        told, middle, spread = pen(rows, lengths, generator)
        parts = (*drawing_loss(told, rows, lengths), divergence(middle, spread))
        sums += torch.stack([part.double().sum() for part in parts])
        points += int(lengths.sum())
    steps, states, ideas = (sums / points).tolist()
    return {"loss": steps + states + ideas, "steps": steps, "states": states, "ideas": ideas}
