"""Making one picture, coarse to fine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.creation.patches import search
from impasto.creation.patches.bank import Bank, Eyes, eyes_for
from impasto.creation.patches.grid import Field, Grid
from impasto.creation.patches.pyramid import Scale, Size, enlarged, scales
from impasto.creation.patches.settings import LikeSettings
from impasto.device import keep_buffers
from impasto.picture import resize

NOISE = 0.75
"""Standard deviation of the noise that a picture begins with; GPNN's."""

DENSE = 20_000_000
"""Pairs of patches up to which all are compared; beyond, what the scale before found is refined."""

EVEN = 8_000_000
"""Pairs up to which patches are shared out evenly where the layout is decided: all are held. A long
frieze has more; there the nearest ones decide, in more turns."""

Pictures = Sequence[Float[Tensor, "1 3 _ _"]]


@dataclass(frozen=True)
class Pass:
    """What is done on one scale.

    Attributes:
        scale: How large everything is.
        grid: Where the patches of the new picture lie.
        search: Whether patches are shared out evenly, all of the sources is searched, or only near
            what was found before.
        turns: How often patches are sought and laid.
    """

    scale: Scale
    grid: Grid
    search: Literal["evenly", "everywhere", "nearby"]
    turns: int

    @property
    def sought(self) -> int:
        """Patches of the new picture."""
        return prod(self.grid.counts)

    @property
    def known(self) -> int:
        """Patches of the sources."""
        side = self.grid.patch - 1
        return sum((h - side) * (w - side) for h, w in self.scale.sources)

    @property
    def pairs(self) -> int:
        """Patches of both, each with each."""
        return self.sought * self.known


def passes(sources: Sequence[Size], made: Size, settings: LikeSettings) -> list[Pass]:
    """Plan what is done on each scale, the smallest first.

    More turns would look no better and copy larger pieces: patches settle into what lies together
    in the source.
    """
    found = scales(sources, made)
    smallest = min(min(size) for scale in found for size in (*scale.sources, scale.made))
    patch = min(settings.patch, smallest - 1 + smallest % 2)
    planned: list[Pass] = []
    for scale in found:
        grid = Grid(scale.made, patch, _stride(scale.made, patch), settings.tileable)
        planned.append(_with_search(Pass(scale, grid, "everywhere", turns=3), planned))
    return planned


def _with_search(trial: Pass, before: Sequence[Pass]) -> Pass:
    if not before:
        shared = trial.pairs <= EVEN
        return replace(trial, search="evenly" if shared else "everywhere", turns=4 if shared else 6)
    if before[-1].search == "nearby" or trial.pairs > DENSE:
        return replace(trial, search="nearby", turns=2)
    return trial


def make(
    sources: Pictures, planned: Sequence[Pass], freedom: float, generator: torch.Generator
) -> Iterator[Float[Tensor, "1 3 h w"]]:
    """Make a picture; what there is of it after each turn is handed over, the result last.

    Args:
        sources: Pictures whose patches it is made of; the layout begins with the first.
        planned: What is done on each scale.
        freedom: 1 begins with noise, 0 with the first source.
        generator: Where chance comes from.
    """
    keep_buffers()
    field: Field | None = None
    canvas, coarser = torch.empty(0), list[Tensor]()
    for plan in planned:
        shown = [resize(s, size=n) for s, n in zip(sources, plan.scale.sources, strict=True)]
        if field is None:
            canvas = _begun(shown, plan.scale.made, freedom, generator)
        canvas = enlarged(canvas, plan.scale.made, wrap=plan.grid.wrap)
        eyes = eyes_for(shown, plan.grid.patch, generator)
        looked_at = _as_soft(shown, coarser) if coarser else shown
        for _ in range(plan.turns):
            field = _sought(canvas, looked_at, eyes, plan, field)
            canvas, looked_at = (
                plan.grid.laid(field.numbers, Bank.of(shown, plan.grid.patch)),
                shown,
            )
            yield canvas
        coarser = shown


def _sought(
    canvas: Float[Tensor, "1 3 h w"], shown: Pictures, eyes: Eyes, plan: Pass, before: Field | None
) -> Field:
    """Find the source's patch for each of the new picture's."""
    bank = Bank.of(shown, plan.grid.patch)
    seen = eyes(plan.grid.padded(canvas), plan.grid.stride)
    known = torch.cat([eyes(source) for source in shown])
    if plan.search == "evenly":
        found = search.evenly(seen, known)
    elif plan.search == "everywhere" or before is None:
        found = search.everywhere(seen, known, scale=3 * plan.grid.patch**2)
    else:
        found = search.nearby(seen, known, before, plan.grid, bank)
    return Field(found, plan.grid, bank)


def _as_soft(shown: Pictures, coarser: Pictures) -> list[Float[Tensor, "1 3 _ _"]]:
    """The sources, as soft as the new picture is when it has just been enlarged."""
    return [resize(c, size=(s.shape[-2], s.shape[-1])) for c, s in zip(coarser, shown, strict=True)]


def _begun(
    shown: Pictures, size: Size, freedom: float, generator: torch.Generator
) -> Float[Tensor, "1 3 h w"]:
    """Begin with noise of the sources' mean color, and as much of the layout as is wanted."""
    mean = torch.cat([s.flatten(2) for s in shown], 2).mean(2)[..., None, None]
    layout = (1 - freedom) * (resize(shown[0], size=size) - mean)
    return mean + layout + freedom * NOISE * torch.randn(1, 3, *size, generator=generator)


def _stride(size: Size, patch: int) -> int:
    """How far patches lie apart: all of them where there are few, else each third."""
    widest = 1 if max(size) < 80 else 2 if max(size) < 160 else 3
    return min(widest, max(1, patch // 2))
