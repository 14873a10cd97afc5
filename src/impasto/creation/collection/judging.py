"""Looking at what was learned: how good, how varied, how much of it is copied."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.creation.collection.generator import made_from
from impasto.creation.collection.works import Works, copy_test, eyes, seen
from impasto.metrics.copying import Copying, CopyTest, Nearest, Seen, nearest
from impasto.metrics.intervals import Estimate
from impasto.metrics.kid import kid
from impasto.networks.eye import SIZE
from impasto.networks.flow import Current, Flow

SHOWN = 128
"""Pictures that are painted at each look, always from the same noise."""

AT_ONCE = 32
"""Pictures that are painted together."""

LONG = SIZE**0.5
"""Length to which the eye's unit vectors are brought for the kernel, which is made for it."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a look found.

    Attributes:
        kid: Distance to the held-out works; less is better.
        copying: Which pictures are copies.
        spread: How much pictures differ from each other, as a share of how much works do.
        pictures: What was looked at.
        nearest: The nearest work of each.
        eyes: How the eye sees each.
    """

    kid: Estimate
    copying: Copying
    spread: float
    pictures: UInt8[Tensor, "n 3 s s"]
    nearest: Nearest
    eyes: Float[Tensor, "n d"]

    def values(self) -> dict[str, float]:
        """What the history keeps of it."""
        rate = self.copying.rate
        return {
            "kid": self.kid.value,
            "kid_low": self.kid.low,
            "kid_high": self.kid.high,
            "copies": rate.value,
            "copies_low": rate.low,
            "copies_high": rate.high,
            "spread": self.spread,
        }


class Examiner:
    """Judges pictures by the works: those held out say how good, those learned from what is copied.

    Args:
        works: A collection made ready; the eye looks at all of it at once.
    """

    def __init__(self, works: Works) -> None:
        self.works = works
        whole = seen(works.pixels)
        self.test: CopyTest = copy_test(whole, works.fold)
        self.learned: Seen = whole.take(works.learned)
        self.held: Float[Tensor, "n d"] = whole.eyes[works.held, 0]
        self.all: Float[Tensor, "n d"] = whole.eyes[:, 0]

    def __call__(self, pictures: UInt8[Tensor, "n 3 s s"]) -> Found:
        """Judge pictures."""
        looked = eyes(pictures)
        close = nearest(Seen(looked[:, None], pictures), self.learned)
        return Found(
            kid=kid(LONG * self.held, LONG * looked),
            copying=self.test(close),
            spread=apart(looked) / max(apart(self.all), 1e-6),
            pictures=pictures,
            nearest=close,
            eyes=looked,
        )


class Judge:
    """What the loop asks now and then: paints the same pictures again and judges them.

    Args:
        examiner: Knows the works.
        noise: Of the pictures.
        ready: Handed the network that is judged; returns what paints.
    """

    def __init__(
        self,
        examiner: Examiner,
        noise: Float[Tensor, "n 3 s s"],
        *,
        ready: Callable[[Flow], Current],
    ) -> None:
        self.examiner, self.noise, self.ready = examiner, noise, ready
        self.found: Found | None = None

    def __call__(self, network: Flow) -> dict[str, float]:
        """Look."""
        self.found = self.examiner(painted(self.ready(network), self.noise))
        return self.found.values()


def painted(network: Current, noise: Float[Tensor, "n 3 s s"]) -> UInt8[Tensor, "n 3 s s"]:
    """Paint pictures, a few at a time.

    Args:
        network: What paints.
        noise: Of each picture.
    """
    parts = [made_from(network, part) for part in torch.split(noise, AT_ONCE)]
    return torch.cat([(made * 255).round().byte() for made in parts])


def apart(looked: Float[Tensor, "n d"]) -> float:
    """How much pictures differ from each other: the mean of one less the cosine of all pairs."""
    count = len(looked)
    alike = (looked @ looked.T).sum() - looked.square().sum()
    return float(1 - alike / (count * (count - 1)))
