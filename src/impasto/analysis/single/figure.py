"""The figure: a plate of the picture, its palette, its light and its hues, to be printed."""

from impasto.analysis.single.canvas import Canvas, length
from impasto.analysis.single.panels import MAT, eye_panel, hue_panel, light_panel, within
from impasto.analysis.single.reading import Reading
from impasto.analysis.single.words import bordered, harmonious, leaning, level, temperature

PAPER, INK, SOFT, LINE = "#f6f3ed", "#2f2b28", "#857d74", "#d8d1c5"
WIDE, HIGH, EDGE, GAP = 1600, 1560, 64, 48
PLATE = (EDGE, 168, 936, 700)
COLUMN = EDGE + 936 + GAP
BELOW = 168 + 700 + 76
PANEL = (WIDE - 2 * EDGE - 2 * GAP) / 3
ROOM = 28


def figure(reading: Reading) -> Canvas:
    """Draw a reading as a figure."""
    said = f"{reading.heading}: palette, composition, light and hues"
    canvas = Canvas(WIDE, HIGH, PAPER, title=said)
    _heading(canvas, reading)
    _plate(canvas, reading)
    _palette(canvas, reading)
    panels = (
        ("Where the eye is drawn", _eye_line(reading), eye_panel),
        ("Light", _light_line(reading), light_panel),
        ("Hues", harmonious(reading), hue_panel),
    )
    for i, (title, line, draw) in enumerate(panels):
        left = EDGE + i * (PANEL + GAP)
        _title(canvas, left, BELOW, title, PANEL)
        draw(canvas, reading, (left, BELOW + 24, PANEL, 272))
        canvas.words((left, BELOW + 328), line, size=15, color=SOFT, longest=PANEL)
    _facts(canvas, reading, BELOW + 404)
    _foot(canvas, reading)
    return canvas


def _heading(canvas: Canvas, reading: Reading) -> None:
    width, height = reading.size
    canvas.words((EDGE, 96), reading.heading, size=40, color=INK, longest=WIDE - 2 * EDGE)
    facts = [reading.author, f"{width:,} by {height:,} pixels", reading.tone]
    line = "   ·   ".join(fact for fact in facts if fact)
    canvas.words((EDGE, 132), line, size=17, color=SOFT, longest=WIDE - 2 * EDGE)


def _plate(canvas: Canvas, reading: Reading) -> None:
    """Lay the picture on its mat."""
    x, y, wide, high = PLATE
    canvas.rectangle(PLATE, MAT)
    pixels = reading.around.pixels
    box = within((x + ROOM, y + ROOM, wide - 2 * ROOM, high - 2 * ROOM), pixels.shape[-2:])
    canvas.picture(box, pixels)
    if reading.border:
        left, top, across, down = reading.border.box
        sx, sy = box[2] / reading.size[0], box[3] / reading.size[1]
        _corners(canvas, (box[0] + left * sx, box[1] + top * sy, across * sx, down * sy))


def _corners(canvas: Canvas, box: tuple[float, float, float, float]) -> None:
    """Mark the corners of the picture inside its border."""
    x, y, wide, high = box
    arm = min(22.0, wide / 3, high / 3)
    for cx, sx in ((x, 1), (x + wide, -1)):
        for cy, sy in ((y, 1), (y + high, -1)):
            points = [(cx + sx * arm, cy), (cx, cy), (cx, cy + sy * arm)]
            canvas.line(points, "#ffffff", width=4)
            canvas.line(points, "#c2562d", width=2)


