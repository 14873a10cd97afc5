"""The three small drawings of the figure: the eye, the light, the hues."""

import colorsys

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.analysis.single.canvas import Box, Canvas
from impasto.analysis.single.harmony import hues
from impasto.analysis.single.reading import Reading
from impasto.analysis.single.saliency import saliency
from impasto.analysis.single.seen import Seen, hexed

MAT, INK, SOFT, MARK = "#ebe6dc", "#2f2b28", "#857d74", "#c2562d"
GLOW = (0.85, 0.28, 0.10)
BARS = 100


def within(box: Box, size: tuple[int, ...]) -> Box:
    """Find the largest box of these proportions in the middle of another."""
    (x, y, wide, high), (h, w) = box, size
    scale = min(wide / w, high / h)
    across, down = max(w * scale, 1.0), max(h * scale, 1.0)
    return x + (wide - across) / 2, y + (high - down) / 2, across, down


def eye_panel(canvas: Canvas, reading: Reading, box: Box) -> None:
    """Draw the picture in grays, glowing where the eye is drawn, with thirds, peak and horizon."""
    canvas.rectangle(box, MAT)
    x, y, across, down = within(box, reading.seen.pixels.shape[-2:])
    canvas.picture((x, y, across, down), glowing(reading.seen))
    for third in (1 / 3, 2 / 3):
        canvas.line(
            [(x + across * third, y), (x + across * third, y + down)], "#ffffffb0", width=0.75
        )
        canvas.line(
            [(x, y + down * third), (x + across, y + down * third)], "#ffffffb0", width=0.75
        )
    if reading.horizon:
        middle = y + reading.horizon.height * down
        rise = np.tan(np.radians(reading.horizon.slope)) * across / 2
        canvas.line([(x, middle + rise), (x + across, middle - rise)], "#2f6f8f", width=2)
    peak = (x + reading.eye.peak[0] * across, y + reading.eye.peak[1] * down)
    canvas.ring(peak, 9, "#ffffff", width=4.5)
    canvas.ring(peak, 8, INK, width=2)


def glowing(seen: Seen) -> Float[Tensor, "1 3 h w"]:
    """Turn a picture gray and let it glow where the eye is drawn."""
    drawn = torch.from_numpy(saliency(seen))[None, None].float()
    drawn = drawn - drawn.amin()
    strong = (drawn / drawn.amax().clamp(min=1e-9)) ** 1.5
    strong = F.interpolate(strong, size=seen.pixels.shape[-2:], mode="bicubic").clamp(0, 1) * 0.85
    gray = torch.from_numpy(seen.gray).float()[None, None].expand(-1, 3, -1, -1)
    pale = 0.25 + 0.7 * gray
    return torch.lerp(pale, torch.tensor(GLOW)[:, None, None] * (0.55 + 0.45 * gray), strong)


def light_panel(canvas: Canvas, reading: Reading, box: Box) -> None:
    """Draw how much of the picture has which lightness, from black to white."""
    x, y, wide, high = box
    floor = y + high - 34
    heights = _lightness(reading.seen) * (high - 74)
    step = wide / BARS
    tops = [(x + (i + 0.5) * step, floor - up) for i, up in enumerate(heights.tolist())]
    canvas.polygon(
        [(x, floor), (x, tops[0][1]), *tops, (x + wide, tops[-1][1]), (x + wide, floor)], "#b9b1a5"
    )
    canvas.line([(x, tops[0][1]), *tops, (x + wide, tops[-1][1])], INK, width=1.25)
    for i in range(BARS):
        level = i / (BARS - 1)
        canvas.rectangle((x + i * step, floor + 6, step + 0.5, 14), hexed((level, level, level)))
    mean = x + reading.light.mean / 100 * wide
    canvas.line([(mean, y + 14), (mean, floor)], MARK, width=1.5)
    left = reading.light.mean > 70
    canvas.words(
        (mean + (-8 if left else 8), y + 24),
        f"mean {reading.light.mean:.0f}",
        size=14,
        color=MARK,
        anchor="r" if left else "l",
    )


def _lightness(seen: Seen) -> Float[np.ndarray, " bars"]:
    """Count how much has which lightness, smoothed; the most is 1."""
    places = (seen.lab[..., 0].ravel().clip(0, 99.99) / 100 * BARS).astype(int)
    counts = np.pad(np.bincount(places, seen.weight.ravel(), minlength=BARS), 2, mode="edge")
    smooth = np.convolve(counts, np.array([1, 2, 3, 2, 1]) / 9, "valid")
    heights: np.ndarray = smooth / smooth.max()
    return heights


def hue_panel(canvas: Canvas, reading: Reading, box: Box) -> None:
    """Draw how much color lies at which hue, round a wheel, and the sectors of the harmony."""
    x, y, wide, high = box
    middle, outer = (x + wide / 2, y + high / 2), high / 2 - 2
    inner = outer - 16
    for degree in range(0, 360, 3):
        ring = [
            *_arc(middle, outer, degree, degree + 3.4),
            *_arc(middle, inner, degree + 3.4, degree),
        ]
        canvas.polygon(ring, hexed(colorsys.hsv_to_rgb(degree / 360, 0.62, 0.86)))
    for hue, width in zip(reading.harmony.hues, reading.harmony.widths, strict=True):
        edge = _arc(middle, inner - 4, hue - width / 2, hue + width / 2)
        canvas.polygon([middle, *edge], "#e2dbcf")
    shares = hues(reading.seen).reshape(-1, 5).sum(1)
    shares = np.convolve(np.pad(shares, 1, mode="wrap"), np.array([1, 2, 1]) / 4, "valid")
    if reading.harmony.kind == "neutral" or shares.max() <= 0:
        canvas.words(
            (middle[0], middle[1] + 6), "hardly any color", size=15, color=SOFT, anchor="m"
        )
        return
    for i, share in enumerate(shares):
        far = (inner - 8) * float(np.sqrt(share / shares.max()))
        if far >= 1:
            color = hexed(colorsys.hsv_to_rgb((5 * i + 2.5) / 360, 0.7, 0.78))
            canvas.polygon([middle, *_arc(middle, far, 5 * i, 5 * i + 5)], color)


def _arc(
    middle: tuple[float, float], radius: float, start: float, end: float
) -> list[tuple[float, float]]:
    """Walk along a circle; red is at the top, and hues go round clockwise."""
    angles = np.radians(np.linspace(start, end, max(2, int(abs(end - start) / 3) + 2)) - 90)
    return [
        (middle[0] + radius * float(np.cos(a)), middle[1] + radius * float(np.sin(a)))
        for a in angles
    ]
