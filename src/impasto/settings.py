"""Records of settings: every verb has one, and all are checked in the same way."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from impasto.errors import SettingsError, printable

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
    expected = first["msg"].lower().removeprefix("value error, ")
    return f"{printable(name)}: {expected}; got {printable(repr(first['input']), limit=60)}"
