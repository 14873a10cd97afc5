"""What each step of a generator's training sees, and what it is weighed by."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.losses.matching import between, matching_loss, moments_between, paired
from impasto.networks.flow import Flow
from impasto.training.batches import Batches
from impasto.training.loop import Losses


@dataclass(frozen=True, eq=False)
class Lesson:
    """How far the velocity misses the straight way, at random moments of random ways.

    Attributes:
        works: To learn from.
        deal: Which of them each step sees.
        mirror: Mirror every other one.

    Notes:
        Flow matching with paired noise: arXiv:2210.02747, arXiv:2209.03003, arXiv:2304.14772.
    """

    works: UInt8[Tensor, "n 3 s s"]
    deal: Batches
    mirror: bool

    def __call__(self, flow: Flow, step: int, generator: torch.Generator) -> Losses:
        """Weigh a batch."""
        device = next(flow.parameters()).device
        works = 2 * self.batch(step, generator) - 1
        noise = paired(torch.randn(works.shape, generator=generator), works)
        times = moments_between(len(works), generator)
        works, noise, times = works.to(device), noise.to(device), times.to(device)
        velocity = flow(between(noise, works, times), times)
        return {"velocity": matching_loss(velocity, noise, works)}

    def batch(self, step: int, generator: torch.Generator) -> Float[Tensor, "b 3 s s"]:
        """Take the works of a step; 0..1, on the processor, where noise is paired with them."""
        works = self.works[self.deal(step)].float() / 255
        draws = torch.rand(len(works), generator=generator)
        if not self.mirror:
            return works
        return torch.where((draws < 0.5)[:, None, None, None], works, works.flip(3))
