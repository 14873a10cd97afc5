"""The recipe: how a picture was made, so exactly that it can be made again.

A recipe travels inside pictures, so it comes back from strangers. It is data and never more:
every field has its form and its limit, a text in it is a bare name, and nothing in it says what
to open.
"""

import base64
import binascii
import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
)
from torch import Tensor

from impasto.errors import RecipeError, printable
from impasto.version import __version__

LARGEST = 60_000
"""Bytes of a recipe: with a title and an author it fits the 65,502 of JPEG's XMP segment."""

_DEEPEST = 6
_FORBIDDEN = set('/\\<>"\0')


def bare(text: str) -> str:
    """Let a name pass, and nothing that could be a path, a tag, or a terminal command."""
    if not text.isprintable() or _FORBIDDEN & set(text) or text in {".", ".."}:
        raise ValueError("expected a bare name without slashes, quotes, < > or control characters")
    return text


def made_bare(text: str) -> str:
    """Put an underscore for whatever a recipe may not hold."""
    kept = "".join(c if c.isprintable() and c not in _FORBIDDEN else "_" for c in text)
    return "_" if kept in {"", ".", ".."} else kept[:200]


def _harmless(value: object, depth: int = 0) -> object:
    """Check a setting all the way down."""
    if depth > _DEEPEST:
        raise ValueError(f"nested deeper than {_DEEPEST}")
    match value:
        case str():
            bare(value)
        case float() if not math.isfinite(value):
            raise ValueError("expected a finite number")
        case list():
            [_harmless(item, depth + 1) for item in value]
        case dict():
            [_harmless([key, item], depth + 1) for key, item in value.items()]
        case _:
            pass
    return value


def _vector(text: str) -> str:
    """Check that a text is numbers in base64, float32, little-endian."""
    try:
        values = np.frombuffer(base64.b64decode(text, validate=True), "<f4")
    except (binascii.Error, ValueError) as error:
        raise ValueError("expected float32 numbers in base64") from error
    if not np.isfinite(values).all():
        raise ValueError("expected finite numbers")
    return text


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(bare)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Verb = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Setting = Annotated[JsonValue, AfterValidator(_harmless)]
SourceType = Literal["compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"]


class _Record(BaseModel):
    """What all records share: no field more than we know, and no value of another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class EmbeddedStyle(_Record):
    """A style as it was used, kept in the picture itself.

    Attributes:
        name: What it was called.
        vector: Its numbers, float32, little-endian, in base64.
        weight: Its share where styles were blended.
    """

    name: Name
    vector: Annotated[str, StringConstraints(max_length=LARGEST), AfterValidator(_vector)]
    weight: float = 1.0

    @classmethod
    def of(cls, name: str, vector: Float[Tensor, " n"], *, weight: float = 1.0) -> "EmbeddedStyle":
        """Embed a style vector; what a recipe may not hold in its name becomes an underscore."""
        numbers = vector.detach().cpu().float().numpy().astype("<f4").tobytes()
        text = base64.b64encode(numbers).decode("ascii")
        return cls(name=made_bare(name), vector=text, weight=weight)

    def tensor(self) -> Float[Tensor, " n"]:
        """Take the style vector out again, bit for bit."""
        numbers = np.frombuffer(base64.b64decode(self.vector), "<f4")
        return torch.from_numpy(numbers.astype(np.float32))


class ContentRecord(_Record):
    """Which photograph a picture was made from.

    Attributes:
        name: Its file name, without the folder.
        sha256: What its bytes add up to; another file of that name is told apart by it.
    """

    name: Name
    sha256: Sha256

    @classmethod
    def of(cls, path: str | os.PathLike[str], sha256: str) -> "ContentRecord":
        """Name a file; what a recipe may not hold becomes an underscore."""
        name = os.path.basename(os.fspath(path))  # noqa: PTH119  a Path would stumble over NULs
        return cls(name=made_bare(name), sha256=sha256)


class Recipe(_Record):
    """How a picture was made.

    Attributes:
        verb: What was done, such as ``stylize``.
        settings: Every setting of the verb by name; texts are bare names.
        styles: The styles that were used, each with its vector.
        seed: Where chance began, or None where there was none.
        content: The photograph it was made from, or None.
        weights: The sha256 of each network's weights, by the network's name.
        version: Impasto's version.
        threads: How many threads computed it; another count may round differently.
        torch: torch's version.
        finished: False if the work was stopped, so that doing all of this gives another picture.
        source_type: IPTC's word for pictures of this kind.
    """

    verb: Verb
    settings: Annotated[dict[Name, Setting], Field(max_length=200)] = Field(default_factory=dict)
    styles: Annotated[tuple[EmbeddedStyle, ...], Field(max_length=100)] = ()
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    content: ContentRecord | None = None
    weights: Annotated[dict[Name, Sha256], Field(max_length=20)] = Field(default_factory=dict)
    version: Name
    threads: Annotated[int, Field(ge=1, le=100_000)] | None = None
    torch: Name | None = None
    finished: bool = True
    source_type: SourceType = "compositeWithTrainedAlgorithmicMedia"

    @classmethod
    def here(
        cls,
        verb: str,
        settings: Mapping[str, JsonValue],
        *,
        styles: Sequence[EmbeddedStyle] = (),
        seed: int | None = None,
        content: ContentRecord | None = None,
        weights: Mapping[str, str] | None = None,
        finished: bool = True,
        source_type: SourceType = "trainedAlgorithmicMedia",
    ) -> "Recipe":
        """Write down what is made here and now, by this version on so many threads."""
        return cls(
            verb=verb,
            settings=dict(settings),
            styles=tuple(styles),
            seed=seed,
            content=content,
            weights=dict(weights or {}),
            version=__version__,
            threads=torch.get_num_threads(),
            torch=torch.__version__,
            finished=finished,
            source_type=source_type,
        )

    def to_json(self) -> str:
        """Write the recipe as plain ASCII that XML takes unchanged.

        Raises:
            RecipeError: If it is too large for a picture file.
        """
        text = json.dumps(self.model_dump(mode="json"), separators=(",", ":"))
        for char in "<>&":
            text = text.replace(char, f"\\u{ord(char):04x}")
        if len(text) > LARGEST:
            raise RecipeError(
                f"the recipe has {len(text):,} bytes, and a picture file holds {LARGEST:,}; "
                "blend or use fewer styles"
            )
        return text

    @classmethod
    def parse(cls, text: str) -> "Recipe":
        """Read a recipe that somebody else may have written.

        Raises:
            RecipeError: If it is not exactly a recipe; nothing in it has been acted on.
        """
        if len(text) > LARGEST:
            raise RecipeError(f"the recipe has {len(text):,} bytes; at most {LARGEST:,} are read")
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise RecipeError(f"the recipe is refused: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in found["loc"]) or "as a whole"
    return printable(f"{place}: {found['msg']}; it was altered, or made by a newer Impasto")
