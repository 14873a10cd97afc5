"""A map as one page that asks no other machine for anything."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import numpy as np
from jaxtyping import Int, Shaped

from impasto.analysis.mapping.atlas import Shape, Tiles
from impasto.analysis.mapping.inks import HUES, RAMP, REST
from impasto.analysis.mapping.labels import Column
from impasto.errors import printable

_SCRIPTS = (  # in this order
    *("data", "view", "walk", "filter", "colors", "atlas", "draw"),
    *("legend", "list", "timeline", "detail", "main"),
)
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_SLOT = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, eq=False)
class Content:
    """All that a page shows; everything in it is in the order of the works' titles.

    Attributes:
        title: What stands above the map.
        titles: What the works are called.
        links: Where their files lie, as seen from the page.
        columns: What is known of them.
        years: From which year each is; None if no column tells.
        start: The column whose colors are shown first, or -1.
        names: The column whose values stand on the map, or -1.
        cells: Column and row of each, downwards.
        places: Which tile is whose.
        tiles: What is known of the tiles, in the order of the works.
        alike: The works most like each.
        large: How the large tiles lie.
        small: How the small ones do.
        files: Names of the large sheets beside the page; None if they are in it.
        sheets: The sheets in the page, by ``kind-number``.
    """

    title: str
    titles: Sequence[str]
    links: Sequence[str]
    columns: Sequence[Column]
    years: Sequence[int | None] | None
    start: int
    names: int
    cells: Int[np.ndarray, "n 2"]
    places: Int[np.ndarray, " n"]
    tiles: Tiles
    alike: Int[np.ndarray, "n k"]
    large: Shape
    small: Shape
    files: Sequence[str] | None
    sheets: Mapping[str, bytes]


def render(content: Content) -> str:
    """Write the page."""
    style, script = _text("map.css"), module()
    parts = {
        "policy": _policy(style, script, beside=content.files is not None),
        "title": escape(content.title),
        "style": style,
        "script": script,
        "data": _harmless(_data(content)),
        "small": _sheets(content, "small"),
        "large": _sheets(content, "large"),
    }
    return _SLOT.sub(lambda slot: parts[slot[1]], _text("map.html"))


def module() -> str:
    """Put the page's modules one after another into one: a page is one file."""
    texts = (_text(f"{name}.js") for name in _SCRIPTS)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def link(path: Path, folder: Path) -> str:
    """Say where a file lies as seen from a folder, as a page writes it.

    A name such as ``javascript:x`` leads to a file of that name and nowhere else.

    Examples:
        >>> link(Path("/a/b/été #1.jpg"), Path("/a/map"))
        './../b/%C3%A9t%C3%A9%20%231.jpg'
    """
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # another drive
        return path.absolute().as_uri()
    return "./" + quote(os.fsencode(relative.replace(os.sep, "/")), safe="/")


def _text(name: str) -> str:
    return (files(__package__) / "page_files" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str, *, beside: bool) -> str:
    """Allow this very script and style, pictures from the folder beside the page, nothing else."""
    allowed = [
        "default-src 'none'",
        f"script-src '{_sum(script)}'",
        f"style-src '{_sum(style)}'",
        "img-src 'self' file:" if beside else "img-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(allowed)


def _sum(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _harmless(data: object) -> str:
    """Write data so that nothing in it ends the element it stands in."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _sheets(content: Content, kind: str) -> str:
    """Put sheets into elements that are neither run nor shown."""
    return "\n".join(
        f'<script type="text/plain" id="{name}">{base64.b64encode(data).decode("ascii")}</script>'
        for name, data in content.sheets.items()
        if name.startswith(kind)
    )


def _packed(array: Shaped[np.ndarray, "..."], kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, kind).tobytes()).decode("ascii")


def _data(content: Content) -> dict[str, object]:
    count = len(content.titles)
    return {
        "titles": content.titles,
        "links": content.links,
        "columns": [_column(column) for column in content.columns],
        "years": content.years,
        "start": content.start,
        "names": content.names,
        "cells": _packed(content.cells, "<i4"),
        "tiles": _packed(content.places, "<i4"),
        "sizes": _packed(content.tiles.sizes, "<u2"),
        "means": _packed(content.tiles.means, "u1"),
        "alike": _packed(content.alike, "<i4"),
        "large": _shape(content.large, count) | {"files": content.files},
        "small": _shape(content.small, count) | {"files": None},
        "hues": HUES,
        "rest": REST,
        "ramp": RAMP,
    }


def _shape(shape: Shape, count: int) -> dict[str, object]:
    return {
        "side": shape.side,
        "across": shape.across,
        "each": shape.each,
        "sheets": shape.sheets(count),
    }


def _column(column: Column) -> dict[str, object]:
    said: dict[str, object] = {"name": column.name, "kind": column.kind}
    if column.kind == "category":
        values = column.values
        place = {value: code for code, value in enumerate(values)}
        codes = [-1 if text is None else place[text] for text in column.texts]
        return said | {"values": values, "codes": codes}
    if column.kind == "number":
        known = [number for number in column.numbers if number is not None]
        ends = {"low": min(known), "high": max(known)}
        return said | ends | {"texts": column.texts, "numbers": column.numbers}
    return said | {"texts": column.texts}


def name_of(title: str, path: Path) -> str:
    """Say what a work is called: its title, or else its file's name."""
    return printable(title, limit=200).strip() or printable(path.name, limit=200)
