"""What a museum says of its works in pairs of name and value, as columns of a table."""

import re
from collections.abc import Iterable, Sequence

from impasto.data.iiif.words import Words, shown

Pairs = Iterable[tuple[Words, Words]]

OWN = frozenset(
    {"title", "page", "rights", "attribution", "provider", "canvas", "manifest", "iiif"}
    | {"path", "name", "folder", "width", "height", "label", "id"}
)
"""Columns that mean something else already; a pair of such a name stands in ``iiif`` alone."""

_LONGEST = 60  # characters of a column's name; what is longer is a text and no name
_DATES = (  # names of dates, those that tell the year and nothing else before the others
    *("year", "jahr", "année", "anno", "año", "jaar"),
    *("date", "dated", "created", "date created", "creation date", "date made", "production date"),
    *("datierung", "datum", "entstehungszeit", "date de création", "data", "fecha", "datering"),
)
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2}|[5-9]\d{2})(?!\d)", re.ASCII)


def columns_of(pairs: Pairs, *, languages: Sequence[str] = ("en",)) -> dict[str, str]:
    """Write pairs as columns: the museum's names in small letters; and the year, if one is told.

    Args:
        pairs: Names and values in all their languages; what stands there twice is joined.
        languages: Those that are liked, the best first.

    Examples:
        >>> columns_of([({"en": ("Date:",)}, {"none": ("c. 1889",)})])
        {'date': 'c. 1889', 'year': '1889'}
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        column = shown(name, languages=languages).strip(" :\t").lower()
        text = shown(value, languages=languages)
        if text and column and len(column) <= _LONGEST and column not in OWN:
            found[column] = f"{found[column]}; {text}" if column in found else text
    year = year_of(found)
    return found if year is None or "year" in found else {**found, "year": year}


def year_of(columns: dict[str, str]) -> str | None:
    """Find the first year, from 500 on, in the first column that is called as dates are.

    Examples:
        >>> year_of({"datierung": "um 1507/08"}), year_of({"date": "13th century"})
        ('1507', None)
    """
    found = (_YEAR.search(columns[name]) for name in _DATES if name in columns)
    return next((match[0] for match in found if match), None)
