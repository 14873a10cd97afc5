"""What a run learned from: named by a person, or digits that are fetched."""

from impasto.jobs.whereabouts import found_at, place_of
from impasto.learning.settings import TrainSettings

MNIST = "mnist"
"""The source that is fetched, or lies where the settings say."""


def place_named(source: str, settings: TrainSettings) -> str:
    """Say where what is read lies, from the root on; empty where nothing is named."""
    return place_of(_named(source, settings))


def reached(
    source: str, settings: TrainSettings, *, place: str, moved: str | None = None
) -> tuple[str, TrainSettings]:
    """Find what a run learned from: where it was typed to be, or else where that was then.

    Args:
        source: As the person typed it; it may be relative to a folder that is not this one.
        settings: Of the run.
        place: What `place_named` said when the training began.
        moved: Where it lies now, if it was moved since.

    Returns:
        Source and settings that can be read from here.

    Raises:
        DataError: If it is at none of these places.
    """
    known = [moved] if moved is not None else [_named(source, settings), place]
    if moved is None and not any(known):  # digits that are fetched
        return source, settings
    found = found_at(known, how="with --source")
    if source == MNIST:
        return source, settings.model_copy(update={"data": found})
    return found, settings


def _named(source: str, settings: TrainSettings) -> str:
    """Name the folder or file that is read; empty for digits that are fetched."""
    return (settings.data or "") if source == MNIST else source
