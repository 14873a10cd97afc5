"""Tiles: they cover, they align, and what they make equals the untiled painting."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.networks import colors
from impasto.networks.brush import STRIDE
from impasto.styling import library
from impasto.styling.hand import hand
from impasto.styling.painting import Region, paint
from impasto.styling.settings import StylizeSettings
from impasto.styling.tiles import plan, spans, tile_by_tile
from impasto.styling.view import InMemory


@given(length=st.integers(1, 5000), count=st.integers(1, 9), reach=st.integers(0, 300))
def test_spans_cover_once_and_overlap_on_the_grid(length: int, count: int, reach: int) -> None:
    found = spans(length, count, reach)
    assert [s.start for s in found] == [0, *(s.stop for s in found[:-1])]
    assert found[-1].stop == length
    for span in found:
        assert span.first % STRIDE == 0
        assert span.first >= 0
        assert span.first <= max(0, span.start - reach)
        assert span.last >= min(length, span.stop + reach)


def test_all_spans_of_a_large_picture_read_equally_much() -> None:
    read = [-(-(s.last - s.first) // STRIDE) * STRIDE for s in spans(9_999, 7, 96)]
    assert read == [read[0]] * 7


@settings(deadline=None)
@given(st.integers(1, 6000), st.integers(1, 6000), st.sampled_from([250_000, 2_600_000]))
def test_a_plan_keeps_to_its_area(height: int, width: int, area: int) -> None:
    rows, columns = plan(height, width, reach=96, area=area)
    largest = max(r.last - r.first for r in rows) * max(c.last - c.first for c in columns)
    assert largest <= area


def test_what_fits_is_not_divided() -> None:
    assert [len(s) for s in plan(512, 512, reach=96)] == [1, 1]


def test_painting_nothing_returns_the_picture() -> None:
    picture = torch.rand(1, 3, 301, 517)
    rows = tile_by_tile(InMemory(picture), lambda tile, *_: tile, reach=40, area=30_000)
    assert torch.equal(torch.cat(list(rows), -2), picture)


@pytest.mark.parametrize(
    ("dtype", "levels"), [(torch.float32, 1), (torch.bfloat16, 3)], ids=["float32", "bfloat16"]
)
@pytest.mark.parametrize("size", [(300, 421), (521, 264)])
@pytest.mark.parametrize("stroke", [1.0, 4.0])
def test_tiled_equals_untiled(
    dtype: torch.dtype, levels: int, size: tuple[int, int], stroke: float
) -> None:
    brush, chosen = hand(dtype), StylizeSettings(stroke=stroke)
    waves = torch.linspace(0, 40, size[1]).sin() * torch.linspace(0, 30, size[0]).cos()[:, None]
    photo = (waves / 2 + 0.5).expand(1, 3, -1, -1) * torch.tensor([1, 0.8, 0.5])[:, None, None]
    region = Region(library.find("starry-night").values[None])
    whole, tiled = (
        torch.cat(list(paint(brush, InMemory(photo), [region], chosen, area=area)), -2)
        for area in (10**9, 90_000)
    )
    assert (whole - tiled).abs().max() <= levels / 255


@pytest.mark.parametrize("side", [200, 700])
def test_a_painting_has_the_palette_of_its_style(side: int) -> None:
    y, x = torch.meshgrid(
        torch.linspace(0, 1, side), torch.linspace(0, 1, side + 40), indexing="ij"
    )
    photo = torch.stack([x, (9 * y).sin() / 2 + 0.5, 1 - x * y])[None]
    painter = hand(torch.float32)
    style = library.find("great-wave").values[None]
    made = torch.cat(list(paint(painter, InMemory(photo), [Region(style)], StylizeSettings())), -2)
    wanted, found = style[:, : colors.SIZE], colors.palette(made)
    assert (found - wanted).abs().max() < 0.012  # three times as far if it is not set right
    assert (colors.palette(photo) - wanted).abs().max() > 0.1
