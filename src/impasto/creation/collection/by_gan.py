"""Learning by a painter and a critic."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from impasto.creation.collection.method import Lesson, Method
from impasto.data.differentiable import differentiable
from impasto.losses.adversarial import critic_loss, painter_loss, rebuild_loss
from impasto.networks.gan import NOISE, Duel, Painter
from impasto.training.loop import Losses, LossesAt
from impasto.training.optimizers import Optimizer


class DuelLesson:
    """The losses of both in one step, from the same painted pictures.

    The critic is weighed on pictures cut off from the painter, the painter by a critic that rests,
    so that one sum and one optimizer teach each only its own part.

    Notes:
        Both move at once, as in Mescheder et al. 2018, arXiv:1801.04406, rather than in turn as in
        Liu et al. 2021, arXiv:2101.04775: what was painted serves both, and the loop of
        `impasto.training` stays as it is. Their perceptual loss is left out; see `Critic`.
    """

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson

    def __call__(self, duel: Duel, step: int, generator: torch.Generator) -> Losses:
        """Weigh a batch."""
        device = next(duel.parameters()).device
        works = self.lesson.batch(step, generator, device)
        noise = torch.randn(len(works), NOISE, generator=generator).to(device)
        painted = duel.painter(noise)
        shown = differentiable(torch.cat([works, painted.detach()]), generator)
        said, seen = duel.critic(shown)
        drawn = duel.critic.rebuilt(seen[: len(works)])
        with resting(duel.critic):
            judged, _ = duel.critic(differentiable(painted, generator))
        return {
            "critic": critic_loss(said[: len(works)], said[len(works) :]),
            "rebuilt": rebuild_loss(drawn, shown[: len(works)]),
            "painter": painter_loss(judged),
        }


@contextmanager
def resting(network: nn.Module) -> Iterator[None]:
    """Let gradients pass through a network in the block, and none reach its weights."""
    learning = [weight for weight in network.parameters() if weight.requires_grad]
    for weight in learning:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in learning:
            weight.requires_grad_(True)


def _losses(lesson: Lesson) -> LossesAt:
    return DuelLesson(lesson)


GAN = Method(
    name="gan",
    learner=Duel,
    maker=Painter,
    prefix="painter.",
    losses=_losses,
    batch=16,
    rate=2e-4,
    optimizer=Optimizer("adam", betas=(0.5, 0.99)),
    clip=None,
    average=0.999,
    look=400,
    memory=5_000,
)
"""A light GAN with differentiable augmentation: arXiv:2101.04775, arXiv:2006.10738."""
