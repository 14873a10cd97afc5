"""Writing what a recipe has learned as the package carries it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from impasto.picture.files import replace_atomically


def write_weights(weights: Mapping[str, Tensor], path: Path, *, network: str) -> str:
    """Write weights in float16; returns the file's sha256, for its row in the catalog."""
    halves = {name: weight.half().contiguous() for name, weight in weights.items()}
    with replace_atomically(path, force=True) as aside:
        aside.write_bytes(save(halves, {"network": network}))
    return hashlib.sha256(path.read_bytes()).hexdigest()
