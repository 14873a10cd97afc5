"""How manifests and their pictures are fetched."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from impasto.data.fetch import Fetcher


def _languages(given: object) -> object:
    """Read ``de,en``."""
    return [word.strip() for word in given.split(",")] if isinstance(given, str) else given


Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]


class FetchSettings(BaseModel):
    """How a manifest and its pictures are fetched; one record for Python and the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    side: Annotated[
        int,
        Field(description="Pixels of the longer side that image services are asked for.", ge=64),
    ] = 1024
    language: Annotated[
        tuple[Language, ...],
        BeforeValidator(_languages),
        Field(description="Languages of the labels, the best first: de,en.", min_length=1),
    ] = ("en",)
    pause: Annotated[
        float, Field(description="Seconds between two questions to a host.", ge=0, le=3600)
    ] = 0.5
    largest: Annotated[
        int, Field(description="Megabytes of a manifest or a picture at most.", ge=1, le=4096)
    ] = 64
    allow_private: Annotated[
        bool, Field(description="Fetch from private networks, too, if you know the manifest.")
    ] = False

    def fetcher(self) -> Fetcher:
        """Whoever fetches so."""
        return Fetcher(
            pause=self.pause, largest=self.largest << 20, allow_private=self.allow_private
        )
