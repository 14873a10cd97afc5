"""The settings of analyzing a picture: one record behind Python and the command line."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from impasto.errors import SettingsError


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
    try:
        return AnalyzeSettings(colors=colors, whole=whole)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise SettingsError(f"{name}: {first['msg'].lower()}; got {first['input']!r}") from None
