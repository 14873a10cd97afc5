"""What all moving pictures need of their frames, whatever file they go into."""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from impasto.errors import SettingsError

Image = UInt8[np.ndarray, "h w 3"]

NO_FRAMES = "an animation needs at least one frame"


def check_seconds(seconds_per_frame: float) -> None:
    """Refuse frames that nobody would see, or that seem to stand still.

    Raises:
        SettingsError: If they stay shorter than 0.02 seconds, or longer than 60.
    """
    if not 0.02 <= seconds_per_frame <= 60:
        raise SettingsError(
            f"expected frames that stay 0.02 to 60 seconds; got {seconds_per_frame}"
        )


def in_bytes(frame: Float[Tensor, "1 3 h w"]) -> Image:
    """Bring a frame, 0..1, to 8 bits."""
    return frame[0].permute(1, 2, 0).mul(255).round().to(torch.uint8).numpy()
