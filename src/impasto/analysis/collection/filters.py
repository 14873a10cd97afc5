"""Conditions such as ``year < 1900 and artist in (Monet, Renoir)``: parsed, and never evaluated.

    condition  = any
    any        = all ("or" all)*
    all        = one ("and" one)*
    one        = "not" one | "(" any ")" | COLUMN test
    test       = ("=" | "!=" | "<" | "<=" | ">" | ">=") VALUE | "contains" VALUE
               | ["not"] "in" "(" VALUE ("," VALUE)* ")" | "is" ["not"] "null"

A column's name that is no plain word stands in `backticks`; a value is a number, a word, or a text
in quotation marks, doubled inside it. What is unknown passes no test but ``is null``, and no
``not`` of one, as in SQL.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from impasto.analysis.collection.labels import Value, is_text, read_number
from impasto.errors import SettingsError, printable

LONGEST = 4000
"""Characters of a condition."""

DEEPEST = 50
"""Parentheses and ``not`` inside one another."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<column>`(?:[^`]|``)+`)
    |(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<sign><=|>=|!=|<>|==|[<>=(),])
    |(?P<word>[^\s<>=!(),'"`]+)
    )""",
    re.VERBOSE,
)
_SIGNS = {"==": "=", "<>": "!="}
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}

Columns = Mapping[str, Sequence[Value]]
Mask = Bool[np.ndarray, " n"]


class Truth(NamedTuple):
    """Of each work, whether a condition holds, and whether it is known to hold or not."""

    holds: Mask
    known: Mask


class Token(NamedTuple):
    """A piece of a condition, and what it is."""

    kind: str
    text: str


Test = Callable[[Columns], Truth]


@dataclass(frozen=True)
class Condition:
    """A condition on the columns of a collection.

    Attributes:
        test: Says of each work whether it holds.
    """

    test: Test

    def __call__(self, columns: Columns) -> Mask:
        """Say which works meet it."""
        return self.test(columns).holds


def parse(text: str, *, columns: Columns) -> Condition:
    """Read a condition.

    Args:
        text: As the grammar above says.
        columns: All that may be asked for, with their values.

    Raises:
        SettingsError: If it is no condition, or asks for a column that isn't there, or compares a
            column of text with a number; the message says where and what was expected.
    """
    if len(text) > LONGEST:
        raise SettingsError(f"a condition has at most {LONGEST} characters, got {len(text)}")
    parser = _Parser(_tokens(text), columns)
    test = parser.any()
    parser.end()
    return Condition(test)


def _tokens(text: str) -> list[Token]:
    tokens, place = [], 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if not found:
            raise SettingsError(f"can't read the condition from {_shown(text[place:].strip())} on")
        kind = found.lastgroup or ""
        tokens.append(Token(kind, _plain(kind, found[kind])))
        place = found.end()
    return tokens


def _plain(kind: str, text: str) -> str:
    """Take the marks off a piece."""
    if kind in ("column", "text"):
        return text[1:-1].replace(2 * text[0], text[0])
    return _SIGNS.get(text, text)


class _Parser:
    """Reads from the left; a method for each line of the grammar."""

    def __init__(self, tokens: Sequence[Token], columns: Columns) -> None:
        self.tokens, self.columns = tokens, columns
        self.place = self.depth = 0

    def any(self) -> Test:
        tests = [self.all()]
        while self._takes("or"):
            tests.append(self.all())
        return tests[0] if len(tests) == 1 else lambda columns: _or([t(columns) for t in tests])

    def all(self) -> Test:
        tests = [self.one()]
        while self._takes("and"):
            tests.append(self.one())
        if len(tests) == 1:
            return tests[0]
        return lambda columns: _not(_or([_not(t(columns)) for t in tests]))

    def one(self) -> Test:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SettingsError(f"a condition has at most {DEEPEST} parts inside one another")
        if self._takes("not"):
            test = self.one()
            found: Test = lambda columns: _not(test(columns))  # noqa: E731
        elif self._takes("("):
            found = self.any()
            self._needs(")")
        else:
            found = self._compared(self._column())
        self.depth -= 1
        return found

    def end(self) -> None:
        if self.place < len(self.tokens):
            raise self._error("'and', 'or' or the end")

    def _compared(self, name: str) -> Test:
        if self._takes("is"):
            wanted = not self._takes("not")
            self._needs("null")
            return lambda columns: _is_null(columns[name], wanted=wanted)
        if self._takes("contains"):
            return _each(name, self._contains(name))
        if self._takes("not"):
            self._needs("in")
            among = self._among(name)
            return lambda columns: _not(_each(name, among)(columns))
        if self._takes("in"):
            return _each(name, self._among(name))
        return self._signed(name)

    def _signed(self, name: str) -> Test:
        for sign in ("=", "!=", *_ORDERS):
            if self._takes(sign):
                value = self._value(name)
                return _each(name, _comparison(sign, value))
        raise self._error("=, !=, <, <=, >, >=, in, contains or is null")

    def _contains(self, name: str) -> Callable[[Value], bool]:
        part = self._literal().text.casefold()
        if not is_text(self.columns[name]):
            raise SettingsError(f"the column {_shown(name)} holds numbers; compare it with = or <")
        return lambda value: part in str(value).casefold()

    def _among(self, name: str) -> Callable[[Value], bool]:
        self._needs("(")
        values = {self._value(name)}
        while self._takes(","):
            values.add(self._value(name))
        self._needs(")")
        return lambda value: value in values

    def _column(self) -> str:
        token = self._next("a column")
        if token.kind not in ("column", "word"):
            self.place -= 1
            raise self._error("a column")
        if token.text in self.columns:
            return token.text
        raise SettingsError(_unknown(token.text, self.columns))

    def _value(self, name: str) -> str | float:
        """Read a value of a column's own kind."""
        token = self._literal()
        if is_text(self.columns[name]):
            return token.text
        number = read_number(token.text) if token.kind == "word" else None
        if number is not None:
            return number
        raise SettingsError(
            f"the column {_shown(name)} holds numbers; compare it with one, not with "
            f"{_shown(token.text)}"
        )

    def _literal(self) -> Token:
        token = self._next("a value")
        if token.kind not in ("text", "word"):
            self.place -= 1
            raise self._error("a value")
        return token

    def _takes(self, word: str) -> bool:
        """Go on if the next piece is this sign or word, in whatever case."""
        if self.place == len(self.tokens):
            return False
        kind, text = self.tokens[self.place]
        found = kind in ("word", "sign") and text.lower() == word
        self.place += found
        return found

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise self._error(repr(word))

    def _next(self, expected: str) -> Token:
        if self.place == len(self.tokens):
            raise self._error(expected)
        self.place += 1
        return self.tokens[self.place - 1]

    def _error(self, expected: str) -> SettingsError:
        here = self.tokens[self.place :]
        came = _shown(here[0].text) if here else "its end"
        before = " ".join(token.text for token in self.tokens[: self.place][-4:])
        after = f" after {_shown(before)}" if before else ""
        return SettingsError(f"the condition needs {expected}{after}, and there is {came}")


def _comparison(sign: str, value: str | float) -> Callable[[Value], bool]:
    if sign in ("=", "!="):
        return lambda found: (found == value) == (sign == "=")
    order = _ORDERS[sign]
    return lambda found: order(found, value)  # type: ignore[arg-type]  # both are of one kind


def _each(name: str, test: Callable[[Value], bool]) -> Test:
    def run(columns: Columns) -> Truth:
        known = np.array([value is not None for value in columns[name]], bool)
        holds = np.array([value is not None and test(value) for value in columns[name]], bool)
        return Truth(holds, known)

    return run


def _is_null(column: Sequence[Value], *, wanted: bool) -> Truth:
    holds = np.array([(value is None) == wanted for value in column], bool)
    return Truth(holds, np.ones_like(holds))


def _not(truth: Truth) -> Truth:
    return Truth(truth.known & ~truth.holds, truth.known)


def _or(truths: Sequence[Truth]) -> Truth:
    """Hold where one holds; be known where one holds or all are known."""
    holds = np.logical_or.reduce([t.holds for t in truths])
    return Truth(holds, holds | np.logical_and.reduce([t.known for t in truths]))


def _unknown(name: str, columns: Columns) -> str:
    near = difflib.get_close_matches(name.lower(), [c.lower() for c in columns], 1, 0.5)
    named = [c for c in columns if near and c.lower() == near[0]]
    shown = ", ".join(printable(c, limit=40) for c in columns)
    hint = f"did you mean {printable(named[0], limit=40)}?" if named else f"there are {shown}"
    return f"there is no column {_shown(name)}; {printable(hint, limit=300)}"


def _shown(text: str) -> str:
    return printable(repr(text[:60]), limit=80)
