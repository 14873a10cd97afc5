"""What verbs take as a picture."""

import os

from PIL import Image
from torch import Tensor

from impasto.errors import SettingsError, printable
from impasto.picture.picture import Picture
from impasto.picture.reader import read

AnyPicture = str | os.PathLike[str] | Picture | Image.Image
"""A path, a `Picture`, or a picture of Pillow's."""


def as_picture(given: AnyPicture | Tensor) -> Picture:
    """Take a path, a picture of Pillow's, a tensor or a `Picture`, and return a `Picture`.

    Raises:
        PictureError: If it can't be read.
        SettingsError: If it is nothing of this kind.
    """
    if isinstance(given, Picture):
        return given
    if isinstance(given, Image.Image):
        return Picture.from_pil(given)
    if isinstance(given, Tensor):
        return Picture.from_tensor(given)
    if isinstance(given, str | os.PathLike):
        return read(given)
    raise SettingsError(
        f"expected a path, a Picture, a PIL image or a tensor; got {printable(type(given))}"
    )
