"""Settings: what is said of a wrong one."""

import pytest
from pydantic import BaseModel, Field

from impasto.errors import SettingsError
from impasto.settings import checked


class Stroke(BaseModel):
    width: int = Field(ge=1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "width: expected a value; got none"),
        ({"width": 0}, "width: input should be greater than or equal to 1; got 0"),
        ({"width": "broad"}, "width: .*; got 'broad'"),
    ],
)
def test_the_first_wrong_field_is_named(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        checked(Stroke, given)
