"""The settings of stylizing: one record behind Python, the command line and the saved recipe."""

from pydantic import BaseModel, ConfigDict, Field

from impasto.settings import checked


class StylizeSettings(BaseModel):
    """How a photograph is painted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength: float = Field(
        1.0, ge=0, le=1, description="How far to go: 0 returns the photograph, 1 is the full style."
    )
    stroke: float = Field(
        1.0,
        ge=0.25,
        le=4,
        description="Size of the marks relative to the picture: 2 paints with twice the brush.",
    )
    keep_colors: bool = Field(
        False, description="Keep the photograph's colors and take only light and marks."
    )


def settings_of(*, strength: float, stroke: float, keep_colors: bool) -> StylizeSettings:
    """Check the settings.

    Raises:
        SettingsError: If one is out of its range.
    """
    values = {"strength": strength, "stroke": stroke, "keep_colors": keep_colors}
    return checked(StylizeSettings, values)
