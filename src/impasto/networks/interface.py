"""What every encoder is: something that turns pictures into numbers to judge them by."""

from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor


@runtime_checkable
class Encoder(Protocol):
    """Look at pictures and say in numbers what is there.

    Called with pictures ``(b, 3, h, w)`` in 0..1 it returns features ``(b, d)``.
    """

    @property
    def size(self) -> int:
        """How many numbers there are for a picture: d."""
        ...

    def __call__(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b d"]:
        """Look."""
        ...
