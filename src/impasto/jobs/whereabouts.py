"""Where what a run learned from lies, whatever folder one asks from."""

from collections.abc import Sequence
from pathlib import Path

from impasto.errors import DataError, printable


def place_of(source: str) -> str:
    """Say where something lies, from the root on; empty where JSON can't hold the name."""
    place = str(Path(source).absolute()) if source else ""
    return "" if any("\ud800" <= char <= "\udfff" for char in place) else place


def found_at(known: Sequence[str], *, how: str) -> str:
    """Find the first of several places that is there.

    Args:
        known: The places.
        how: Where a new place is named, if there is one.

    Raises:
        DataError: If none is.
    """
    found = next((each for each in known if each and _is_there(each)), None)
    if found is None:
        tried = ", nor at ".join(printable(each) for each in dict.fromkeys(known) if each)
        raise DataError(
            f"what the run learned from is not at {tried or 'a place without a name'}; if it was "
            f"moved, name its new place {how}"
        )
    return found


def _is_there(place: str) -> bool:
    try:
        return Path(place).exists()
    except (OSError, ValueError):  # no name that a file could have
        return False
