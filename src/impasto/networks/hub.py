"""Vision models of the Hugging Face hub as encoders, through the extra `hub`."""

import importlib
import importlib.util
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.errors import WeightsError, printable


class HubEncoder(nn.Module):
    """See as a large model from the hub does.

    Accepts pictures ``(b, 3, h, w)`` in 0..1 of any size, which are brought to the model's own,
    and returns features ``(b, size)``: what the model pools, or else the mean of its last layer.

    Args:
        model: A vision model of `transformers`.
        side: Side in pixels of the squares it takes.
        mean: What is taken from each color,
        deviation: and by what it is divided.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self, model: nn.Module, *, side: int, mean: list[float], deviation: list[float]
    ) -> None:
        super().__init__()
        self.model, self.side = model.eval().requires_grad_(False), side
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(deviation).view(1, 3, 1, 1))

    @property
    def size(self) -> int:
        """How many numbers there are for a picture."""
        config: Any = self.model.config
        config = getattr(config, "vision_config", config)
        return int(getattr(config, "hidden_size", 0) or config.hidden_sizes[-1])

    def forward(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b d"]:
        """Look."""
        square = F.interpolate(
            picture, (self.side, self.side), mode="bilinear", antialias=True, align_corners=False
        )
        seen: Any = self.model(pixel_values=(square - self.mean) / self.deviation)
        pooled: Tensor | None = getattr(seen, "pooler_output", None)
        if pooled is not None:
            return pooled.flatten(1)
        last: Tensor = seen.last_hidden_state
        return last.mean(1) if last.ndim == 3 else last.mean((2, 3))


def load_encoder(name: str, *, local_files_only: bool = True) -> HubEncoder:
    """Load a vision model, such as ``facebook/dinov2-small``, by its name or its folder.

    Args:
        name: Of the hub, or a folder with the model's files.
        local_files_only: Take only what is on this computer already; otherwise it is fetched.

    Raises:
        WeightsError: If `transformers` is not installed, or there is no such model.
    """
    if importlib.util.find_spec("transformers") is None:
        raise WeightsError(
            "models of the hub need the extra hub; install it: pip install 'impasto[hub]'"
        )
    library: Any = importlib.import_module("transformers")
    try:
        model = library.AutoModel.from_pretrained(
            name, local_files_only=local_files_only, use_safetensors=True, trust_remote_code=False
        )
        eyes = library.AutoImageProcessor.from_pretrained(name, local_files_only=local_files_only)
    except (OSError, ValueError, ImportError) as error:
        where = "on this computer" if local_files_only else "on the hub"
        raise WeightsError(
            f"no usable model {printable(name)} was found {where} "
            f"({printable(str(error).splitlines()[0])}); fetch it first, or check its name"
        ) from error
    model = getattr(model, "vision_model", model)
    return HubEncoder(
        model, side=side_of(eyes), mean=list(eyes.image_mean), deviation=list(eyes.image_std)
    )


def side_of(eyes: Any) -> int:  # noqa: ANN401 - transformers may be missing
    """Read the side of the squares that a model takes from what its processor says."""
    said = getattr(eyes, "crop_size", None) or eyes.size
    known: dict[str, int | None] = said if isinstance(said, dict) else vars(said)
    return known.get("height") or known.get("shortest_edge") or 224
