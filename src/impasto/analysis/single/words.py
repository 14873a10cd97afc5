"""A reading in words: a few groups of lines, for the terminal, the page and the figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from impasto.analysis.single.reading import Reading

SIDES = {True: ("left", "above"), False: ("right", "below")}


@dataclass(frozen=True)
class Line:
    """One thing that is said.

    Attributes:
        name: What was measured.
        value: What came out.
        meaning: How to read the value.
    """

    name: str
    value: str
    meaning: str = ""


def groups(reading: Reading) -> dict[str, list[Line]]:
    """Say everything, but for the palette, in groups by what it is about."""
    return {
        "Picture": list(_picture(reading)),
        "Color": list(_color(reading)),
        "Light": list(_light(reading)),
        "Composition": list(_composition(reading)),
        "Complexity": list(_complexity(reading)),
        "Nearest styles": list(_styles(reading)),
    }


def _picture(reading: Reading) -> Iterator[Line]:
    (width, height), (wide, high) = reading.size, reading.measured
    yield Line("size", f"{width:,} × {height:,} pixels")
    yield Line(
        "measured on", f"{wide} × {high} pixels", "the longer side is brought to 512 at most"
    )
    if reading.title:
        yield Line("title", reading.title)
    if reading.author:
        yield Line("author", reading.author)
    yield Line("kind", reading.tone, "gray, sepia, toned otherwise, or color")
    yield Line("border", bordered(reading), "one even color with straight edges around the picture")


def bordered(reading: Reading) -> str:
    """Say what lies around the picture, and where the picture is."""
    found = reading.border
    if found is None:
        return "none found"
    left, top, wide, high = found.box
    return f"{found.kind} of {found.color}; inside {wide:,} × {high:,} at {left:,}, {top:,}"


def _color(reading: Reading) -> Iterator[Line]:
    colors, light = reading.palette, reading.light
    yield Line("harmony", harmonious(reading), "narrowest template of hues that fits")
    yield Line(
        "colorfulness",
        f"{light.colorfulness:.0f}, {light.colorful}",
        "0 is gray, from 109 on extreme",
    )
    yield Line(
        "warmth",
        f"{light.warmth:+.2f}, {temperature(reading)}",
        "0 is as warm as gray, 1 is orange",
    )
    yield Line(
        "palette explains",
        f"{colors.explained:.0%} of the variance in {_counted(len(colors.swatches))}",
        f"what remains is {colors.rest:.1f} in CIELAB; 2.3 can just be seen",
    )


def _counted(colors: int) -> str:
    return "one color" if colors == 1 else f"{colors} colors"


def harmonious(reading: Reading) -> str:
    """Name the harmony and the hues that make it."""
    found = reading.harmony
    if not found.hues:
        return found.kind
    return f"{found.kind}: {', '.join(f'{hue:.0f}°' for hue in found.hues)}"


def temperature(reading: Reading) -> str:
    """Say warm, cool, or that it is neither."""
    word = reading.light.temperature
    return "neither warm nor cool" if word == "neither" else word


def _light(reading: Reading) -> Iterator[Line]:
    light = reading.light
    yield Line("lightness", f"{light.mean:.0f}, {light.key} key", "mean L*, 0 black to 100 white")
    yield Line(
        "range",
        f"{light.dark:.0f} to {light.bright:.0f}, {light.stops:.1f} stops",
        "L* without the darkest and the brightest hundredth",
    )
    yield Line("contrast", f"{light.contrast:.2f}", "root mean square, 0 to 0.5")


def _composition(reading: Reading) -> Iterator[Line]:
    eye, balance = reading.eye, reading.balance
    yield Line("the eye goes to", placed(*eye.peak), "what stands out most; meaning is not known")
    yield Line(
        "half of the looks on", f"{eye.gathered:.0%} of the picture", "50 % is everywhere alike"
    )
    yield Line(
        "thirds",
        f"{eye.thirds:.2f}, nearest {eye.third}",
        f"0 to 1; {eye.thirds_evenly:.2f} is everywhere alike",
    )
    yield Line("horizon", level(reading), "a line over at least 85 % of the width")
    yield Line(
        "symmetry",
        f"{balance.left_right:+.2f} left and right, {balance.top_bottom:+.2f} top and bottom",
        "1 is a mirror image, 0 unrelated, below 0 opposite",
    )
    yield Line("balance", f"{balance.balance:.2f}{leaning(reading)}", "1 is in the middle")


def placed(x: float, y: float) -> str:
    """Say where something is in a picture."""
    return f"{x:.0%} across, {y:.0%} down"


def level(reading: Reading) -> str:
    """Say where the horizon is, or that there is none."""
    found = reading.horizon
    if found is None:
        return "none found"
    side = "right" if found.slope > 0 else "left"
    tilt = f", {abs(found.slope):g}° up to the {side}" if found.slope else ""
    return f"{found.height:.0%} down{tilt}"


def leaning(reading: Reading) -> str:
    """Say to which side the weight leans, if it does."""
    pairs = zip(reading.balance.lean, SIDES[True], SIDES[False], strict=True)
    words = [less if lean < 0 else more for lean, less, more in pairs if abs(lean) >= 0.05]
    return f", heavier {' and '.join(words)}" if words else ""


def _complexity(reading: Reading) -> Iterator[Line]:
    found = reading.complexity
    yield Line("edges", f"{found.edges:.0%} of the picture", "pixels on an edge")
    yield Line("entropy", f"{found.entropy:.1f} bits", "of the grays, 0 to 8")
    yield Line("JPEG", f"{found.jpeg:.2f} bits a pixel", "of quality 75")
    yield Line("fractal dimension", _known(found.fractal), "of the edges: 1 a line, 2 all over")
    yield Line(
        "self-similarity",
        _known(found.self_similarity),
        "parts and whole in their directions: 1 is the same",
    )


def _known(value: float | None) -> str:
    return "cannot be said of this one" if value is None else f"{value:.2f}"


def _styles(reading: Reading) -> Iterator[Line]:
    meaning = f"0 is the same; two named styles are usually {reading.styles.usual:.2f} apart"
    for near in reading.styles.nearest:
        yield Line(near.name, f"{near.distance:.2f}", meaning)
        meaning = ""
