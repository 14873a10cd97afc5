"""How pictures are written, whoever makes them."""

import os
from dataclasses import dataclass

from impasto.errors import OutputError, printable
from impasto.progress import OnStep, Step, Watch

AnyPath = str | os.PathLike[str]


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


def whole(output: AnyPath, on_step: OnStep | None) -> OnStep | None:
    """Give a file up when the work is stopped: it appears whole or not at all.

    Args:
        output: The file.
        on_step: Whoever listens, and may stop it.

    Returns:
        What to tell of each part; it raises an `OutputError` when somebody stops the work.
    """
    if on_step is None:
        return None
    watch = Watch(on_step)

    def tell(step: Step) -> None:
        if watch(step):
            raise OutputError(f"{printable(output)} is not written: the work was stopped")

    return tell
