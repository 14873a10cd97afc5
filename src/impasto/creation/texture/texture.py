"""A learned texture, in memory and on disk: an automaton, and what is known of its making."""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from impasto.creation.texture.settings import TextureSettings
from impasto.errors import WeightsError, printable
from impasto.networks.automaton import Automaton
from impasto.picture.files import is_file, replace_atomically
from impasto.picture.provenance import ContentRecord, Name, Sha256
from impasto.version import __version__

LARGEST = 4_000_000
"""Bytes of a file that is read, at most; one has about thirty thousand."""

KEY = "impasto"
"""Under which the facts stand in a file's metadata."""

Width = Annotated[int, Field(ge=3, le=256)]


class Facts(BaseModel):
    """What a file says of its texture.

    Attributes:
        kind: Tells it from other files of weights.
        version: Impasto's, which made it.
        channels: As for `Automaton`.
        hidden: As for `Automaton`.
        painted: As for `Automaton`.
        settings: How it was learned.
        turns_taken: Fewer than the settings' if somebody stopped it.
        source: The picture it was learned from, or None if that was in memory.
        eye: sha256 of the eye's weights that it was compared by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["impasto-texture"] = "impasto-texture"
    version: Name = __version__
    channels: Width
    hidden: Width
    painted: Width
    settings: TextureSettings
    turns_taken: Annotated[int, Field(ge=0, le=100_000)]
    source: ContentRecord | None
    eye: Sha256


@dataclass(frozen=True, eq=False)
class Texture:
    """A texture that can be grown to any size, again and again.

    Attributes:
        automaton: The cells' rule.
        facts: What is known of its making.
        name: Of its file, or None if it has none.
    """

    automaton: Automaton
    facts: Facts
    name: str | None = None

    @cached_property
    def content(self) -> bytes:
        """What its file holds, the same each time."""
        weights = {k: v.detach().contiguous() for k, v in self.automaton.state_dict().items()}
        return save(weights, {KEY: self.facts.model_dump_json()})

    @property
    def sha256(self) -> str:
        """Tells it from every other texture."""
        return hashlib.sha256(self.content).hexdigest()

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> "Texture":
        """Keep it in a file, whole or not at all; usually it ends in ``.texture``.

        Returns:
            The same texture, which now knows its file's name.

        Raises:
            OutputError: If the file exists and `force` is off, or can't be written.
        """
        with replace_atomically(path, force=force) as aside:
            aside.write_bytes(self.content)
        return Texture(self.automaton, self.facts, Path(path).name)


def load_texture(path: str | os.PathLike[str]) -> Texture:
    """Read a texture from its file. Nothing in it is ever executed.

    Raises:
        WeightsError: If it is missing, damaged, or something else.
    """
    if not is_file(path):
        raise WeightsError(
            f"{printable(path)} is not there; learn a texture with impasto create texture"
        )
    if Path(path).stat().st_size > LARGEST:
        raise WeightsError(f"{printable(path)} is no texture: it is larger than any; {_MEND}")
    text, weights = _read(path)
    try:
        facts = Facts.model_validate_json(text)
        automaton = Automaton(facts.channels, facts.hidden, facts.painted)
        automaton.load_state_dict(weights)
    except (ValidationError, RuntimeError) as error:
        raise WeightsError(f"{printable(path)} is no texture, or was altered; {_MEND}") from error
    if not all(torch.isfinite(w).all() for w in weights.values()):
        raise WeightsError(f"{printable(path)} is damaged: it holds no finite numbers; {_MEND}")
    return Texture(automaton.requires_grad_(False), facts, Path(path).name)


_MEND = "expected a file of impasto create texture: learn it anew"


def _read(path: str | os.PathLike[str]) -> tuple[str, dict[str, Tensor]]:
    """Take the facts and the weights out of a file."""
    try:
        with safe_open(path, "pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return (file.metadata() or {}).get(KEY, ""), weights
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{printable(path)} can't be read as a texture; {_MEND}") from error
