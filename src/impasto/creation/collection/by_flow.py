"""Learning a current from noise to works."""

import torch

from impasto.creation.collection.method import Lesson, Method
from impasto.losses.matching import between, matching_loss, moments_between, paired
from impasto.networks.flow import Flow
from impasto.training.loop import Losses, LossesAt
from impasto.training.optimizers import Optimizer


class FlowLesson:
    """How far the velocity misses the straight way, at random moments of random ways."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson

    def __call__(self, flow: Flow, step: int, generator: torch.Generator) -> Losses:
        """Weigh a batch."""
        device = next(flow.parameters()).device
        works = 2 * self.lesson.batch(step, generator, torch.device("cpu")) - 1
        noise = paired(torch.randn(works.shape, generator=generator), works)
        times = moments_between(len(works), generator)
        works, noise, times = works.to(device), noise.to(device), times.to(device)
        velocity = flow(between(noise, works, times), times)
        return {"velocity": matching_loss(velocity, noise, works)}


def _losses(lesson: Lesson) -> LossesAt:
    return FlowLesson(lesson)


FLOW = Method(
    name="flow",
    learner=Flow,
    maker=Flow,
    prefix="",
    losses=_losses,
    batch=32,
    rate=1e-3,
    optimizer=Optimizer("adamw", betas=(0.9, 0.99), decay=1e-4),
    clip=1.0,
    average=0.999,
    look=800,
    memory=4_000,
)
"""Flow matching with paired noise: arXiv:2210.02747, arXiv:2209.03003, arXiv:2304.14772."""
