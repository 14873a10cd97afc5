"""Eye, balance, horizon, border and complexity against values worked by hand."""

import numpy as np
import pytest
import torch

from impasto.analysis.single.balance import balance
from impasto.analysis.single.border import border
from impasto.analysis.single.complexity import (
    complexity,
    edge_map,
    entropy,
    fractal,
    jpeg,
    self_similarity,
)
from impasto.analysis.single.horizon import horizon
from impasto.analysis.single.saliency import POINTS, eye, nearness, saliency
from impasto.analysis.single.seen import look

Color = tuple[float, float, float]


def plain(height: int, width: int, color: Color = (0.5, 0.5, 0.5)) -> torch.Tensor:
    return torch.tensor(color, dtype=torch.float32)[None, :, None, None].repeat(1, 1, height, width)


def noise(height: int, width: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def blobs(height: int, width: int, seed: int = 0) -> torch.Tensor:
    """Soft spots, as a picture has."""
    small = noise(max(2, height // 12), max(2, width // 12), seed)
    size = (height, width)
    return torch.nn.functional.interpolate(small, size, mode="bilinear").clamp(0, 1)


def test_the_eye_goes_to_the_only_spot() -> None:
    pixels = plain(90, 120)
    pixels[..., 27:34, 77:84] = torch.tensor([0.9, 0.1, 0.1])[:, None, None]
    found = eye(look(pixels))
    assert found.peak == pytest.approx((80.5 / 120, 30.5 / 90), abs=0.03)
    assert found.third == "upper right"
    assert found.gathered < 0.1
    assert found.thirds > 1.5 * found.thirds_evenly


def test_a_plain_picture_draws_the_eye_nowhere() -> None:
    found = eye(look(plain(30, 40)))
    assert found.peak == found.center == pytest.approx((0.5, 0.5))
    assert found.gathered == pytest.approx(0.5)
    assert found.thirds == pytest.approx(found.thirds_evenly)


def test_the_points_of_the_thirds_are_nearest_to_themselves() -> None:
    for x, y in POINTS.values():
        assert nearness(np.array([[x]]), np.array([[y]])) == 1
    middle = nearness(np.array([[0.5]]), np.array([[0.5]]))[0, 0]
    assert middle == pytest.approx(np.exp(-((1 / 3) ** 2) / (2 * 0.17**2)))


@pytest.mark.parametrize("seed", range(3))
def test_a_mirror_swaps_left_and_right(seed: int) -> None:
    pixels = blobs(72, 100, seed)
    seen, mirrored = look(pixels), look(pixels.flip(3))
    np.testing.assert_allclose(saliency(seen)[:, ::-1], saliency(mirrored), atol=1e-5)
    first, second = eye(seen), eye(mirrored)
    assert first.center[0] == pytest.approx(1 - second.center[0], abs=1e-3)
    assert first.gathered == pytest.approx(second.gathered, abs=1e-3)
    one, other = balance(seen), balance(mirrored)
    assert one.lean[0] == pytest.approx(-other.lean[0], abs=1e-6)
    assert one.lean[1] == pytest.approx(other.lean[1], abs=1e-6)
    assert one.left_right == pytest.approx(other.left_right, abs=1e-6)


def test_a_picture_beside_its_mirror_image_is_symmetric() -> None:
    half = blobs(60, 50)
    found = balance(look(torch.cat([half, half.flip(3)], 3)))
    assert found.left_right == pytest.approx(1, abs=1e-9)
    assert found.lean[0] == pytest.approx(0, abs=1e-9)
    assert found.top_bottom < 0.9
    upright = balance(look(torch.cat([half, half.flip(2)], 2)))
    assert upright.top_bottom == pytest.approx(1, abs=1e-9)


def test_dark_against_light_is_opposite() -> None:
    pixels = torch.cat([plain(40, 30, (0, 0, 0)), plain(40, 30, (1, 1, 1))], 3)
    found = balance(look(pixels))
    assert found.left_right == pytest.approx(-1, abs=1e-6)
    assert found.top_bottom == pytest.approx(1)


def test_a_plain_picture_is_symmetric_and_balanced() -> None:
    found = balance(look(plain(20, 30, (0.3, 0.5, 0.1))))
    assert (found.left_right, found.top_bottom, found.balance) == (1, 1, 1)
    assert found.lean == (0, 0)


def test_a_spot_in_the_corner_weighs_there() -> None:
    pixels = plain(100, 100, (1, 1, 1))
    pixels[..., 90:, 90:] = 0
    found = balance(look(pixels))
    assert found.lean == pytest.approx(
        (0.45, 0.45), abs=0.02
    )  # half is the spot's, half the rest's
    assert found.balance == pytest.approx(0.55, abs=0.02)


def sea(height: int, width: int, down: float, degrees: float = 0) -> torch.Tensor:
    """Sky over sea, with a grain."""
    rows = torch.arange(height)[:, None] + 0.5
    columns = torch.arange(width)[None] - (width - 1) / 2
    line = down * height - columns * np.tan(np.radians(degrees))
    water = (rows > line).float()
    colors = torch.tensor([0.7, 0.8, 0.95]), torch.tensor([0.1, 0.3, 0.4])
    pixels = colors[0][:, None, None] * (1 - water) + colors[1][:, None, None] * water
    return (pixels[None] + 0.1 * (noise(height, width) - 0.5)).clamp(0, 1)


@pytest.mark.parametrize(("down", "degrees"), [(0.4, 0.0), (0.65, 2.0), (0.3, -2.5)])
def test_a_horizon_is_found(down: float, degrees: float) -> None:
    found = horizon(look(sea(150, 180, down, degrees)))
    assert found is not None
    assert found.height == pytest.approx(down, abs=0.02)
    assert found.slope == pytest.approx(degrees, abs=0.5)
    assert 0.9 < found.share <= 1


@pytest.mark.parametrize(
    "pixels",
    [
        plain(100, 100),
        noise(100, 100),
        sea(100, 100, 0.5).transpose(2, 3),
        sea(100, 100, 0.5, 30),
        sea(100, 100, 0.03),
        sea(20, 100, 0.5),
    ],
    ids=["plain", "noise", "upright", "steep", "edge", "small"],
)
def test_no_horizon_is_said_where_there_is_none(pixels: torch.Tensor) -> None:
    assert horizon(look(pixels)) is None


def framed(inner: torch.Tensor, sides: tuple[int, int, int, int], color: Color) -> torch.Tensor:
    """Put a picture into a border: above, below, left, right."""
    up, down, left, right = sides
    height, width = inner.shape[-2:]
    page = plain(height + up + down, width + left + right, color)
    page[..., up : up + height, left : left + width] = inner
    return page


@pytest.mark.parametrize(
    ("sides", "color", "kind"),
    [
        ((20, 20, 0, 0), (0, 0, 0), "letterbox"),
        ((0, 0, 20, 30), (0, 0, 0), "pillarbox"),
        ((20, 20, 0, 0), (1, 1, 1), "bands"),
        ((3, 3, 3, 3), (1, 1, 1), "border"),
        ((20, 30, 20, 20), (0.96, 0.95, 0.9), "mat"),
        ((20, 20, 20, 20), (0.3, 0.15, 0.05), "frame"),
    ],
)
def test_borders_and_the_box_inside(
    sides: tuple[int, int, int, int], color: Color, kind: str
) -> None:
    found = border(look(framed(blobs(120, 160), sides, color)))
    assert found is not None
    assert found.kind == kind
    assert found.box == (sides[2], sides[0], 160, 120)


def test_a_mat_in_a_frame() -> None:
    matted = framed(blobs(120, 160), (20,) * 4, (0.96, 0.95, 0.9))
    found = border(look(framed(matted, (15,) * 4, (0.1, 0.07, 0.05))))
    assert found is not None
    assert (found.kind, found.box) == ("mat in a frame", (35, 35, 160, 120))


def test_a_seam_is_no_layer_of_its_own() -> None:
    matted = framed(blobs(120, 160), (20,) * 4, (0.96, 0.95, 0.9))
    page = framed(framed(matted, (1,) * 4, (0.5, 0.5, 0.5)), (15,) * 4, (0.1, 0.07, 0.05))
    found = border(look(page))
    assert found is not None
    assert (found.kind, found.box) == ("mat in a frame", (36, 36, 160, 120))


def test_the_box_is_in_pixels_of_the_original() -> None:
    found = border(look(framed(blobs(1200, 1600), (200, 200, 0, 0), (0, 0, 0))))
    assert found is not None
    x, y, wide, high = found.box
    assert (x, wide) == (0, 1600)
    assert abs(y - 200) <= 4
    assert abs(high - 1200) <= 8


def test_no_border_is_said_where_there_is_none() -> None:
    spot = plain(100, 100, (1, 1, 1))
    yy, xx = torch.meshgrid(torch.arange(100), torch.arange(100), indexing="ij")
    spot[..., ((yy - 50) ** 2 + (xx - 50) ** 2) < 900] = 0.2
    above = framed(blobs(80, 100), (20, 0, 0, 0), (1, 1, 1))
    for pixels in (plain(100, 100), noise(100, 100), spot, above, blobs(100, 100)):
        assert border(look(pixels)) is None


def test_entropy_by_hand() -> None:
    half = np.zeros((10, 10))
    half[:5] = 1
    assert entropy(half) == pytest.approx(1)
    assert entropy(np.zeros((3, 3))) == 0
    levels = np.arange(256)[None] / 255
    assert entropy(levels) == pytest.approx(8)


def test_a_line_has_one_dimension_and_a_field_two() -> None:
    line = np.zeros((128, 128), bool)
    line[64] = True
    assert fractal(line) == pytest.approx(1)
    assert fractal(np.ones((128, 128), bool)) == pytest.approx(2)
    assert fractal(np.zeros((128, 128), bool)) is None
    assert fractal(np.ones((16, 16), bool)) is None


def test_edges_lie_where_black_meets_white() -> None:
    gray = np.zeros((20, 40))
    gray[:, 20:] = 1
    found = edge_map(gray)
    columns = np.flatnonzero(found.any(0))
    assert {19, 20} <= set(columns.tolist())
    assert set(columns.tolist()) <= set(range(17, 23))
    assert not edge_map(np.full((20, 40), 0.5)).any()


def test_noise_needs_more_than_a_plain_picture() -> None:
    assert jpeg(look(plain(64, 64))) == 0
    assert jpeg(look(blobs(64, 64))) < jpeg(look(noise(64, 64)))


def test_tiles_are_similar_to_the_whole() -> None:
    tile = blobs(32, 32)
    tiled = self_similarity(look(tile.repeat(1, 1, 8, 8)).lab)
    lines = torch.arange(256).div(16).floor().remainder(2)[None, None, None]
    half = lines.repeat(1, 3, 256, 1)
    mixed = torch.cat([half[..., :128], half.transpose(2, 3)[..., :128]], 3)
    apart = self_similarity(look(mixed).lab)
    assert tiled is not None
    assert apart is not None
    assert apart < 0.6 < tiled <= 1
    assert self_similarity(look(plain(64, 64)).lab) is None
    assert self_similarity(look(noise(20, 64)).lab) is None


def test_a_plain_picture_is_simple() -> None:
    found = complexity(look(plain(64, 64)))
    assert (found.edges, found.entropy, found.jpeg, found.fractal) == (0, 0, 0, None)
