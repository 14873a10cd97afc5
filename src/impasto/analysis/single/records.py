"""What is said of a picture: plain numbers and words, each with its range."""

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left and upper edge, width and height, in pixels of the original."""

Place = tuple[float, float]
"""Across and down, 0..1 each, from the upper left."""


@dataclass(frozen=True)
class Swatch:
    """A color of the palette.

    Attributes:
        color: As the web writes it, such as ``#1f3a5f``.
        name: The nearest color that has a name.
        share: Of the picture, 0..1.
        off: How far the name's own color is, in CIEDE2000; about 1 can just be seen.
    """

    color: str
    name: str
    share: float
    off: float


@dataclass(frozen=True)
class Palette:
    """The colors that stand for all of a picture's.

    Attributes:
        swatches: The largest share first.
        explained: Of the variance of color, 0..1.
        rest: What remains between a pixel and its color: root mean square in CIELAB.
        asked: Whether somebody asked for this many; otherwise the picture decided.
    """

    swatches: tuple[Swatch, ...]
    explained: float
    rest: float
    asked: bool


@dataclass(frozen=True)
class Harmony:
    """How the hues lie on the color wheel.

    Attributes:
        kind: Neutral, monochrome, complementary, triadic, analogous, right-angled, split
            complementary, half the wheel, double complementary, or many hues.
        template: Its letter in the paper; empty where the paper has none.
        hues: Middle of each sector in degrees of HSV: red is 0, green 120, blue 240.
        widths: Of each sector, in degrees.
        off: How far hues lie outside the sectors on average, in degrees.
    """

    kind: str
    template: str
    hues: tuple[float, ...]
    widths: tuple[float, ...]
    off: float


@dataclass(frozen=True)
class Light:
    """Light and contrast.

    Attributes:
        mean: Mean lightness L*, 0..100.
        key: Low, mid or high.
        dark: The lightness that 1 % of the picture stays below.
        bright: The lightness that 1 % of the picture is above.
        range: From dark to bright, 0..100.
        stops: The same as a camera counts it, in doublings of light.
        contrast: Root mean square, 0..0.5.
        colorfulness: 0 is gray; 109 and more is extreme.
        colorful: The same in words.
        warmth: Above 0 is warmer than gray, below cooler; about -1..1.
        temperature: The same in words: warm, cool or neither.
    """

    mean: float
    key: str
    dark: float
    bright: float
    range: float
    stops: float
    contrast: float
    colorfulness: float
    colorful: str
    warmth: float
    temperature: str


@dataclass(frozen=True)
class Eye:
    """Where the eye is drawn.

    Attributes:
        peak: The place that stands out most.
        center: The center of all that stands out.
        gathered: Part of the picture that draws half of the looks: small is one strong point, 0.5
            is everywhere alike.
        thirds: How near it all lies to the four points of the thirds, 0..1.
        thirds_evenly: What `thirds` would be if it were everywhere alike.
        third: The nearest of the four points to the peak, in words.
    """

    peak: Place
    center: Place
    gathered: float
    thirds: float
    thirds_evenly: float
    third: str


@dataclass(frozen=True)
class Horizon:
    """A line that crosses the picture from side to side.

    Attributes:
        height: Where it meets the middle of the picture: 0 is the top, 1 the bottom.
        slope: Degrees; above 0 rises to the right.
        share: Of the picture's width over which it is seen, 0..1.
    """

    height: float
    slope: float
    share: float


@dataclass(frozen=True)
class Balance:
    """How the picture answers itself across its middle.

    Attributes:
        left_right: Mirror symmetry of the left and the right half: 1 is the same, 0 unrelated,
            below 0 opposite.
        top_bottom: The same of the upper and the lower half.
        balance: 1 is a visual weight in the middle, 0 in a corner.
        lean: Where the weight lies from the middle, across and down, -1..1 each.
    """

    left_right: float
    top_bottom: float
    balance: float
    lean: Place


@dataclass(frozen=True)
class Complexity:
    """How much there is to see; None where the picture is too small or too plain to say.

    Attributes:
        edges: Share of the pixels that lie on an edge, 0..1.
        entropy: Of the grays, in bits, 0..8.
        jpeg: Bits a pixel as JPEG of quality 75, without what a plain picture takes.
        fractal: Box-counting dimension of the edges, about 1 (a line) to 2 (all over).
        self_similarity: How alike the parts and the whole are in their directions, 0..1.
    """

    edges: float
    entropy: float
    jpeg: float
    fractal: float | None
    self_similarity: float | None


@dataclass(frozen=True)
class Border:
    """What lies around the picture.

    Attributes:
        kind: Letterbox, pillarbox, bands, border, mat, or a mat in a frame.
        box: The picture inside.
        color: Of the outermost, as the web writes it.
    """

    kind: str
    box: Box
    color: str


@dataclass(frozen=True)
class Near:
    """A named style and how far the picture is from it; 0 is the same."""

    name: str
    distance: float


@dataclass(frozen=True)
class Styles:
    """The named styles whose marks and colors are nearest.

    Attributes:
        nearest: The nearest first.
        usual: The median distance between two named styles, to compare with.
    """

    nearest: tuple[Near, ...]
    usual: float
