"""What a person knows of the works of a collection: one column each, numbers kept as numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from impasto.analysis.collection.store import Store
from impasto.errors import printable

if TYPE_CHECKING:
    import pyarrow as pa

TABLE = "labels"
NAME = b"name"
"""Where a column's own name stands, which the database may not take as it is."""

Value = str | int | float | None
Labels = dict[str, dict[str, Value]]
"""Columns by name, each with what is known of the works by their ids."""

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,15})?", re.ASCII)


def read_labels(store: Store) -> Labels:
    """Read all columns that the works of a collection have."""
    if TABLE not in store.database.list_tables().tables:
        return {}
    with store.reading():
        table = store.table(TABLE).to_arrow()
    ids = table["id"].to_pylist()
    columns: Labels = {}
    for field in table.schema:
        if field.name != "id":
            name = (field.metadata or {}).get(NAME, field.name.encode()).decode()
            columns[name] = _known(ids, table[field.name].to_pylist())
    return columns


def merge_labels(
    store: Store, given: Mapping[str, Mapping[str, Value]], *, kept: Iterable[str]
) -> list[str]:
    """Add what is newly known of works, and forget what belongs to works that are gone.

    Args:
        store: The collection, held for oneself.
        given: Of each work its columns; a value replaces the one that was there.
        kept: All works there are.

    Returns:
        What a person should know of it, in plain words.
    """
    before = read_labels(store)
    there = set(kept)
    columns = {n: {i: v for i, v in column.items() if i in there} for n, column in before.items()}
    for key, known in given.items():
        for name, value in known.items():
            if value is not None and key in there:
                columns.setdefault(name, {})[key] = value
    typed = {name: _typed(column) for name, column in columns.items() if column}
    if typed != before:
        _write(store, typed)
    return [line for name in typed if (line := _changed(name, before.get(name), typed[name]))]


def is_text(column: Iterable[Value]) -> bool:
    """Tell whether a column holds words and not numbers."""
    return any(isinstance(value, str) for value in column)


def read_number(text: str) -> int | float | None:
    """Read a number; a whole one stays whole, so that none of its digits is lost.

    Examples:
        >>> read_number("1234567890123456"), read_number("-1.50"), read_number("1e3")
        (1234567890123456, -1.5, None)
    """
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def spelled(value: Value) -> str:
    """Write a value as a person would: 1891 and not 1891.0, whatever else its column holds."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _known(ids: Sequence[str], values: Sequence[Value]) -> dict[str, Value]:
    return {key: value for key, value in zip(ids, values, strict=True) if value is not None}


def _typed(column: Mapping[str, Value]) -> dict[str, Value]:
    """Read a column as numbers if each of its values is spelled as one, and as text otherwise.

    What a number would spell differently, such as the inventory number 1890.10, is text.
    """
    numbers = {key: _number(value) for key, value in column.items()}
    known = [number for number in numbers.values() if number is not None]
    if all(isinstance(number, int) for number in known) and len(known) == len(column):
        return dict(numbers)
    if len(known) < len(column) or any(float(number) != number for number in known):
        return {key: spelled(value) for key, value in column.items()}
    return {key: float(number) for key, number in numbers.items() if number is not None}


def _number(value: Value) -> int | float | None:
    if not isinstance(value, str):
        return value
    number = read_number(value)
    return number if number is not None and spelled(number) == value else None


def _changed(name: str, before: Mapping[str, Value] | None, after: Mapping[str, Value]) -> str:
    if not before or is_text(before.values()) or not is_text(after.values()):
        return ""
    words = [value for value in after.values() if _number(value) is None]
    why = f"{printable(words[0], limit=40)!r} is none" if words else "not all can be kept exactly"
    return f"the column {printable(name, limit=40)!r} held numbers and is text now, since {why}"


def _write(store: Store, columns: Labels) -> None:
    """Replace the table of labels at once; whoever reads meets the old one or the new one."""
    import pyarrow as pa

    ids = sorted({key for column in columns.values() for key in column})
    fields, arrays = [pa.field("id", pa.string())], [pa.array(ids, pa.string())]
    for number, (name, column) in enumerate(columns.items()):
        array = pa.array([column.get(key) for key in ids], _type(column))
        fields.append(pa.field(_safe(name, number), array.type, metadata={NAME: name.encode()}))
        arrays.append(array)
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    with store.writing():
        there = TABLE in store.database.list_tables().tables
        store.database.create_table(TABLE, table, mode="overwrite" if there else "create")


def _type(column: Mapping[str, Value]) -> "pa.DataType":
    import pyarrow as pa

    kinds: set[type[Any]] = {type(value) for value in column.values()}
    return pa.string() if str in kinds else pa.float64() if float in kinds else pa.int64()


def _safe(name: str, number: int) -> str:
    """Call a column as the database allows: its own name where that is a plain word."""
    plain = re.fullmatch(r"[a-z]\w{0,39}", name, re.ASCII)
    return name if plain and name != "id" and not name.startswith("column_") else f"column_{number}"
