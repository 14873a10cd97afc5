"""The settings of drawing: one record behind Python, command line and recipe."""

from pydantic import BaseModel, ConfigDict, Field

USUAL, STEADY = 0.6, 0.2
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
        150, ge=2, le=1000, description="Points after which a drawing ends in any case."
    )

    def freedom(self, *, usual: float = USUAL) -> float:
        """The temperature, or the usual one."""
        return usual if self.temperature is None else self.temperature
