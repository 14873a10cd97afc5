"""The library of styles: those that ship, and a person's own."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.data.vectors import StyleVector, load_vectors, save_vectors
from impasto.errors import OutputError, SettingsError, StyleError, printable
from impasto.networks.styles import named_styles
from impasto.picture import Picture, fit, read
from impasto.styling import shelf
from impasto.styling.hand import WEIGHTS, hand
from impasto.styling.layer import widest

LOOK = 512
"""Shorter side, in pixels, at which a painting is looked at: the size of its marks belongs to its
manner."""

Painting = str | os.PathLike[str] | Picture


def find(name: str) -> StyleVector:
    """Look a style up by its name.

    Raises:
        StyleError: If there is none of that name; the message names the nearest ones.
    """
    if name in named_styles():
        return named_styles()[name]
    path = shelf.folder() / f"{name}.safetensors"
    if name in shelf.names() and path.exists():
        return read_style(path)
    near = difflib.get_close_matches(name, shelf.names(), 3, 0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "`impasto styles` lists them all"
    raise StyleError(f"no style and no picture is called {printable(repr(name))}; {hint}")


def read_style(path: Path) -> StyleVector:
    """Read a style saved in a file of its own.

    Raises:
        StyleError: If it isn't one, or was made with other weights than the present ones.
    """
    vectors = load_vectors(path)
    if len(vectors) != 1:
        raise StyleError(f"{path} holds {len(vectors)} styles; one was expected")
    return checked(vectors[0])


def checked(style: StyleVector) -> StyleVector:
    """Refuse a vector that the present weights would not understand.

    Raises:
        StyleError: If so, with what to do.
    """
    if style.weights != WEIGHTS.sha256:
        raise StyleError(
            f"the style {style.name!r} was made with other weights ({style.weights[:8] or 'none'}, "
            f"not {WEIGHTS.sha256[:8]}); make it again with `impasto styles add --force`"
        )
    if style.values.shape != (size := hand().brush.vector_size,):
        raise StyleError(f"a style has {size} numbers; {style.name!r} has {len(style.values)}")
    if (
        not torch.isfinite(style.values).all()
        or not (style.values[hand().brush.positive] > 0).all()
    ):
        raise StyleError(f"the style {style.name!r} is damaged; make it again")
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
        name: Of the result; how much of what is in it unless given.

    Raises:
        SettingsError: If the weights don't fit.
    """
    shares = _shares(weights, len(styles))
    values = torch.stack([s.values for s in styles]).T @ shares
    mixed = (f"{x:.0%} {s.name}" for x, s in zip(shares.tolist(), styles, strict=True) if x)
    return StyleVector(name or " + ".join(mixed), values, styles[0].weights)


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
        raise StyleError("a style needs at least one painting to learn from")
    return keep(blend([look(p) for p in paintings], name=_usable(name, force=force)), force=force)


def keep(style: StyleVector, *, force: bool = False) -> StyleVector:
    """Save a style under its name in the person's own library; raises as `add` does."""
    name = _usable(style.name, force=force)
    shelf.folder().mkdir(parents=True, exist_ok=True)
    save_vectors(shelf.folder() / f"{name}.safetensors", [replace(style, name=name)], force=force)
    return style


def remove(name: str) -> None:
    """Forget a style of one's own.

    Raises:
        StyleError: If it is none, or one that ships.
    """
    if name in named_styles():
        raise StyleError(f"{name!r} ships with Impasto and stays; only your own can be removed")
    if name not in shelf.names():
        find(name)  # raises, with the nearest names
    (shelf.folder() / f"{name}.safetensors").unlink()


def _shares(weights: Sequence[float] | None, count: int) -> Float[Tensor, " count"]:
    """Bring weights to a sum of 1."""
    try:
        shares = torch.ones(count) if weights is None else torch.tensor(list(weights)).float()
    except (TypeError, ValueError, RuntimeError):  # torch's words for what is no row of numbers
        shares = torch.empty(0)
    if shares.shape != (count,) or not (shares >= 0).all() or not 0 < shares.sum() < 1e6:
        raise SettingsError(
            f"{count} styles need {count} weights, none negative and not all 0; got "
            f"{printable(weights)}"
        )
    return shares / shares.sum()


def _usable(name: str, *, force: bool) -> str:
    if not name or not all(c.isalnum() or c in "-_" for c in name) or len(name) > 64:
        raise StyleError(
            f"a style's name is at most 64 letters, digits, - and _; got {printable(repr(name))}"
        )
    if name in named_styles():
        raise StyleError(f"{name!r} is the name of a style that ships; choose another")
    if not force and (shelf.folder() / f"{name}.safetensors").exists():
        raise OutputError(f"you have a style {name!r} already; --force replaces it")
    return name
