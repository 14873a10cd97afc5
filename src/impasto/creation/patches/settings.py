"""The settings of new pictures from one: one record behind Python, command line and recipe."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

LONGEST = 16_384
"""Pixels of a side, at most."""

Side = tuple[int, int]


class LikeSettings(BaseModel):
    """How a new picture is put together from the patches of another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Side | None = Field(
        None,
        description="Width and height such as 1024x512; the source's, at most 512, unless given.",
    )
    freedom: float = Field(
        1.0,
        ge=0,
        le=1,
        description="How far from the source's layout: 1 begins with noise, 0 with the source.",
    )
    patch: int = Field(
        7, ge=3, le=15, description="Side of the patches: larger ones keep larger pieces whole."
    )
    tileable: bool = Field(
        False, description="Let opposite edges meet, for fabric and wallpaper without a seam."
    )

    @field_validator("size", mode="before")
    @classmethod
    def _spelled(cls, size: object) -> object:
        """Take a text such as 1024x512, and a list, which is what a recipe holds."""
        if not isinstance(size, str):
            return size
        found = re.fullmatch(r"\s*(\d{1,6})\s*[x×]\s*(\d{1,6})\s*", size)
        if not found:
            raise ValueError("expected width x height, such as 1024x512")
        return int(found[1]), int(found[2])

    @field_validator("size")
    @classmethod
    def _possible(cls, size: Side | None) -> Side | None:
        if size and not (min(size) >= 1 and max(size) <= LONGEST):
            raise ValueError(f"expected sides of 1 to {LONGEST:,} pixels")
        return size

    @field_validator("patch")
    @classmethod
    def _odd(cls, patch: int) -> int:
        if patch % 2 == 0:
            raise ValueError("expected an odd number, so that a patch has a middle")
        return patch
