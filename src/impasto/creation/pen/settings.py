"""The settings of drawing: one record behind Python, command line and recipe."""

from pydantic import BaseModel, ConfigDict, Field

USUAL, STEADY = 0.65, 0.2
"""Temperature of new drawings, and of those between two others."""


class DrawSettings(BaseModel):
    """How the pen draws."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float | None = Field(
        None,
        ge=0.01,
        le=2,
        description=f"How free the hand is: low is steady, 1 as people draw; {USUAL} unless given, "
        f"between two drawings {STEADY}.",
    )
    points: int = Field(
        150,
        ge=2,
        le=1000,
        description="New points after which a drawing ends in any case; what was begun doesn't "
        "count.",
    )

    def freedom(self, *, usual: float = USUAL) -> float:
        """The temperature, or the usual one."""
        return usual if self.temperature is None else self.temperature


class PenSettings(BaseModel):
    """How a pen learns to draw like drawings of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="Drawings seen at a step; what suits their number unless given.",
    )
    steps: int | None = Field(
        None,
        ge=1,
        le=10_000_000,
        description="Steps at the most; 3,000 to 12,000 by how many drawings there are unless "
        "given.",
    )
    minutes: float | None = Field(
        None, gt=0, le=100_000, description="Minutes at the most; no limit unless given."
    )
    look: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Steps between two looks at what was learned; a 24th of all unless given.",
    )
    patience: int = Field(
        6, ge=1, le=10_000, description="Stop after so many looks that found nothing better."
    )
    seed: int = Field(0, ge=0, lt=2**31, description="Where chance begins.")
