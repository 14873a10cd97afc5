"""Texts in several languages: all of them are kept, and one is chosen to be shown."""

import html
import re
from collections.abc import Iterable, Sequence

from impasto.data.iiif.nodes import clean

Words = dict[str, tuple[str, ...]]
"""Texts by language (``en``, ``zh-Hant``); those that name none are under ``none``."""

NO_LANGUAGE = "none"
_LONGEST = 20_000  # characters of a text that are kept
_BREAK = re.compile(r"<(?:br|/?p|/?li|/?div|/?h\d)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")


def words(value: object) -> Words:
    """Read a label, however it is written.

    Args:
        value: A text, a list of texts, ``{"@value": text, "@language": en}`` or a list of these
            (version 2), or texts by language (version 3).

    Examples:
        >>> words([{"@value": "Dog", "@language": "en"}, "1r"])
        {'en': ('Dog',), 'none': ('1r',)}
        >>> words({"de": ["Hund"], "en": "Dog"})
        {'de': ('Hund',), 'en': ('Dog',)}
    """
    found: dict[str, list[str]] = {}
    for language, text in _pairs(value):
        found.setdefault(language, []).append(clean(text, most=_LONGEST))
    return {language: tuple(texts) for language, texts in found.items()}


def shown(found: Words, *, languages: Sequence[str] = ("en",)) -> str:
    """Choose the words to show, without the HTML that museums put into them.

    Args:
        found: Texts by language.
        languages: Those that are liked, the best first; then come texts of no language, then the
            first that there is.

    Returns:
        One line, which may still hold any sign: whoever puts it into a page or a terminal escapes
        it, as everything from outside.

    Examples:
        >>> shown({"de": ("Hund",), "en-GB": ("<b>Dog</b> &amp; cat",)})
        'Dog & cat'
    """
    lines = (_plain(text) for text in found.get(_best(found, languages), ()))
    return "; ".join(line for line in lines if line)


def _pairs(value: object) -> Iterable[tuple[str, str]]:
    match value:
        case str() if value.strip():
            yield NO_LANGUAGE, value
        case bool():
            pass
        case int() | float():
            yield NO_LANGUAGE, str(value)
        case list():
            for one in value:
                if not isinstance(one, list):
                    yield from _pairs(one)
        case {"@value": one, **more}:
            yield from ((_language(more.get("@language")), text) for _, text in _pairs(one))
        case dict():
            yield from _by_language(value)


def _by_language(value: dict[object, object]) -> Iterable[tuple[str, str]]:
    for language, texts in value.items():
        if not isinstance(texts, dict):
            yield from ((_language(language), text) for _, text in _pairs(texts))


def _language(name: object) -> str:
    known = isinstance(name, str) and name not in {"", "@none", "und"} and name[0] != "@"
    return clean(str(name), most=35) if known else NO_LANGUAGE


def _best(found: Words, languages: Sequence[str]) -> str:
    for liked in languages:
        for language in found:
            if language.lower().split("-")[0] == liked.lower() or language.lower() == liked.lower():
                return language
    return NO_LANGUAGE if NO_LANGUAGE in found else next(iter(found), NO_LANGUAGE)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", text))).split())
