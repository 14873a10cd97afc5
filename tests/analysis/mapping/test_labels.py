"""Columns are taken for what they are, and nothing in them can do harm."""

import pytest

from impasto.analysis.mapping.labels import read_columns, years_of
from impasto.errors import DataError


def test_kinds() -> None:
    columns = {
        "artist": ["Klee", "Klee", "Marc", None] * 5,
        "height": [i + 0.5 for i in range(20)],
        "grade": [1, 2, 3, 1] * 5,
        "note": [f"note {i}" for i in range(20)],
        "mixed": [*range(19), "unknown"],
        "empty": [None, "", "  ", float("nan")] * 5,
    }
    found = {column.name: column.kind for column in read_columns(columns)}
    assert found == {
        "artist": "category",
        "height": "number",
        "grade": "category",
        "note": "text",
        "mixed": "text",
    }


def test_values_come_most_frequent_first() -> None:
    (column,) = read_columns({"a": ["x", "y", "y", None, "z", "z"]})
    assert column.values == ["y", "z", "x"]


def test_what_commands_a_terminal_is_escaped() -> None:
    (column,) = read_columns({"a\x1b[1m": ["\x1b]0;evil\x07", "\x1b]0;evil\x07", "\u202eabc"]})
    assert column.name == r"a\x1b[1m"
    assert column.values == [r"\x1b]0;evil\x07", r"\u202eabc"]


def test_years_are_found_by_name() -> None:
    assert years_of({"Date": ["c. 1831", None, "1890-95"]}) == [1831, None, 1890]
    assert years_of({"age": [1900, 1901]}) is None
    assert years_of({"made": [1900, 1901]}, "made") == [1900, 1901]
    assert years_of({"year": ["?", None]}) is None
    with pytest.raises(DataError, match="choose one of: made"):
        years_of({"made": [1900]}, "year")
