"""How pictures are written, whoever makes them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Saving:
    """How a picture is written.

    Attributes:
        quality: 1..100, for JPEG and WebP.
        force: Overwrite an existing file.
        keep_gps: Write down where the photograph was taken.
    """

    quality: int = 92
    force: bool = False
    keep_gps: bool = False
