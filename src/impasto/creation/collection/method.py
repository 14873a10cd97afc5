"""What every way to learn a collection is: so small an interface that one can be taken out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from impasto.device import channels_last
from impasto.errors import WeightsError, printable
from impasto.training.batches import Batches
from impasto.training.loop import LossesAt
from impasto.training.optimizers import Optimizer


@runtime_checkable
class Maker(Protocol):
    """A network that turns noise into pictures."""

    @property
    def noise(self) -> tuple[int, ...]:
        """Shape of the noise of a picture."""
        ...

    def paint(self, noise: Float[Tensor, "b ..."]) -> Float[Tensor, "b 3 s s"]:
        """Turn noise, normal, into pictures in 0..1; the same noise into the same picture."""
        ...


@dataclass(frozen=True)
class Lesson:
    """What a step sees.

    Attributes:
        works: To learn from.
        deal: Which of them each step sees.
        mirror: Mirror every other one.
    """

    works: UInt8[Tensor, "n 3 s s"]
    deal: Batches
    mirror: bool = True

    def batch(
        self, step: int, generator: torch.Generator, device: torch.device
    ) -> Float[Tensor, "b 3 s s"]:
        """Take the works of a step; 0..1."""
        works = self.works[self.deal(step)].to(device).float() / 255
        draws = torch.rand(len(works), generator=generator).to(device)
        if not self.mirror:
            return works
        return torch.where((draws < 0.5)[:, None, None, None], works, works.flip(3))


@dataclass(frozen=True)
class Method:
    """A way to learn a collection.

    Attributes:
        name: What it is called.
        learner: Builds what is trained, a `Maker` too, for a side of the pictures.
        maker: Builds what paints.
        prefix: What the maker's weights are called by among the learner's.
        losses: Makes of a lesson what the loop descends.
        batch: Works of a step.
        rate: Learning rate.
        optimizer: How the gradient becomes a step.
        clip: Largest norm of a gradient; None: as it comes.
        average: Decay of the averaged weights, which paint.
        look: Steps between two looks at what was learned.
        memory: Bytes that a pixel of a batch takes while it is learned from.
    """

    name: str
    learner: Callable[[int], nn.Module]
    maker: Callable[[int], nn.Module]
    prefix: str
    losses: Callable[[Lesson], LossesAt]
    batch: int
    rate: float
    optimizer: Optimizer
    clip: float | None
    average: float
    look: int
    memory: int

    def begin(self, size: int, seed: int) -> nn.Module:
        """Build what is trained; the same seed draws the same weights."""
        with torch.random.fork_rng([]):
            torch.default_generator.manual_seed(seed)
            return channels_last(self.learner(size))

    def own(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        """Take the weights of what paints from those of what is trained."""
        return {
            name.removeprefix(self.prefix): weight
            for name, weight in weights.items()
            if name.startswith(self.prefix)
        }

    def filled(self, size: int, weights: dict[str, Tensor]) -> nn.Module:
        """Build what paints, from a checkpoint's weights or from its own.

        Raises:
            WeightsError: If they are of another network.
        """
        own = self.own(weights)
        with torch.device("meta"):
            network = self.maker(size)
        try:
            network.load_state_dict(
                {k: w.float() for k, w in (own or weights).items()}, assign=True
            )
        except RuntimeError as error:
            raise WeightsError(
                f"the weights don't fit a {printable(self.name)} of {size} pixels; train anew"
            ) from error
        return channels_last(network).eval().requires_grad_(False)


def as_maker(network: nn.Module) -> Maker:
    """Take a network for what it is."""
    assert isinstance(network, Maker), type(network)
    return network
