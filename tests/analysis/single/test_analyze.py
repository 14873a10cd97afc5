"""The verb: any picture gives answers; what is written can be read."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.analysis.single import seen as seeing
from impasto.analysis.single.analyze import analyze
from impasto.analysis.single.canvas import Canvas
from impasto.analysis.single.seen import look
from impasto.analysis.single.styles import styles
from impasto.analysis.single.words import groups
from impasto.errors import ImpastoError, OutputError, PictureError, SettingsError
from impasto.networks import catalog
from impasto.picture import Picture, read

EVIL = '<script>alert("1")</script>&\x1b[31m'
RANGES = {
    "share": (0, 1),
    "explained": (0, 1),
    "mean": (0, 100),
    "range": (0, 100),
    "contrast": (0, 0.5001),
    "gathered": (0, 0.5001),
    "thirds": (0, 1),
    "left_right": (-1.0001, 1.0001),
    "top_bottom": (-1.0001, 1.0001),
    "balance": (0, 1),
    "edges": (0, 1),
    "entropy": (0, 8),
    "self_similarity": (0, 1.0001),
    "distance": (0, math.inf),
}


def numbers(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Every number in JSON, with the name it stands under."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from numbers(below, key)
    elif isinstance(value, list):
        for below in value:
            yield from numbers(below, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value


def checked(picture: Any, **how: Any) -> dict[str, Any]:
    """Analyze, and look through every number that comes out."""
    found = json.loads(analyze(picture, **how).to_json())
    for name, value in numbers(found):
        low, high = RANGES.get(name, (-math.inf, math.inf))
        assert math.isfinite(value), name
        assert low <= value <= high, name
    assert sum(s["share"] for s in found["palette"]["swatches"]) == pytest.approx(1, abs=2e-3)
    return found


@pytest.fixture(scope="module")
def wave() -> Picture:
    """A small picture of soft spots."""
    small = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(3))
    pixels = torch.nn.functional.interpolate(small, (90, 120), mode="bicubic").clamp(0, 1)
    return Picture.from_tensor(pixels)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (3, 4000), (4000, 3), (2, 2), (33, 9)])
@pytest.mark.parametrize("kind", ["black", "white", "noise"])
def test_any_size_gives_answers(size: tuple[int, int], kind: str) -> None:
    shape = (1, 3, *size)
    random = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    pixels = {"black": torch.zeros(shape), "white": torch.ones(shape), "noise": random}[kind]
    found = checked(pixels)
    assert found["size"] == [size[1], size[0]]
    assert max(found["measured"]) <= 512


@settings(max_examples=10, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    levels=st.integers(1, 6),
    seed=st.integers(0, 10_000),
)
def test_numbers_stay_in_their_ranges(height: int, width: int, levels: int, seed: int) -> None:
    random = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))
    checked((random * levels).round() / levels)


def test_the_same_picture_gives_the_same_numbers(wave: Picture) -> None:
    first, second = analyze(wave), analyze(wave)
    assert first.to_json() == second.to_json()
    assert torch.equal(first.figure().pixels, second.figure().pixels)


def test_every_kind_of_picture_is_taken(wave: Picture, tmp_path: Path) -> None:
    path = tmp_path / "wave.png"
    wave.to_pil().save(path)
    from_file = checked(path)
    assert from_file.pop("name") == "wave.png"
    for given_as in (read(path), wave.to_pil(), read(path).pixels):
        other = checked(given_as)
        other.pop("name")
        assert other == from_file


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_odd_modes_give_answers(mode: str, wave: Picture, tmp_path: Path) -> None:
    gray = wave.to_pil().convert("L")
    image = (
        Image.fromarray(np.asarray(gray).astype(np.uint16) * 257)
        if mode == "I;16"
        else wave.to_pil().convert(mode)
    )
    path = tmp_path / ("odd.tif" if mode == "CMYK" else "odd.png")
    image.save(path)
    found = checked(path)
    assert (found["tone"] == "gray") == (mode in {"1", "L", "LA", "I;16"})


def test_what_is_all_transparent_is_white_paper() -> None:
    nothing = Picture.from_tensor(torch.zeros(1, 3, 20, 30), alpha=torch.zeros(1, 1, 20, 30))
    found = checked(nothing)
    assert [s["color"] for s in found["palette"]["swatches"]] == ["#ffffff"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_large_file_is_seen_as_a_small_one(
    mode: str, wave: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = wave.to_pil().resize((1200, 900), Image.Resampling.BICUBIC)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(tmp_path / "large.png")
    whole = look(tmp_path / "large.png")
    monkeypatch.setattr(seeing, "LARGE", 1)
    streamed = look(tmp_path / "large.png")
    assert whole.size == streamed.size == (1200, 900)
    torch.testing.assert_close(whole.pixels, streamed.pixels, atol=0.03, rtol=0)
    torch.testing.assert_close(whole.cover, streamed.cover, atol=0.02, rtol=0)


def test_the_border_does_not_count_unless_it_is_asked_for(wave: Picture) -> None:
    page = torch.zeros(1, 3, 150, 120)
    page[..., 30:120, :] = wave.pixels
    inside, whole = analyze(page), analyze(page, whole=True)
    assert inside.border == whole.border is not None
    assert (inside.measured, whole.measured) == ((120, 90), (120, 150))
    assert inside.palette == analyze(wave.pixels).palette
    assert whole.light.mean < inside.light.mean


@pytest.mark.parametrize(
    ("picture", "how", "error"),
    [
        (torch.zeros(2, 3, 4, 4), {}, PictureError),
        (torch.full((1, 3, 4, 4), 7.0), {}, PictureError),
        (Path("missing.png"), {}, PictureError),
        (torch.zeros(1, 3, 4, 4), {"colors": 0}, SettingsError),
        (torch.zeros(1, 3, 4, 4), {"colors": 13}, SettingsError),
    ],
)
def test_what_cannot_be_is_said(picture: Any, how: Any, error: type[ImpastoError]) -> None:
    with pytest.raises(error):
        analyze(picture, **how)


def test_a_style_is_nearest_to_itself(wave: Picture, generator: torch.Generator) -> None:
    brush = catalog.load_named("brush")
    with torch.inference_mode():
        own = brush.style(wave.pixels)[0]
        other = brush.style(torch.rand(1, 3, 64, 64, generator=generator))[0]
    found = styles(look(wave), {"other": other, "own": own})
    assert [near.name for near in found.nearest] == ["own", "other"]
    assert found.nearest[0].distance == pytest.approx(0, abs=1e-5)
    assert found.nearest[1].distance == pytest.approx(found.usual, abs=1e-5)


def test_works_are_nearest_to_their_own_style(shared: Path) -> None:
    for name in ("hokusai_great-wave", "munch_the-scream", "mondrian_composition"):
        found = styles(look(shared / "data" / "styles" / f"{name}.jpg"))
        assert found.nearest[0].name in name or found.nearest[0].name == "mondrian-composition"
        assert found.nearest[0].distance < found.usual / 3


def test_every_measure_is_said_in_words(wave: Picture) -> None:
    said = groups(analyze(wave))
    assert [len(lines) > 2 for lines in said.values()] == [True] * len(said)
    assert "nan" not in str(said)


class Reader(HTMLParser):
    """Collects tags and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_what_comes_from_outside_stands_as_text(wave: Picture) -> None:
    found = analyze(replace(wave, title=EVIL, author=EVIL, name=EVIL))
    svg = ET.fromstring(found.to_svg())
    assert not [e for e in svg.iter() if e.tag.endswith("script")]
    assert '<script>alert("1")</script>&\\x1b[31m' in "".join(svg.itertext())
    reader = Reader()
    reader.feed(found.to_html())
    assert {"script", "link", "iframe"}.isdisjoint(reader.tags)
    assert '<script>alert("1")</script>&\\x1b[31m' in reader.said
    assert "\x1b" not in found.to_json()


