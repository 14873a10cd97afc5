"""The library of styles: those that ship, and a person's own."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import platformdirs
import torch

from impasto.data.vectors import StyleVector, load_vectors, save_vectors
from impasto.errors import OutputError, SettingsError, StyleError
from impasto.networks import catalog
from impasto.picture import Picture, fit, read
from impasto.styling.hand import WEIGHTS, hand
from impasto.styling.layer import widest

SHIPPED = catalog.FOLDER / "styles.safetensors"

LOOK = 512
"""Shorter side, in pixels, at which a painting is looked at: the size of its marks belongs to its
manner."""

Painting = str | os.PathLike[str] | Picture


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


@cache
def shipped() -> dict[str, StyleVector]:
    """The named styles of the package."""
    return {v.name: v for v in load_vectors(SHIPPED)}


def describe() -> list[StyleInfo]:
    """List every style by name."""
    own = sorted(p.stem for p in folder().glob("*.safetensors"))
    return [StyleInfo(n, "shipped") for n in shipped()] + [StyleInfo(n, "yours") for n in own]


def names() -> list[str]:
    """List what `--style` takes, besides paths."""
    return [info.name for info in describe()]


def find(name: str) -> StyleVector:
    """Look a style up by its name.

    Raises:
        StyleError: If there is none of that name; the message names the nearest ones.
    """
    if name in shipped():
        return shipped()[name]
    path = folder() / f"{name}.safetensors"
    if name in (info.name for info in describe()) and path.exists():
        return read_style(path)
    near = difflib.get_close_matches(name, names(), 3, 0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "`impasto styles` lists them all."
    raise StyleError(f"No style and no picture is called {name!r}; {hint}")


def read_style(path: Path) -> StyleVector:
    """Read a style saved in a file of its own.

    Raises:
        StyleError: If it isn't one, or was made with other weights than the present ones.
    """
    vectors = load_vectors(path)
    if len(vectors) != 1:
        raise StyleError(f"{path} holds {len(vectors)} styles; one was expected.")
    return checked(vectors[0])


def checked(style: StyleVector) -> StyleVector:
    """Refuse a vector that the present weights would not understand.

    Raises:
        StyleError: If so, with what to do.
    """
    if style.weights != WEIGHTS.sha256:
        raise StyleError(
            f"The style {style.name!r} was made with other weights ({style.weights[:8] or 'none'}, "
            f"not {WEIGHTS.sha256[:8]}); make it again with `impasto styles add --force`."
        )
    if style.values.shape != (size := hand().brush.vector_size,):
        raise StyleError(f"A style has {size} numbers; {style.name!r} has {len(style.values)}.")
    if (
        not torch.isfinite(style.values).all()
        or not (hand().brush.deviations(style.values) > 0).all()
    ):
        raise StyleError(f"The style {style.name!r} is damaged; make it again.")
    return style


def look(painting: Painting) -> StyleVector:
    """Read the manner of one painting.

    Raises:
        PictureError: If it can't be read as a picture.
    """
    picture = painting if isinstance(painting, Picture) else read(painting)
    width, height = picture.size
    small = fit(picture.pixels, short=min(LOOK, widest(height, width)))
    values = hand().vector(small)[0]
    name = Path(picture.name).stem if picture.name else "painting"
    return StyleVector(name, values, WEIGHTS.sha256)


def blend(
    styles: Sequence[StyleVector], *, weights: Sequence[float] | None = None, name: str = ""
) -> StyleVector:
    """Mix styles as colors are mixed: so much of this one, so much of that.

    Args:
        styles: At least one.
        weights: A share for each, not negative; scaled to add up to 1. Equal unless given.
        name: Of the result.

    Raises:
        SettingsError: If the weights don't fit.
    """
    shares = torch.ones(len(styles)) if weights is None else torch.tensor(list(weights)).float()
    if len(shares) != len(styles) or not (shares >= 0).all() or not 0 < shares.sum() < 1e6:
        raise SettingsError(
            f"{len(styles)} styles need {len(styles)} weights, none negative and not all 0; got "
            f"{list(weights or ())}."
        )
    values = torch.stack([s.values for s in styles]).T @ (shares / shares.sum())
    return StyleVector(name or "+".join(s.name for s in styles), values, styles[0].weights)


def add(name: str, paintings: Sequence[Painting], *, force: bool = False) -> StyleVector:
    """Keep a style of one's own, learned from one painting or the average of many.

    Args:
        name: What to call it: letters, digits, hyphens.
        paintings: Files or pictures.
        force: Replace a style of that name.

    Raises:
        StyleError: If the name can't be used.
        OutputError: If the name is taken and `force` is off.
        PictureError: If a painting can't be read.
    """
    if not paintings:
        raise StyleError("A style needs at least one painting to learn from.")
    return keep(blend([look(p) for p in paintings], name=_usable(name, force=force)), force=force)


def keep(style: StyleVector, *, force: bool = False) -> StyleVector:
    """Save a style under its name in the person's own library; raises as `add` does."""
    name = _usable(style.name, force=force)
    folder().mkdir(parents=True, exist_ok=True)
    save_vectors(folder() / f"{name}.safetensors", [replace(style, name=name)], force=force)
    return style


def remove(name: str) -> None:
    """Forget a style of one's own.

    Raises:
        StyleError: If it is none, or one that ships.
    """
    if name in shipped():
        raise StyleError(f"{name!r} ships with Impasto and stays; only your own can be removed.")
    if name not in names():
        find(name)  # raises, with the nearest names
    (folder() / f"{name}.safetensors").unlink()


def _usable(name: str, *, force: bool) -> str:
    if not name or not all(c.isalnum() or c in "-_" for c in name) or len(name) > 64:
        raise StyleError(f"A style's name has letters, digits, - and _ only; {name!r} has not.")
    if name in shipped():
        raise StyleError(f"{name!r} is the name of a style that ships; choose another.")
    if not force and (folder() / f"{name}.safetensors").exists():
        raise OutputError(f"You have a style {name!r} already; --force replaces it.")
    return name
