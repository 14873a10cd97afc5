"""The XMP packet: what a picture file says about itself, in the form that every program reads.

A packet read from a file is untrusted XML: its size is limited, and a document type, the door of
all entity tricks, is refused before the parser sees it.
"""

import math
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from impasto.picture.provenance import SourceType

IMPASTO = "urn:impasto:recipe:1:"
"""Our namespace; the recipe is JSON text in its element ``recipe``."""

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
LONGEST = 256
"""Characters of a title or an author that are kept."""

_LARGEST = 1 << 20  # bytes of a packet that are parsed; Photoshop's histories can be longer
_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "impasto": IMPASTO,
}
_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,9})?)([NSEW])", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What we write into a packet and look for in one.

    Attributes:
        title: The work's title.
        author: Who made it.
        gps: Where: degrees north and east.
        tool: The program that made the file.
        source_type: IPTC's word for how the pixels came to be.
        recipe: The recipe as JSON text, unchecked.
    """

    title: str | None = None
    author: str | None = None
    gps: tuple[float, float] | None = None
    tool: str | None = None
    source_type: SourceType | None = None
    recipe: str | None = None


def packet(fields: Fields) -> bytes | None:
    """Write a packet, or None where there is nothing to say."""
    properties = "".join(_properties(fields))
    if not properties:
        return None
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}>'
        f'<rdf:Description rdf:about="">{properties}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _properties(fields: Fields) -> list[str]:
    """Spell each field that is there as an element."""
    north, east = fields.gps or (None, None)
    source = fields.source_type and SOURCE_TYPES + fields.source_type
    found = [
        _element("dc:title", _item("Alt", fields.title, ' xml:lang="x-default"')),
        _element("dc:creator", _item("Seq", fields.author)),
        _element("xmp:CreatorTool", fields.tool and escape(fields.tool)),
        _element("Iptc4xmpExt:DigitalSourceType", source),
        _element("exif:GPSLatitude", _minutes(north, "NS")),
        _element("exif:GPSLongitude", _minutes(east, "EW")),
        _element("impasto:recipe", fields.recipe and escape(fields.recipe)),
    ]
    return [text for text in found if text]


def _element(name: str, content: str | None) -> str:
    return f"<{name}>{content}</{name}>" if content else ""


def _item(kind: str, text: str | None, attribute: str = "") -> str | None:
    text = clean(text)
    return text and f"<rdf:{kind}><rdf:li{attribute}>{escape(text)}</rdf:li></rdf:{kind}>"


def _minutes(degrees: float | None, letters: str) -> str | None:
    """Write degrees as XMP has them: whole degrees, minutes, and the half of the globe."""
    if degrees is None:
        return None
    whole, part = divmod(abs(degrees), 1)
    return f"{int(whole)},{part * 60:.6f}{letters[degrees < 0]}"


def clean(text: str | None) -> str | None:
    r"""Put a text on one line of at most 256 characters; None if nothing is left.

    Examples:
        >>> clean(" The Great\tWave\x00 ")
        'The Great Wave'
    """
    shown = "".join(char if char.isprintable() else " " for char in (text or "")[: 4 * LONGEST])
    return " ".join(shown.split())[:LONGEST].strip() or None


def parse(data: bytes) -> Fields:
    """Look into a packet; what is broken, too large or unknown counts as not there."""
    root = _root(data)
    if root is None:
        return Fields()
    return Fields(
        title=clean(_first(root, "dc:title")),
        author=clean(", ".join(_values(root, "dc:creator"))),
        gps=position(
            _place(_first(root, "exif:GPSLatitude")), _place(_first(root, "exif:GPSLongitude"))
        ),
        recipe=_first(root, "impasto:recipe"),
    )


def _root(data: bytes) -> ET.Element | None:
    """Parse the XML inside a packet, as UTF-8 and without a document type."""
    if len(data) > _LARGEST:
        return None
    try:
        text = data.strip(b"\0 \r\n\t").decode("utf-8-sig")
        return None if "<!DOCTYPE" in text or "<!ENTITY" in text else ET.fromstring(text)  # noqa: S314  no entities without a document type
    except (ET.ParseError, ValueError):
        return None


def _values(root: ET.Element, name: str) -> list[str]:
    """Find a property, whether written as an element, as a list, or as an attribute."""
    prefix, _, local = name.partition(":")
    qualified = f"{{{_NAMESPACES[prefix]}}}{local}"
    for element in root.iter():
        if qualified in element.attrib:
            return [element.attrib[qualified]]
        if element.tag == qualified:
            items = [item.text for item in element.iterfind(".//rdf:li", _NAMESPACES)]
            return [text for text in items or [element.text] if text]
    return []


def _first(root: ET.Element, name: str) -> str | None:
    return next(iter(_values(root, name)), None)


def _place(text: str | None) -> float | None:
    """Read degrees as `_minutes` and other programs write them."""
    found = _DEGREES.fullmatch((text or "").strip())
    if found is None:
        return None
    whole, minutes, letter = found.groups()
    return (int(whole) + float(minutes) / 60) * (-1 if letter in "SW" else 1)


def position(north: float | None, east: float | None) -> tuple[float, float] | None:
    """Take two numbers for a place on earth, if they are one."""
    if north is None or east is None or not math.isfinite(north + east):
        return None
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None