def test_a_page_asks_nobody_for_anything(wave: Picture) -> None:
    page = analyze(wave).to_html()
    addresses = page.replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in addresses
    assert "https://" not in addresses
    assert "default-src 'none'" in page


@pytest.mark.parametrize("ending", [".png", ".svg", ".html", ".json"])
def test_it_is_saved_in_the_form_that_the_name_says(
    ending: str, wave: Picture, tmp_path: Path
) -> None:
    found, path = analyze(wave), tmp_path / f"out{ending}"
    assert found.save(path) == path
    with pytest.raises(OutputError):
        found.save(path)
    if ending == ".png":
        with Image.open(path) as image:
            assert image.size == (3200, 3120)
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    elif ending == ".json":
        assert json.loads(path.read_text()) == json.loads(found.to_json())
    else:
        assert len(path.read_text()) > 1000


def test_an_unknown_ending_is_refused(wave: Picture, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        analyze(wave).save(tmp_path / "out.xyz")
    assert list(tmp_path.iterdir()) == []


def test_pixels_and_svg_show_the_same(generator: torch.Generator) -> None:
    canvas = Canvas(40, 20, "#ffffff", title="t")
    canvas.rectangle((10, 5, 20, 10), "#ff0000")
    pixels = canvas.to_tensor()
    assert pixels.shape == (1, 3, 40, 80)
    assert pixels[0, :, 20, 40].tolist() == [1, 0, 0]
    assert pixels[0, :, 4, 10].tolist() == [1, 1, 1]
    red = [e for e in ET.fromstring(canvas.to_svg()) if e.attrib.get("fill") == "#ff0000"]
    assert [e.attrib["x"] for e in red] == ["10.0"]


def test_lines_that_are_too_long_are_cut() -> None:
    canvas = Canvas(100, 20, "#ffffff")
    canvas.words((0, 15), "x" * 500, size=12, color="#000000", longest=60)
    said = "".join(ET.fromstring(canvas.to_svg()).itertext())
    assert said.endswith("…")
    assert len(said) < 20
