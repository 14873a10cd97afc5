"""The settings of analyzing a picture: one record behind Python and the command line."""

from pydantic import BaseModel, ConfigDict, Field

from impasto.settings import checked


class AnalyzeSettings(BaseModel):
    """How a picture is looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    colors: int | None = Field(
        None,
        ge=1,
        le=12,
        description="Colors of the palette; as few as do for the picture unless given.",
    )
    whole: bool = Field(
        False, description="Measure the border, too, where there is one around the picture."
    )


def settings_of(*, colors: int | None, whole: bool) -> AnalyzeSettings:
    """Check the settings.

    Raises:
        SettingsError: If one is out of its range.
    """
    return checked(AnalyzeSettings, {"colors": colors, "whole": whole})
