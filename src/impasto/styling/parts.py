"""What a person names as picture, style and region, turned into what the brush needs."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor

from impasto.data.vectors import StyleVector
from impasto.errors import PictureError, SettingsError
from impasto.picture import AnyPicture, Picture, Source, as_picture
from impasto.picture.color import luminance
from impasto.picture.files import is_file
from impasto.picture.info import Info
from impasto.styling import library, shelf
from impasto.styling.view import STREAMED, Gray, InMemory, View

Style = AnyPicture | Tensor | StyleVector
"""A name, the path of a painting or of a saved style, a picture of any kind, or a vector."""

_SEEN = (Picture, Image.Image, Tensor)
_ONE = (str, os.PathLike, StyleVector, *_SEEN)

Mask = Picture | Source
"""One in memory, or a file too large for it."""

RegionOf = tuple[AnyPicture | Tensor, Style]
"""A mask and the style that goes where it is white."""


@dataclass(frozen=True, eq=False)
class Part:
    """A style, and the mask that says where it goes; None is everywhere."""

    style: StyleVector
    mask: Mask | None = None

    @property
    def mask_info(self) -> Info | None:
        """What is known of the mask beside its pixels."""
        return self.mask.info if isinstance(self.mask, Source) else self.mask

    def cover(self, size: Sequence[int]) -> View | None:
        """The mask as gray pixels, to be read from the top.

        Raises:
            PictureError: If its height and width aren't `size`.
        """
        if self.mask is None:
            return None
        if isinstance(self.mask, Source):
            self.mask.rewind()
            gray: View = Gray(self.mask)
        else:
            light, alpha = luminance(self.mask.pixels), self.mask.alpha
            gray = InMemory(light if alpha is None else light * alpha)
        if (gray.height, gray.width) != tuple(size):
            name = self.mask_info.name if self.mask_info else None
            raise PictureError(
                f"the mask {name or ''} is {gray.width} × {gray.height} pixels and the picture "
                f"{size[1]} × {size[0]}; make them the same size"
            )
        return gray


@contextmanager
def held(parts: Sequence[Part]) -> Iterator[None]:
    """Close the files of masks when the painting is done, or given up."""
    try:
        yield
    finally:
        for part in parts:
            if isinstance(part.mask, Source):
                part.mask.close()


def as_mask(given: AnyPicture | Tensor) -> Mask:
    """Take a mask as `as_picture` takes a picture, but leave a large file on disk."""
    if isinstance(given, str | os.PathLike):
        source = Source(given)
        if source.width * source.height >= STREAMED:
            return source
        source.close()
    return as_picture(given)


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
    return ground + [Part(resolve(s), as_mask(mask)) for mask, s in regions]


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
