"""Which styles there are, told without loading one: a shell that completes names can't wait."""

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import platformdirs
from safetensors import safe_open

SHIPPED = Path(str(files("impasto.weights") / "styles.safetensors"))


@dataclass(frozen=True)
class StyleInfo:
    """A line of the list of styles.

    Attributes:
        name: What `--style` takes.
        source: "shipped" or "yours".
    """

    name: str
    source: str


def folder() -> Path:
    """Where a person's own styles are kept; the variable IMPASTO_HOME moves it."""
    home = os.environ.get("IMPASTO_HOME")
    return Path(home or platformdirs.user_data_dir("impasto", appauthor=False)) / "styles"


def describe() -> list[StyleInfo]:
    """List every style by name."""
    own = sorted(p.stem for p in folder().glob("*.safetensors"))
    return [StyleInfo(n, "shipped") for n in _shipped()] + [StyleInfo(n, "yours") for n in own]


def names() -> list[str]:
    """List what `--style` takes, besides paths."""
    return [info.name for info in describe()]


def _shipped() -> list[str]:
    """Read the names in the header of the file; numbers, for which torch is needed, stay there."""
    with safe_open(SHIPPED, "np") as file:
        return sorted(file.keys())
