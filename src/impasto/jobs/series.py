"""Several pictures by their seeds: which file each becomes, decided before the first is made."""

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import OutputError, printable
from impasto.jobs.lock import claim
from impasto.picture import check_output


@dataclass(frozen=True)
class Series:
    """The files of pictures.

    Attributes:
        targets: One a seed, in their order.
        folder: The folder they go into, which is made where it is missing; None for a single file.
    """

    targets: tuple[Path, ...]
    folder: Path | None = None

    def check(self, *, force: bool, inputs: Iterable[object] = ()) -> None:
        """Refuse a file before the work.

        Raises:
            OutputError: If one is there, can't be written, or the folder is a file.
        """
        if self.folder is None or self.folder.is_dir():
            for target in self.targets:
                check_output(target, force=force, inputs=inputs)
        elif self.folder.exists():
            raise OutputError(
                f"{printable(self.folder)} is a file; several pictures go into a folder"
            )

    def held(self) -> AbstractContextManager[object]:
        """Keep the folder to oneself."""
        return nullcontext() if self.folder is None else claim(self.folder)


def series(output: str | os.PathLike[str], stem: str, seeds: Sequence[int]) -> Series:
    """Say which file each picture becomes.

    Args:
        output: A file, if there is one seed; else a folder.
        stem: What the files in a folder are called, before ``-7.png``, where 7 is the seed.
        seeds: One a picture.
    """
    place = Path(output)
    if len(seeds) == 1 and not place.is_dir() and place.suffix:
        return Series((place,))
    return Series(tuple(place / f"{stem}-{seed}.png" for seed in seeds), place)
