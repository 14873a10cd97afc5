"""Palette, names, harmony, light and tone against values worked by hand."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kornia.color import hsv_to_rgb

from impasto.analysis.single.difference import ciede2000
from impasto.analysis.single.harmony import TEMPLATES, harmony, hues
from impasto.analysis.single.light import DARKEST, colorfulness, key, light, warmths
from impasto.analysis.single.names import _named, nearest
from impasto.analysis.single.palette import palette
from impasto.analysis.single.seen import Seen, look, quantiles
from impasto.analysis.single.tone import tone
from impasto.picture import Picture

SHARMA = [  # the paper's table 1, rows 1, 4, 7, 9, 16, 20, 25, 34
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def stripes(*colors: tuple[float, float, float], side: int = 24) -> Seen:
    """Upright stripes of equal width."""
    wide = torch.tensor(colors, dtype=torch.float32).T.repeat_interleave(side, 1)
    return look(wide[None, :, None, :].repeat(1, 1, side, 1))


def hued(*degrees: float, saturation: float = 0.8) -> Seen:
    """Stripes of one saturation and brightness, of these hues."""
    hsv = torch.tensor([[math.radians(d % 360), saturation, 0.8] for d in degrees])
    rgb = hsv_to_rgb(hsv.T[None, :, :, None])[0, :, :, 0].T
    return stripes(*(tuple(c) for c in rgb.clamp(0, 1).tolist()))


@pytest.mark.parametrize(("first", "second", "expected"), SHARMA)
def test_differences_are_the_papers(
    first: tuple[float, ...], second: tuple[float, ...], expected: float
) -> None:
    one, other = np.array([first], float), np.array([second], float)
    assert ciede2000(one, other)[0] == pytest.approx(expected, abs=6e-5)
    assert ciede2000(other, one)[0] == pytest.approx(expected, abs=6e-5)


def test_differences_are_those_of_scikit_image() -> None:
    color = pytest.importorskip("skimage.color")
    rng = np.random.default_rng(0)
    lab = rng.uniform((0, -90, -90), (100, 90, 90), (2, 500, 3))
    np.testing.assert_allclose(ciede2000(*lab), color.deltaE_ciede2000(*lab), atol=1e-9)
    assert ciede2000(lab[0], lab[0]).max() == 0


def test_names_name_themselves() -> None:
    names, lab = _named()
    assert len(set(names)) == len(names) > 300
    for i in range(0, len(names), 25):
        name, off = nearest(lab[i])
        assert off == pytest.approx(0, abs=1e-6)
        assert lab[names.index(name)] == pytest.approx(lab[i])


def test_two_colors_are_a_palette_of_two() -> None:
    found = palette(stripes((1, 0, 0), (0, 0, 1), (0, 0, 1)))
    assert [(s.color, round(s.share, 6)) for s in found.swatches] == [
        ("#0000ff", round(2 / 3, 6)),
        ("#ff0000", round(1 / 3, 6)),
    ]
    assert (found.explained, found.asked) == (1.0, False)
    assert found.rest == pytest.approx(0, abs=1e-6)


def test_one_color_is_a_palette_of_one_whatever_is_asked() -> None:
    seen = stripes((0.2, 0.4, 0.6))
    for asked in (None, 5):
        (swatch,) = palette(seen, asked).swatches
        assert (swatch.color, swatch.share) == ("#336699", pytest.approx(1))


def test_what_is_transparent_has_no_share() -> None:
    pixels = torch.tensor([1.0, 0, 0])[None, :, None, None].repeat(1, 1, 8, 8)
    alpha = torch.ones(1, 1, 8, 8)
    alpha[..., 4:] = 0
    (swatch,) = palette(look(Picture.from_tensor(pixels, alpha=alpha))).swatches
    assert (swatch.color, swatch.share) == ("#ff0000", pytest.approx(1))


def test_as_many_colors_as_are_asked_for(generator: torch.Generator) -> None:
    found = palette(look(torch.rand(1, 3, 32, 32, generator=generator)), 5)
    assert (len(found.swatches), found.asked) == (5, True)
    assert sum(s.share for s in found.swatches) == pytest.approx(1)
    shares = [s.share for s in found.swatches]
    assert shares == sorted(shares, reverse=True)


def test_a_mirror_image_has_the_same_palette(generator: torch.Generator) -> None:
    pixels = torch.rand(1, 3, 32, 32, generator=generator)
    first, second = (palette(look(p)) for p in (pixels, pixels.flip(3)))
    assert [s.color for s in first.swatches] == [s.color for s in second.swatches]
    assert first.rest == pytest.approx(second.rest)


@pytest.mark.parametrize(
    ("degrees", "kind", "letter"),
    [
        ((30,), "monochrome", "i"),
        ((30, 210), "complementary", "I"),
        ((0, 120, 240), "triadic", ""),
        ((20, 45, 70, 95), "analogous", "V"),
        ((0, 0, 60, 90, 125), "right-angled", "L"),
        ((0, 30, 60, 210), "split complementary", "Y"),
        (tuple(range(0, 161, 20)), "half the wheel", "T"),
        ((0, 45, 80, 180, 225, 260), "double complementary", "X"),
        (tuple(range(0, 360, 20)), "many hues", "N"),
    ],
)
def test_kinds_of_harmony(degrees: tuple[float, ...], kind: str, letter: str) -> None:
    found = harmony(hued(*degrees))
    assert (found.kind, found.template) == (kind, letter)
    assert len(found.hues) == len(found.widths)


def test_grays_are_neutral() -> None:
    assert harmony(stripes((0, 0, 0), (0.5, 0.5, 0.5))).kind == "neutral"
    assert hues(stripes((0.5, 0.5, 0.5))).sum() == 0


@settings(max_examples=12, deadline=None)
@given(turn=st.integers(0, 359), choice=st.integers(0, len(TEMPLATES) - 1))
def test_harmony_turns_with_the_wheel(turn: int, choice: int) -> None:
    template = TEMPLATES[choice]
    edges = [
        middle + side * width / 2.2
        for middle, width in zip(template.middles, template.widths, strict=True)
        for side in (-1, -0.4, 0.1, 0.5, 1)
    ]
    found = harmony(hued(*(turn + e for e in edges)))
    assert found.kind == template.kind
    nearest_turn = min(abs((h - turn - template.middles[0] + 180) % 360 - 180) for h in found.hues)
    assert nearest_turn <= 16


def test_a_little_of_another_hue_is_no_harmony_of_two() -> None:
    assert harmony(hued(*[30] * 60, 210)).kind == "monochrome"


def test_black_beside_white() -> None:
    found = light(stripes((0, 0, 0), (1, 1, 1)))
    assert found.mean == pytest.approx(50, abs=0.01)
    assert found.range == pytest.approx(100, abs=0.01)
    assert found.stops == pytest.approx(math.log2(1 / DARKEST), abs=0.01)
    assert (found.contrast, found.key) == (pytest.approx(0.5), "mid")
    assert (found.colorful, found.temperature) == ("not colorful", "neither")
    assert found.colorfulness == pytest.approx(0, abs=1e-6)


def test_colorfulness_by_hand() -> None:
    """Of one color only the means count: rg = 255, yb = 127.5."""
    expected = 0.3 * math.hypot(255, 127.5)
    assert colorfulness(stripes((1, 0, 0))) == pytest.approx(expected, rel=1e-5)


def test_warm_and_cool() -> None:
    assert light(stripes((1, 0.6, 0.2))).temperature == "warm"
    assert light(stripes((0.2, 0.4, 1))).temperature == "cool"
    there = np.array([[50.0, 40 * math.cos(math.radians(50)), 40 * math.sin(math.radians(50))]])
    assert warmths(there)[0] == pytest.approx(0.02 * 40**1.07)


def test_keys() -> None:
    assert [key(mean) for mean in (0, 39.9, 40, 64.9, 65, 100)] == [
        *("low", "low", "mid", "mid"),
        *("high", "high"),
    ]


def test_quantiles_by_hand() -> None:
    values, weight = np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25])
    assert quantiles(values, weight, (0.0, 0.25, 0.4, 0.9, 1.0)) == [1, 1, 2, 3, 3]


def test_gray_sepia_toned_and_color() -> None:
    ramp = torch.linspace(0.05, 0.95, 64)[None, None, None].repeat(1, 3, 32, 1)
    assert tone(look(ramp)) == "gray"
    sepia = ramp * torch.tensor([1.0, 0.85, 0.65])[:, None, None]
    assert tone(look(sepia)) == "sepia"
    cyanotype = ramp * torch.tensor([0.7, 0.85, 1.0])[:, None, None]
    assert tone(look(cyanotype)) == "toned"
    assert tone(stripes((0.9, 0.6, 0.2))) == "color"
    assert tone(hued(30, 210)) == "color"
