"""Records of settings: every verb has one, and all are checked in the same way."""

import re
from collections.abc import Mapping
from contextlib import suppress
from operator import index
from typing import SupportsIndex, TypeVar

from pydantic import BaseModel, ValidationError

from impasto.errors import SettingsError, printable

LONGEST = 16_384
"""Pixels of a side of what is made, at most."""

Record = TypeVar("Record", bound=BaseModel)


def checked(record: type[Record], values: Mapping[str, object]) -> Record:
    """Check settings by name; those that are missing keep their defaults.

    Raises:
        SettingsError: If one is unknown or out of its range.
    """
    try:
        return record.model_validate(values)
    except ValidationError as error:
        raise SettingsError(problem(error)) from None


def spelled(size: object) -> object:
    """Take a width and height as a text; what is none passes.

    Raises:
        ValueError: If the text isn't such a one.

    Examples:
        >>> spelled("1024x512")
        (1024, 512)
    """
    if not isinstance(size, str):
        return size
    found = re.fullmatch(r"\s*(\d{1,6})\s*[x×]\s*(\d{1,6})\s*", size)
    if not found:
        raise ValueError("expected width x height, such as 1024x512")
    return int(found[1]), int(found[2])


def sides(size: tuple[int, int], *, least: int) -> tuple[int, int]:
    """Let a width and height pass that a picture may have.

    Raises:
        ValueError: If a side is too short or too long.
    """
    if not (min(size) >= least and max(size) <= LONGEST):
        raise ValueError(f"expected sides of {least} to {LONGEST:,} pixels")
    return size


def problem(error: ValidationError) -> str:
    """Say which field is wrong, what was expected and what came; the first, if there are several.

    Examples:
        >>> from pydantic import Field
        >>> class Stroke(BaseModel):
        ...     width: int = Field(1, ge=1)
        >>> checked(Stroke, {"width": 0})
        Traceback (most recent call last):
        impasto.errors.SettingsError: width: input should be greater than or equal to 1; got 0
    """
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return f"{printable(name)}: expected a value; got none"
    expected = first["msg"].lower().removeprefix("value error, ")
    return f"{printable(name)}: {expected}; got {printable(repr(first['input']), limit=60)}"


def within(name: str, value: SupportsIndex, least: int, most: int) -> int:
    """Let a whole number pass, also one of NumPy's.

    Raises:
        SettingsError: If it is none, or out of its range.
    """
    with suppress(TypeError):
        number = index(value)
        if least <= number <= most:
            return number
    shown = printable(repr(value), limit=60)
    raise SettingsError(f"{name}: expected a whole number from {least} to {most:,}; got {shown}")
