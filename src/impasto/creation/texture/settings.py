"""The settings of textures: one record each for learning one and for growing it."""

from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from impasto.settings import sides, spelled

LEAST = 16
"""Pixels of a side, at least, of what is grown and of what it is learned from."""


Size = Annotated[
    tuple[int, int], BeforeValidator(spelled), AfterValidator(partial(sides, least=LEAST))
]


class TextureSettings(BaseModel):
    """How a texture is learned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(
        128, ge=64, le=256, description="Pixels to which the picture's shorter side is brought."
    )
    turns: int = Field(
        2200, ge=1, le=100_000, description="How often it practices; 2200 take some minutes."
    )
    seed: int = Field(0, ge=0, lt=2**63, description="Where chance begins while it learns.")


class GrowSettings(BaseModel):
    """How a learned texture is grown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Size = Field(
        "512x512", validate_default=True, description="Width and height such as 2048x1024."
    )
    steps: int = Field(
        256, ge=1, le=10_000, description="How long it grows: most has settled after 128."
    )


class FilmSettings(GrowSettings):
    """How a texture is grown where its growth may be shown."""

    frames: int = Field(48, ge=2, le=500, description="Pictures of a .gif or .mp4, at most.")
