"""Pages are one file each, and what comes from outside stands in them as text."""

import base64
import io
from html.parser import HTMLParser

import pytest
import torch
from PIL import Image

from impasto.report.page import (
    LONGEST,
    bullets,
    data_url,
    folded,
    page,
    paragraph,
    section,
    table,
    text,
    works,
)

EVIL = '<script>alert("1")</script>&\x1b[31m'
VOID = {"meta", "img", "br", "wbr"}


class Reader(HTMLParser):
    """Checks that every element is closed, and collects the tags and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize(
    "made",
    [
        page(EVIL, [paragraph("fine")]),
        section(EVIL, []),
        paragraph(EVIL),
        bullets([EVIL]),
        table([EVIL, EVIL], [[EVIL, EVIL]], caption=EVIL),
        folded(EVIL, paragraph(EVIL)),
        works([(None, EVIL)]),
    ],
)
def test_names_stand_as_text(made: str) -> None:
    reader = read(made)
    assert "script" not in reader.tags
    assert '<script>alert("1")</script>&\\x1b[31m' in reader.said


def test_a_page_asks_nobody_for_anything() -> None:
    made = page("Test", [works([(torch.zeros(3, 4, 4, dtype=torch.uint8), "black")])])
    assert "http://" not in made
    assert "https://" not in made
    assert "default-src 'none'" in made
    assert {"link", "script", "iframe"}.isdisjoint(read(made).tags)


def test_long_names_lose_their_middle() -> None:
    assert len(text("x" * 10_000)) <= LONGEST
    assert len(text("\udcff" * 10_000)) <= LONGEST


def test_what_is_folded_opens_by_keyboard() -> None:
    assert read(folded("more", paragraph("here"))).tags == ["details", "summary", "p"]


def test_a_table_names_its_rows_and_columns() -> None:
    made = table(["", "ours", "chance"], [["accuracy", "0.9", "0.1"]], caption="Figures")
    assert made.count('scope="col"') == 3
    assert made.count('scope="row"') == 1
    assert "<caption>Figures</caption>" in made
    read(made)


def test_an_interval_stays_on_one_line() -> None:
    made = table(["", "ours"], [["accuracy", "0.5 [0.4, 0.6]"], ["[odd]", "[<b>]"], ["bare", 3]])
    assert '<td class="number">0.5 <span class="whole">[0.4, 0.6]</span></td>' in made
    assert '<td class="number">[&lt;b&gt;]</td>' in made
    assert read(made).said.split("\n")[0].endswith("0.5 [0.4, 0.6]")


def test_names_of_files_go_on_in_a_new_line_between_their_words() -> None:
    made = works([(None, "Symbolism/odilon_redon.jpg: <is>")])
    assert "Symbolism/<wbr>odilon_<wbr>redon.jpg: &lt;is&gt;" in made
    assert read(made).said == "Symbolism/odilon_redon.jpg: <is>"


def test_empty_parts() -> None:
    for made in (bullets([]), table([""], []), works([]), page("", []), section("", [])):
        read(made)


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_lie_in_the_page(channels: int) -> None:
    pixels = torch.full((channels, 300, 200), 90, dtype=torch.uint8)
    kind, _, data = data_url(pixels).partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.size == (96, 144)
        assert picture.mode == ("L" if channels == 1 else "RGB")
