"""What a person names as picture, style and region, turned into what the brush needs."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor

from impasto.data.vectors import StyleVector
from impasto.errors import PictureError, SettingsError
from impasto.picture import Picture, read
from impasto.picture.color import luminance
from impasto.picture.files import is_file
from impasto.styling import library, shelf
from impasto.styling.view import InMemory

AnyPicture = str | os.PathLike[str] | Picture | Image.Image
Style = AnyPicture | Tensor | StyleVector
"""A name, the path of a painting or of a saved style, a picture of any kind, or a vector."""

_SEEN = (Picture, Image.Image, Tensor)
_ONE = (str, os.PathLike, StyleVector, *_SEEN)

RegionOf = tuple[AnyPicture | Tensor, Style]
"""A mask and the style that goes where it is white."""


@dataclass(frozen=True, eq=False)
class Part:
    """A style, and the mask that says where it goes; None is everywhere."""

    style: StyleVector
    mask: Picture | None = None

    def cover(self, size: Sequence[int]) -> InMemory | None:
        """The mask as gray pixels.

        Raises:
            PictureError: If its height and width aren't `size`.
        """
        if self.mask is None:
            return None
        height, width = self.mask.pixels.shape[-2:]
        if (height, width) != tuple(size):
            raise PictureError(
                f"the mask {self.mask.name or ''} is {width} × {height} pixels and the picture "
                f"{size[1]} × {size[0]}; make them the same size"
            )
        gray = luminance(self.mask.pixels)
        return InMemory(gray if self.mask.alpha is None else gray * self.mask.alpha)


def as_picture(given: AnyPicture | Tensor) -> Picture:
    """Take a path, a picture of Pillow's, a tensor or a `Picture`, and return a `Picture`.

    Raises:
        PictureError: If it can't be read.
    """
    if isinstance(given, Picture):
        return given
    if isinstance(given, Image.Image):
        return Picture.from_pil(given)
    return Picture.from_tensor(given) if isinstance(given, Tensor) else read(given)


def parts_of(
    style: Style | Sequence[Style] | None,
    *,
    weights: Sequence[float] | None = None,
    regions: Sequence[RegionOf] = (),
) -> list[Part]:
    """List what is painted where, the lowest first.

    Raises:
        SettingsError: If nothing is named, or the weights don't fit.
        StyleError: If a style is unknown.
        PictureError: If a painting or mask can't be read.
    """
    if style is None and not regions:
        raise _nothing_named()
    ground = [] if style is None else [Part(resolve(style, weights=weights))]
    return ground + [Part(resolve(s), as_picture(mask)) for mask, s in regions]


def resolve(
    style: Style | Sequence[Style], *, weights: Sequence[float] | None = None
) -> StyleVector:
    """Find or read one style, or blend several; raises as `parts_of` does."""
    several: Sequence[Style] = [style] if isinstance(style, _ONE) else style
    if not several:
        raise _nothing_named()
    styles = [_resolve(s) for s in several]
    return styles[0] if len(styles) == 1 and not weights else library.blend(styles, weights=weights)


def _resolve(style: Style) -> StyleVector:
    if isinstance(style, StyleVector):
        return library.checked(style)
    if isinstance(style, _SEEN):
        return library.look(as_picture(style))
    if not os.fspath(style).strip():
        raise _nothing_named()
    path = Path(style)
    if isinstance(style, str) and (style in shelf.names() or not _like_a_path(path)):
        return library.find(style)
    if path.suffix == ".safetensors":
        return library.read_style(path)
    return library.look(path)


def _like_a_path(path: Path) -> bool:
    return bool(path.suffix) or len(path.parts) > 1 or is_file(path)


def _nothing_named() -> SettingsError:
    return SettingsError("name a style, such as great-wave; `impasto styles` lists them")