def _palette(canvas: Canvas, reading: Reading) -> None:
    """Draw the palette: a strip of shares, and a line for each color."""
    swatches = reading.palette.swatches
    top, right, strip = PLATE[1], WIDE - EDGE, 56
    y = float(top)
    for swatch in swatches:
        canvas.rectangle((COLUMN, y, strip, PLATE[3] * swatch.share), swatch.color)
        y += PLATE[3] * swatch.share
    row = min(100.0, PLATE[3] / len(swatches))
    left = COLUMN + strip + 32
    for i, swatch in enumerate(swatches):
        middle = top + row * (i + 0.5)
        canvas.rectangle((left, middle - 17, 34, 34), swatch.color, line=LINE)
        canvas.words((left + 52, middle - 1), swatch.name, size=19, color=INK, longest=210)
        canvas.words((left + 52, middle + 18), swatch.color, size=13, color=SOFT)
        canvas.words((right, middle + 6), f"{swatch.share:.0%}", size=19, color=INK, anchor="r")
        if i:
            canvas.line([(left, top + row * i), (right, top + row * i)], LINE, width=0.5)


def _title(canvas: Canvas, x: float, y: float, title: str, wide: float) -> None:
    canvas.words((x, y), title, size=19, color=INK)
    start = x + length(title, 19) + 14
    canvas.line([(start, y - 6), (x + wide, y - 6)], LINE, width=0.5)


def _eye_line(reading: Reading) -> str:
    return f"half of the looks on {reading.eye.gathered:.0%}; nearest third: {reading.eye.third}"


def _light_line(reading: Reading) -> str:
    light = reading.light
    return (
        f"{light.key} key; from {light.dark:.0f} to {light.bright:.0f}, {light.stops:.1f} stops; "
        f"contrast {light.contrast:.2f}"
    )


def _facts(canvas: Canvas, reading: Reading, top: float) -> None:
    """Write the other measures in a grid, each below its name."""
    light, balance, many = reading.light, reading.balance, reading.complexity
    fractal = "–" if many.fractal is None else f"{many.fractal:.2f}"
    alike = "–" if many.self_similarity is None else f"{many.self_similarity:.2f}"
    cells = [
        ("Colorfulness", f"{light.colorfulness:.0f}", light.colorful),
        ("Warmth", f"{light.warmth:+.2f}", temperature(reading)),
        ("Symmetry", f"{balance.left_right:+.2f}", f"top and bottom {balance.top_bottom:+.2f}"),
        ("Balance", f"{balance.balance:.2f}", leaning(reading).removeprefix(", ")),
        ("Horizon", *horizontal(reading)),
        ("Edges", f"{many.edges:.0%}", f"entropy {many.entropy:.1f} bits"),
        ("Fractal dimension", fractal, f"self-similarity {alike}"),
        ("Nearest style", reading.styles.nearest[0].name, _distance(reading)),
    ]
    wide = (WIDE - 2 * EDGE - 3 * GAP) / 4
    for i, (name, value, note) in enumerate(cells):
        x, y = EDGE + (i % 4) * (wide + GAP), top + (i // 4) * 92
        canvas.line([(x, y - 22), (x + wide, y - 22)], LINE, width=0.5)
        canvas.words((x, y), name, size=14, color=SOFT)
        canvas.words((x, y + 30), value, size=24, color=INK, longest=wide)
        after = x + length(value, 24) + 14
        canvas.words((after, y + 30), note, size=14, color=SOFT, longest=x + wide - after)


def horizontal(reading: Reading) -> tuple[str, str]:
    """Say how far down the horizon is, and apart from it how it tilts."""
    value, _, tilt = level(reading).removesuffix(" found").partition(", ")
    return value, tilt


def _distance(reading: Reading) -> str:
    return f"{reading.styles.nearest[0].distance:.2f} away"


def _foot(canvas: Canvas, reading: Reading) -> None:
    wide, high = reading.measured
    line = f"Measured on {wide} by {high} pixels."
    if reading.border:
        line += f" Border: {bordered(reading)}.".replace("×", "by")  # the letters lack it
    canvas.words((EDGE, HIGH - 44), line, size=13, color=SOFT, longest=WIDE - 2 * EDGE - 120)
    canvas.words((WIDE - EDGE, HIGH - 44), "impasto analyze", size=13, color=SOFT, anchor="r")
