"""Where what a run learned from lies, whatever folder one asks from."""

from pathlib import Path

from impasto.errors import DataError, printable
from impasto.learning.settings import TrainSettings

MNIST = "mnist"
"""The source that is fetched, or lies where the settings say."""


def place_of(source: str, settings: TrainSettings) -> str:
    """Say where what is read lies, from the root on; empty where nothing is named."""
    named = _named(source, settings)
    place = str(Path(named).absolute()) if named else ""
    return "" if any("\ud800" <= char <= "\udfff" for char in place) else place  # not in JSON


def reached(
    source: str, settings: TrainSettings, *, place: str, moved: str | None = None
) -> tuple[str, TrainSettings]:
    """Find what a run learned from: where it was typed to be, or else where that was then.

    Args:
        source: As the person typed it; it may be relative to a folder that is not this one.
        settings: Of the run.
        place: What `place_of` said when the training began.
        moved: Where it lies now, if it was moved since.

    Returns:
        Source and settings that can be read from here.

    Raises:
        DataError: If it is at none of these places.
    """
    known = [moved] if moved is not None else [_named(source, settings), place]
    if moved is None and not any(known):  # digits that are fetched
        return source, settings
    found = next((each for each in known if each and _is_there(each)), None)
    if found is None:
        tried = ", nor at ".join(printable(each) for each in dict.fromkeys(known) if each)
        raise DataError(
            f"what the run learned from is not at {tried or 'a place without a name'}; if it was "
            "moved, name its new place with --source"
        )
    if source == MNIST:
        return source, settings.model_copy(update={"data": found})
    return found, settings


def _named(source: str, settings: TrainSettings) -> str:
    """Name the folder or file that is read; empty for digits that are fetched."""
    return (settings.data or "") if source == MNIST else source


def _is_there(place: str) -> bool:
    try:
        return Path(place).exists()
    except (OSError, ValueError):  # no name that a file could have
        return False
