"""The settings of new pictures from one: one record behind Python, command line and recipe."""

from functools import partial
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
)

from impasto.settings import sides, spelled

Size = Annotated[tuple[int, int], BeforeValidator(spelled), AfterValidator(partial(sides, least=1))]


class LikeSettings(BaseModel):
    """How a new picture is put together from the patches of another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Size | None = Field(
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

    @field_validator("patch")
    @classmethod
    def _odd(cls, patch: int) -> int:
        if patch % 2 == 0:
            raise ValueError("expected an odd number, so that a patch has a middle")
        return patch
