"""The settings of a map: one record behind Python and the command line."""

from pydantic import BaseModel, ConfigDict, Field


class MapSettings(BaseModel):
    """How a map is drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = Field(None, description="What stands above it; the collection's name.")
    color: str | None = Field(None, description="Color by this column at first.")
    names: str | None = Field(
        None, description="Write the values of this column where their works lie; the first label."
    )
    year: str | None = Field(
        None, description="The column of the time line; one called year or date."
    )
    seed: int = Field(0, ge=0, lt=2**32, description="Where chance begins.")
    thumb: int = Field(
        192, ge=32, le=512, description="Longer side of the works' pictures in the page, in pixels."
    )
    poster_side: int = Field(
        6000, ge=400, le=40_000, description="Longer side of the poster in pixels."
    )
    dark: bool = Field(False, description="A poster on a dark ground.")
