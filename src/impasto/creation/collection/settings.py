"""The settings of a generator's training: one record behind Python, command line and run."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

SIZES = (32, 64, 128, 256)
"""Sides of the pictures that can be learned."""


class GeneratorSettings(BaseModel):
    """How a generator learns a collection."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(64, description="Side of the pictures in pixels: 32, 64, 128 or 256.")
    shape: Literal["crop", "pad"] = Field(
        "crop", description="crop keeps the middle of works, pad all of them on a ground."
    )
    mirror: bool = Field(True, description="Learn from the works mirrored, too.")
    batch: int = Field(32, ge=1, le=4096, description="Works seen at a step.")
    steps: int = Field(50_000, ge=1, le=10_000_000, description="Steps at the most.")
    minutes: float | None = Field(
        None, gt=0, le=100_000, description="Minutes at the most; no limit unless given."
    )
    look: int = Field(
        800, ge=1, le=1_000_000, description="Steps between two looks at what was learned."
    )
    patience: int = Field(
        12, ge=1, le=10_000, description="Stop after so many looks that found nothing better."
    )
    keep: bool = Field(
        False, description="Keep the weights of every look, to compare them in hindsight."
    )
    seed: int = Field(0, ge=0, lt=2**31, description="Where chance begins.")

    @field_validator("size")
    @classmethod
    def _known(cls, size: int) -> int:
        if size not in SIZES:
            raise ValueError(f"expected one of {', '.join(map(str, SIZES))}")
        return size
