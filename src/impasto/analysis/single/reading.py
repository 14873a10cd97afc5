"""All that is said of one picture, as one record."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from impasto.analysis.single.records import (
    Balance,
    Border,
    Complexity,
    Eye,
    Harmony,
    Horizon,
    Light,
    Palette,
    Styles,
)
from impasto.analysis.single.seen import Seen
from impasto.analysis.single.tone import Tone


@dataclass(frozen=True, eq=False)
class Reading:
    """What was measured, and the small version that it was measured on.

    Attributes:
        name: The file's name, or that it has none.
        title: The work's title, if the file says one.
        author: Who made it, if the file says so.
        size: Width and height of the original in pixels.
        measured: Width and height of what was measured: of the small version, inside its border.
        tone: Gray, sepia, toned otherwise, or color.
        border: What lies around the picture, if anything does.
        palette: Its colors.
        harmony: How their hues go together.
        light: Light and contrast.
        eye: Where the eye is drawn.
        balance: Symmetry and balance.
        horizon: A line from side to side, if there is one.
        complexity: How much there is to see.
        styles: The nearest named styles.
        seen: The small version, inside its border.
        around: The small version, with its border.
    """

    name: str
    title: str | None
    author: str | None
    size: tuple[int, int]
    measured: tuple[int, int]
    tone: Tone
    border: Border | None
    palette: Palette
    harmony: Harmony
    light: Light
    eye: Eye
    balance: Balance
    horizon: Horizon | None
    complexity: Complexity
    styles: Styles
    seen: Seen = field(repr=False)
    around: Seen = field(repr=False)

    @property
    def heading(self) -> str:
        """What to call the picture."""
        return self.title or Path(self.name).stem

    def to_dict(self) -> dict[str, object]:
        """List everything as plain numbers and words; numbers with four decimals."""
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        del kept["seen"], kept["around"]
        return {name: _plain(value) for name, value in kept.items()}

    def to_json(self) -> str:
        """Write everything as JSON, in ASCII."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)


def _plain(value: object) -> object:
    if hasattr(value, "__dataclass_fields__"):
        return {k: _plain(v) for k, v in asdict(value).items()}  # type: ignore[call-overload]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return round(value, 4) + 0.0 if isinstance(value, float) else value
