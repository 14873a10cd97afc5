"""Which picture of a folder becomes which file: all decided before the first one is painted."""

import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import OutputError, PictureError, SettingsError
from impasto.jobs.items import Failure, Item

WRITABLE = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})
READABLE = WRITABLE | {".gif", ".bmp"}
FOREIGN = frozenset({".heic", ".heif", ".avif", ".jp2", ".j2k", ".jpx"})
"""Pictures that reading refuses with a line on how to convert them; not to be passed over."""


@dataclass(frozen=True)
class Plan:
    """What a run over a folder has to do.

    Attributes:
        todo: In the order of their names.
        skipped: What is done already.
        failed: Subfolders that can't be listed.
    """

    todo: tuple[Item, ...]
    skipped: tuple[Item, ...] = ()
    failed: tuple[Failure, ...] = ()


def plan_folder(
    folder: Path,
    output: Path,
    *,
    suffix: str | None = None,
    force: bool = False,
    resume: bool = False,
) -> Plan:
    """Give every picture below a folder its place in the output folder, in the same subfolders.

    Args:
        folder: Where the pictures are.
        output: Where they go; need not exist.
        suffix: Ending of all outputs, such as ``.png``; unless given each keeps its own, or gets
            ``.png`` where its own can only be read.
        force: Do again what is done already, and replace it.
        resume: Leave out what is done already.

    Raises:
        PictureError: If the folder can't be listed, or there is no picture in it.
        OutputError: If outputs exist and neither `force` nor `resume` is on, if two inputs would
            share an output, or if an output would lie among the inputs.
        SettingsError: If the suffix is no picture's.
    """
    failed: list[Failure] = []
    pictures = find_pictures(folder, failed)
    if not pictures:
        raise PictureError(f"{folder} holds no pictures; looked for {_listed(READABLE)}")
    items = [Item(p, output / placed(p.relative_to(folder), suffix)) for p in pictures]
    _refuse_shared(items)
    _refuse_inside(folder, items)
    todo, done = _divide(items, force=force)
    if done and not resume:
        raise OutputError(f"{_named(done)} already; --resume skips what is done, --force redoes it")
    return Plan(tuple(todo), tuple(done), tuple(failed))


def placed(path: Path, suffix: str | None) -> Path:
    """Give a picture the name of its output.

    Args:
        path: Relative to the folder of the inputs.
        suffix: As for `plan_folder`.

    Raises:
        SettingsError: If the suffix is no picture's.
    """
    if suffix is not None and suffix.lower() not in WRITABLE:
        raise SettingsError(f"{suffix!r} can't be written; use one of {_listed(WRITABLE)}")
    own = path.suffix if path.suffix.lower() in WRITABLE else ".png"
    return path.with_suffix(suffix or own)


def find_pictures(folder: Path, failed: list[Failure] | None = None) -> list[Path]:
    """List the pictures below a folder by name; hidden ones and links in circles are left out.

    Args:
        folder: Where to look.
        failed: Gets the subfolders that can't be listed.

    Raises:
        PictureError: If the folder can't be listed, nor, without `failed`, one below it.
    """
    seen: set[tuple[int, int]] = set()
    found: list[Path] = []
    on_error = _unlisted(folder, failed)
    for root, folders, names in os.walk(folder, followlinks=True, onerror=on_error):
        if _is_known(Path(root), seen):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in names if _is_picture(name)]
    return sorted(found)


def _unlisted(folder: Path, failed: list[Failure] | None) -> Callable[[OSError], None]:
    def note(error: OSError) -> None:
        path, reason = Path(error.filename), f"can't be listed ({error.strerror})"
        if failed is None or path == folder:
            raise PictureError(f"{path} {reason}") from error
        failed.append(Failure(path, reason))

    return note


def _is_known(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Tell whether a folder was visited before, under whatever name, and remember it."""
    place = folder.stat().st_dev, folder.stat().st_ino
    known = place in seen
    seen.add(place)
    return known


def _is_picture(name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return not name.startswith(".") and suffix in READABLE | FOREIGN


def _divide(items: Iterable[Item], *, force: bool) -> tuple[list[Item], list[Item]]:
    """Part what is to do from what is done already."""
    todo: list[Item] = []
    done: list[Item] = []
    for item in items:
        exists = os.path.lexists(item.output) and not force
        (done if exists else todo).append(item)
    return todo, done


def _refuse_shared(items: Iterable[Item]) -> None:
    """Refuse two inputs with one output, also where a disk takes ``A.png`` for ``a.png``."""
    taken: dict[str, Item] = {}
    for item in items:
        key = unicodedata.normalize("NFC", str(item.output)).casefold()
        other = taken.setdefault(key, item)
        if other is not item:
            raise OutputError(
                f"{other.input} and {item.input} would both become {item.output}; rename one, or "
                "put it into a folder of its own"
            )


def _refuse_inside(folder: Path, items: Iterable[Item]) -> None:
    """Refuse outputs among the inputs: they would replace them, or be painted the next time."""
    inputs = folder.resolve()
    for item in items:
        if item.output.resolve().is_relative_to(inputs):
            raise OutputError(
                f"{item.output} would lie inside the folder {folder}, among the pictures to paint; "
                "choose an output folder outside it"
            )


def _named(items: Sequence[Item]) -> str:
    others = f" and {len(items) - 1} more exist" if len(items) > 1 else " exists"
    return f"{items[0].output}{others}"


def _listed(suffixes: Iterable[str]) -> str:
    return ", ".join(sorted(suffixes))
