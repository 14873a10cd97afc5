"""Style vectors on disk; each file names the weights that its vectors belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from impasto.errors import StyleError
from impasto.picture.files import replace_atomically


@dataclass(frozen=True, eq=False)
class StyleVector:
    """A manner of painting, as the brush reads it.

    Attributes:
        name: What a person calls it.
        values: The numbers ``(v,)``, float32 on the processor.
        weights: sha256 of the weights whose encoder made them; no other weights understand them.
        seed: Where chance began, if the style was invented.
    """

    name: str
    values: Float[Tensor, " v"]
    weights: str
    seed: int | None = None


def save_vectors(path: Path, vectors: Sequence[StyleVector], *, force: bool = False) -> None:
    """Keep vectors made with the same weights in one safetensors file, whole or not at all.

    Raises:
        OutputError: If the file exists and `force` is off, or can't be written.
    """
    metadata = {"kind": "impasto-styles", "weights": vectors[0].weights}
    metadata |= {f"seed {v.name}": str(v.seed) for v in vectors if v.seed is not None}
    tensors = {v.name: v.values.float().contiguous() for v in vectors}
    with replace_atomically(path, force=force) as aside:
        aside.write_bytes(save(tensors, metadata))


def load_vectors(path: Path) -> list[StyleVector]:
    """Read the vectors of one file, in the order of their names.

    Raises:
        StyleError: If the file isn't one that `save_vectors` wrote.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
    except (SafetensorError, OSError) as error:
        raise StyleError(f"{path} can't be read as saved styles ({error})") from error
    if metadata.get("kind") != "impasto-styles":
        raise StyleError(f"{path} holds no styles; make one with `impasto styles add`")
    if not all(t.ndim == 1 and torch.isfinite(t).all() for t in tensors.values()):
        raise StyleError(f"{path} is damaged: a style must be a row of finite numbers")
    weights = metadata.get("weights", "")
    return [StyleVector(n, t.float(), weights, _seed(metadata, n)) for n, t in tensors.items()]


def _seed(metadata: dict[str, str], name: str) -> int | None:
    text = metadata.get(f"seed {name}", "")
    return int(text) if text.isdecimal() else None
