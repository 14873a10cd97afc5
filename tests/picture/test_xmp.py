"""XMP packets: what we write, and what strangers write."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.picture import xmp
from impasto.picture.xmp import Fields, clean, packet, parse, position

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
HEAD = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
TAIL = "</r:RDF></x:xmpmeta>"
texts = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Z"]), min_size=1)


plain = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1)


def test_nothing_to_say_is_no_packet():
    assert packet(Fields()) is None
    assert packet(Fields(title=" \0 ")) is None


def test_a_packet_is_what_the_standards_say():
    data = packet(
        Fields(
            title="Wave & <Fuji>",
            author="Hokusai",
            tool="Impasto 0.1.0",
            source_type="compositeWithTrainedAlgorithmicMedia",
            recipe='{"a": 1}',
        )
    )
    assert data.startswith(b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert data.endswith(b'<?xpacket end="w"?>')
    root = ET.fromstring(data.decode())
    texts = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}
    assert texts["DigitalSourceType"] == IPTC
    assert texts["CreatorTool"] == "Impasto 0.1.0"
    assert texts["recipe"] == '{"a": 1}'


@given(title=texts, author=texts, recipe=plain)
def test_what_is_written_is_read(title, author, recipe):
    fields = Fields(title=title, author=author, recipe=recipe)
    found = parse(packet(fields))
    assert (found.title, found.author, found.recipe) == (clean(title), clean(author), recipe)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_places_survive_to_a_hand_s_breadth(north, east):
    found = parse(packet(Fields(gps=(north, east)))).gps
    assert found == pytest.approx((north, east), abs=1e-6)


@given(st.binary(max_size=300))
def test_rubbish_is_no_packet(data):
    assert parse(data) == Fields()


@given(st.text(max_size=200))
def test_clean_is_one_short_printable_line(text):
    cleaned = clean(text)
    assert cleaned is None or (cleaned.isprintable() and 0 < len(cleaned) <= xmp.LONGEST)


def test_clean():
    assert clean(None) is None
    assert clean(" a\n\t b\x1b[31m\u202e ") == "a b [31m"


def test_attributes_and_lists_are_read_as_others_write_them():
    text = f"""{HEAD}<r:Description xmlns:d="http://purl.org/dc/elements/1.1/"
        xmlns:e="http://ns.adobe.com/exif/1.0/" e:GPSLatitude="48,51.5N" e:GPSLongitude="2,21W"
        xmlns:i="{xmp.IMPASTO}" i:recipe="{{}}"><d:creator><r:Seq><r:li>Ada</r:li><r:li>Bo</r:li>
        </r:Seq></d:creator><d:title><r:Alt><r:li>Sea</r:li><r:li>Mer</r:li></r:Alt></d:title>
        </r:Description>{TAIL}"""
    found = parse(text.encode())
    assert (found.title, found.author, found.recipe) == ("Sea", "Ada, Bo", "{}")
    assert found.gps == pytest.approx((48 + 51.5 / 60, -2.35))


@pytest.mark.parametrize(
    "trick",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        "<a>&undefined;</a>",
        "<a>" * 100_000,
        "<a>" * 20_000 + "</a>" * 20_000,
        "<a>" + " " * (1 << 20) + "</a>",
    ],
)
def test_tricks_are_not_played(trick):
    assert parse(trick.encode()) == Fields()
    assert parse(trick.encode("utf-16")) == Fields()


@pytest.mark.parametrize(
    ("north", "east"), [(None, 1.0), (91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)]
)
def test_what_is_no_place_on_earth(north, east):
    assert position(north, east) is None


@pytest.mark.parametrize("text", ["", "48.5", "48,51.5X", "1" * 500 + ",0N", "48,\u0665N"])
def test_what_is_no_degree(text):
    space = 'xmlns:e="http://ns.adobe.com/exif/1.0/"'
    places = f'e:GPSLatitude="{text}" e:GPSLongitude="2,21W"'
    data = f"{HEAD}<r:Description {space} {places}/>{TAIL}"
    assert parse(data.encode()).gps is None
