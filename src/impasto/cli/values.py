"""Values that one word holds together: lists, and a mask with its style."""

from pathlib import Path

import typer

YES, NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}


def numbers(text: str, *, option: str) -> tuple[float, ...]:
    """Read numbers with commas between them.

    >>> numbers("0.2,0.6,1", option="--strength")
    (0.2, 0.6, 1.0)

    Raises:
        typer.BadParameter: If one of them is no number.
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        message = f"expected numbers with commas between them, such as 0.5,1; got {text!r}"
        raise typer.BadParameter(message, param_hint=option) from error


def shares(text: str | None, *, styles: int) -> tuple[float, ...] | None:
    """Read how much of each style there shall be, if it was said.

    Raises:
        typer.BadParameter: If that is not understood, or there are no several styles.
    """
    if not text:
        return None
    if styles < 2:
        message = "weights share a picture out to several styles; for one, say --strength"
        raise typer.BadParameter(message, param_hint="--weights")
    return numbers(text, option="--weights")


def choices(text: str, *, option: str) -> tuple[bool, ...]:
    """Read yes and no with commas between them.

    >>> choices("no,yes", option="--keep-colors")
    (False, True)

    Raises:
        typer.BadParameter: If it is something else.
    """
    words = [part.strip().lower() for part in text.split(",")]
    if not set(words) <= YES | NO:
        message = f"expected yes, no, or no,yes; got {text!r}"
        raise typer.BadParameter(message, param_hint=option)
    return tuple(word in YES for word in words)


def region(text: str) -> tuple[Path, str]:
    """Read a mask and its style, ``MASK=STYLE``; where a name has a `=`, the mask is what exists.

    >>> region("sky.png=great-wave")[1]
    'great-wave'

    Raises:
        typer.BadParameter: If there is no `=`.
    """
    places = [i for i, c in enumerate(text) if c == "="]
    if not places:
        message = f"expected MASK=STYLE, such as sky.png=great-wave; got {text!r}"
        raise typer.BadParameter(message, param_hint="--region")
    cut = next((i for i in places if Path(text[:i]).is_file()), places[0])
    return Path(text[:cut]), text[cut + 1 :]
