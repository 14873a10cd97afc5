"""How an automaton learns a texture: a pool of fields, each grown a little further every turn."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from impasto.creation.texture.lesson import Lesson, quartered
from impasto.networks.automaton import CELL, Automaton, awoken

POOL = 32
"""Fields that are kept; each turn takes four of them."""

SHORTEST, LONGEST = 4, 12
"""Steps of a turn: with more of them a turn teaches no more, and takes longer."""

RATE, BIAS_RATE, MOMENTUM = 0.01, 3e-3, 0.9
REST = 0.75
"""The share of the turns over which the rate falls to nothing."""

FRESH = 8
"""Every so many turns a field begins anew, and half of them later one loses a quarter."""

KEPT = 0.98
"""The share of the averaged weights that a turn leaves: turns swing about what is learned."""

BOUND = 2.0
"""Cells are cut off there when they are put back, and pay from 1 on."""

TRIALS, EVERY = (192, 384), 100
"""After how many steps a field shows what was learned, and every how many turns it does."""


class Teaching:
    """An automaton at its lesson.

    Args:
        lesson: What it learns.
        turns: How many will be taken: the rate falls until then.
        seed: Where chance begins.

    Notes:
        The pool, the damage and the normalized gradients: Niklasson et al. 2021,
        doi:10.23915/distill.00027.003. Differs: matrices are trained with Muon (Jordan et al. 2024,
        https://kellerjordan.github.io/posts/muon), which came nearer here in the same time.
    """

    def __init__(self, lesson: Lesson, *, turns: int, seed: int) -> None:
        self.lesson, self.turns, self.done = lesson, turns, 0
        self.generator = torch.Generator().manual_seed(seed)
        self.automaton = made(seed)
        self.averaged = AveragedModel(self.automaton, avg_fn=blended)
        self.side = lesson.side // CELL
        self.pool = self.automaton.seed(POOL, self.side, self.side)
        weights = list(self.automaton.parameters())
        self.optimizers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(
                [w for w in weights if w.ndim == 2], RATE, weight_decay=0.0, momentum=MOMENTUM
            ),
            torch.optim.Adam([w for w in weights if w.ndim < 2], BIAS_RATE, betas=(0.9, 0.99)),
        ]

    @property
    def best(self) -> Automaton:
        """What it has learned, averaged over the last turns."""
        automaton = self.averaged.module
        assert isinstance(automaton, Automaton)
        return automaton

    def turn(self) -> float:
        """Take four fields, grow them a little, compare, and learn; returns how far they are."""
        chosen = torch.randperm(POOL, generator=self.generator)[:4]
        cells = self._disturbed(self.pool[chosen])
        for _ in range(self._drawn(SHORTEST, LONGEST + 1)):
            cells = self.automaton(cells, awoken(4, self.side, self.side, self.generator))
        loss = self._loss(cells)
        self._learn(loss)
        self.averaged.update_parameters(self.automaton)
        self.pool[chosen] = cells.detach().clamp(-BOUND, BOUND)
        self.done += 1
        return loss.item()

    def trial(self) -> tuple[float, Float[Tensor, "1 3 h w"]]:
        """Grow the whole size from nothing; returns how far it is, and what it looks like.

        It is asked early and late: what looks right for a moment only is no texture.
        """
        chance, grown = torch.Generator().manual_seed(0), self.best
        cells = grown.seed(1, 2 * self.side, 2 * self.side)
        away, shown = 0.0, cells[:, :3]
        for step in range(1, TRIALS[-1] + 1):
            cells = grown.step(cells, chance)
            if step in TRIALS:
                shown = grown.show(cells)
                with torch.inference_mode():
                    away += self.lesson.loss(quartered(shown), chance).item() / len(TRIALS)
        return away, shown.clone()

    def _disturbed(self, cells: Float[Tensor, "4 c n n"]) -> Float[Tensor, "4 c n n"]:
        """Let a field begin anew now and then, or cut a hole into one."""
        cells = cells.clone()
        if self.done % FRESH == 0:
            cells[0] = 0
        elif self.done % FRESH == FRESH // 2:
            shift = self._drawn(0, self.side), self._drawn(0, self.side)
            cells[0] = cells[0].roll(shift, (1, 2))
            cells[0, :, : self.side // 2, : self.side // 2] = 0
        return cells

    def _loss(self, cells: Float[Tensor, "4 c n n"]) -> Float[Tensor, ""]:
        """Compare what cells look like, and charge what leaves its range.

        Pictures are moved in a circle first: the eye's deeper layers see every few pixels only, and
        each place shall have its turn.
        """
        pictures = self.automaton.paint(cells)
        shift = self._drawn(0, self.lesson.side), self._drawn(0, self.lesson.side)
        manner = self.lesson.loss(pictures.roll(shift, (2, 3)), self.generator)
        return manner + beyond(pictures, 0, 1) + beyond(cells, -1, 1)

    def _learn(self, loss: Float[Tensor, ""]) -> None:
        """Take a step against the gradient, each weight's brought to the length of 1."""
        for optimizer, rate in zip(self.optimizers, (RATE, BIAS_RATE), strict=True):
            optimizer.param_groups[0]["lr"] = rate * self._eagerness()
            optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for weight in self.automaton.parameters():
            assert weight.grad is not None
            weight.grad /= weight.grad.norm() + 1e-8
        for optimizer in self.optimizers:
            optimizer.step()

    def _eagerness(self) -> float:
        """1 at first, then falling to nothing."""
        return max(min(1.0, (1 - self.done / self.turns) / REST), 1e-3)

    def _drawn(self, low: int, high: int) -> int:
        return int(torch.randint(low, high, (), generator=self.generator))


def made(seed: int) -> Automaton:
    """Make an automaton whose first weights follow from a seed; nobody else's chance is used."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Automaton()


def blended(averaged: Tensor, weight: Tensor, turns: Tensor | int) -> Tensor:
    """Move the averaged weight towards the newest one, at first faster."""
    return averaged.lerp(weight, float(1 - min(KEPT, (turns + 1) / (turns + 10))))


def beyond(values: Tensor, low: float, high: float) -> Float[Tensor, ""]:
    """How far values leave a range: the mean over places of the sum over channels."""
    return (values - values.clamp(low, high)).abs().sum(1).mean()
