"""A step of long work that shows how the picture looks by now."""

from dataclasses import dataclass

from jaxtyping import Shaped
from torch import Tensor

from impasto.progress import Step


@dataclass(frozen=True)
class Preview(Step):
    """How far the work has come, and how it looks.

    Attributes:
        preview: Pictures as they are now, 0..1, or 0..255 in bytes; None while there are none.
    """

    preview: Shaped[Tensor, "n 3 h w"] | None = None
