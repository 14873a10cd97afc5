"""The error tree, and text from outside made safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto import errors
from impasto.errors import ImpastoError, printable


@pytest.mark.parametrize(
    "name",
    ["PictureError", "OutputError", "SettingsError", "StyleError", "WeightsError", "RecipeError"],
)
def test_every_error_is_ours(name):
    assert issubclass(getattr(errors, name), ImpastoError)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain.png", "plain.png"),
        ("北斎.png", "北斎.png"),
        ("a\x1b[31m\n.png", "a\\x1b[31m\\n.png"),
        ("gnp.\u202eexe", "gnp.\\u202eexe"),
        ("\udc80", "\\udc80"),
        (b"bytes\xff.png", "bytes\\udcff.png"),
        (12, "12"),
    ],
)
def test_printable_escapes_what_commands_a_terminal(text, shown):
    assert printable(text) == shown


def test_printable_keeps_both_ends_of_a_long_text():
    shown = printable("a" * 500 + "z" * 500, limit=21)
    assert shown == "a" * 10 + "…" + "z" * 10


@given(st.text())
def test_printable_is_one_short_line(text):
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) <= 200
