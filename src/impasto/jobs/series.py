"""Several pictures by their seeds: which file each becomes, decided before the first is made."""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import OutputError, SettingsError, printable
from impasto.jobs.lock import claim
from impasto.jobs.outputs import FOREIGN, READABLE
from impasto.picture import check_output
from impasto.picture.formats import check_suffix

AnyPath = str | os.PathLike[str]

SHEET_MOST = 400
"""Pictures on a contact sheet, at most."""

_FOLDER = "/ for a folder"
"""What a name may end in besides, as the line about a wrong ending says it."""


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
        inputs = list(inputs)
        if self.folder is None or self.folder.is_dir():
            for target in self.targets:
                check_output(target, force=force, inputs=inputs, others=[_FOLDER])
        elif self.folder.exists():
            raise OutputError(
                f"{printable(self.folder)} is a file; several pictures go into a folder"
            )

    def check_sheet(
        self, sheet: AnyPath, count: int, *, force: bool, inputs: Iterable[object] = ()
    ) -> None:
        """Refuse a contact sheet of the pictures before the work.

        Args:
            sheet: Its file; it may lie in the folder that `held` makes.
            count: Pictures on it.
            force: A file that is there may be replaced,
            inputs: but none of these.

        Raises:
            OutputError: If it is there, can't be written, or would replace one of the pictures.
            SettingsError: If they are too many for a sheet.
        """
        place = Path(sheet)
        if self._makes(place.parent):
            check_suffix(place)
        else:
            check_output(place, force=force, inputs=inputs)
        if any(_located(target).is_relative_to(_located(place)) for target in self.targets):
            raise OutputError(
                f"{printable(place)} is where the pictures go; choose another name for the sheet"
            )
        if count > SHEET_MOST:
            raise SettingsError(f"a sheet holds at most {SHEET_MOST} pictures, not {count:,}")

    def held(self) -> AbstractContextManager[object]:
        """Keep the folder to oneself; it is made where it is missing."""
        return nullcontext() if self.folder is None else claim(self.folder)

    def _makes(self, folder: Path) -> bool:
        """Tell whether a folder that is missing will be there once the pictures are."""
        if self.folder is None or folder.exists():
            return False
        return self.folder.absolute().is_relative_to(folder.absolute())


def series(output: AnyPath, stem: str, seeds: Sequence[int]) -> Series:
    """Say which file each picture becomes.

    Args:
        output: A file, if there is one seed; else a folder. What is a folder, or ends in a slash,
            is always one.
        stem: What the files in a folder are called, before ``-7.png``, where 7 is the seed.
        seeds: One a picture.

    Raises:
        OutputError: If several pictures would go into a folder that is called as a picture is.
    """
    place = Path(output)
    if not _is_folder(output):
        if len(seeds) == 1:
            return Series((place,))
        if place.suffix.lower() in READABLE | FOREIGN:
            raise OutputError(
                f"{printable(place)} is one file; name a folder: {len(seeds):,} pictures go into "
                "one"
            )
    return Series(tuple(place / f"{stem}-{seed}.png" for seed in seeds), place)


def _is_folder(output: AnyPath) -> bool:
    """Tell a folder by its name, if it isn't there yet.

    Every ending that begins with a letter is a file's, so that a mistyped one is refused and makes
    no folder; that of ``v1.5`` is none.
    """
    separators = tuple(filter(None, (os.sep, os.altsep)))
    return (
        Path(output).is_dir()
        or os.fspath(output).endswith(separators)
        or not Path(output).suffix[1:2].isalpha()
    )


def _located(path: Path) -> Path:
    """Where a file lies, one way to say it, also where a disk takes ``A.png`` for ``a.png``."""
    whole = path.parent.resolve() / path.name
    return Path(unicodedata.normalize("NFC", str(whole)).casefold())
