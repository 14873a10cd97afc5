"""Conditions: read by hand-made rules, compared with known columns, never run."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.analysis.collection.filters import parse
from impasto.analysis.collection.labels import Value
from impasto.errors import SettingsError

COLUMNS: dict[str, list[Value]] = {
    "year": [1800, 1874, 1900, None],
    "artist": ["Monet", "Mary Cassatt", "O'Keeffe", None],
    "Inv. no.": ["1890.10", "x", "y", None],
    "price": [1.5, -2.0, None, 3.0],
    "code": [9007199254740993, 9007199254740992, 12345, None],
}


def met(text: str) -> list[int]:
    return np.flatnonzero(parse(text, columns=COLUMNS)(COLUMNS)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year < 1900", [0, 1]),
        ("year<=1900 and year>=1874", [1, 2]),
        ("artist = Monet", [0]),
        ("artist = 'O''Keeffe' OR artist=\"Mary Cassatt\"", [1, 2]),
        ("artist != Monet", [1, 2]),
        ("artist contains 'ASS'", [1]),
        ("not artist contains a", [0, 2]),
        ("artist in (Monet, 'Mary Cassatt')", [0, 1]),
        ("year not in (1800)", [1, 2]),
        ("year is null", [3]),
        ("not year is not null", [3]),
        ("year > 1850 or artist = Monet and price < 0", [1, 2]),
        ("(year > 1850 or artist = Monet) and price > 0", [0]),
        ("not (year = 1800 or price > 0)", [1]),
        ("not (year = 1800 and price > 0)", [1, 2]),
        ("`Inv. no.` = '1890.10'", [0]),
        ("price < -1.5", [1]),
        ("year == 1800.0", [0]),
        ("year <> 1800", [1, 2]),
        ("artist < N", [0, 1]),
        ("code = 9007199254740993", [0]),
        ("code in (9007199254740992, 12345.0)", [1, 2]),
        ("code > 9007199254740992", [0]),
    ],
)
def test_what_meets_a_condition(text: str, expected: list[int]) -> None:
    assert met(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yearr < 1900", "did you mean year"),
        ("year < old", "holds numbers"),
        ("year contains 1", "holds numbers"),
        ("year", "needs =, !=, <"),
        ("year <", "needs a value"),
        ("year < 1900 artist = x", "needs 'and', 'or' or the end"),
        ("(year < 1900", "needs '\\)'"),
        ("", "needs a column"),
        ("year in ()", "needs a value"),
        ("artist = 'open", "can't read the condition"),
        ("year < 1900; drop table works", "1900;"),
        ("__import__('os').system('x')", "no column '__import__'"),
        ("not " * 60 + "year = 1", "inside one another"),
        ("(" * 60, "inside one another"),
        ("x" * 5000, "at most 4000"),
        ("\x1b[31m = 1", "x1b"),
    ],
)
def test_what_is_no_condition(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        met(text)
    assert str(caught.value).isprintable()


@given(st.text(max_size=60) | st.from_regex(r"(year|artist) (<|=|in) [\(\)'a-z0-9 ]*"))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    with suppress(SettingsError):
        assert set(met(text)) <= {0, 1, 2, 3}
