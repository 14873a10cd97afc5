"""Contact sheets of works that were found."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.analysis.collection.grouping import Cluster
from impasto.analysis.collection.opening import Small, small_apart
from impasto.analysis.collection.twins import Twin
from impasto.data.threads import in_order
from impasto.errors import PictureError, SettingsError, printable
from impasto.report import contact_sheet

CELL = 256
"""Longest side of a work on a sheet, in pixels."""

_GROUND = 0.85  # gray of the card that stands for a picture which can't be read
_PAPER = 0.95  # and where there is none


def works_sheet(
    paths: Sequence[Path], lines: Sequence[str], *, columns: int = 5
) -> Float[Tensor, "1 3 h w"]:
    """Lay works out on a page, each with a line; a gray card stands for what can't be read.

    Args:
        paths: At least one.
        lines: What stands below each.
        columns: Works side by side.

    Raises:
        SettingsError: If there are none.
    """
    if not paths:
        raise SettingsError("there is nothing to put on a sheet; ask for something else")
    pictures, labels = [], []
    for path, picture, line in zip(paths, _read(paths), lines, strict=True):
        pictures.append(_card() if picture is None else picture)
        labels.append(printable(line if picture is not None else f"can't be read: {path.name}"))
    return contact_sheet(pictures, columns=columns, labels=labels, cell=CELL)


def twins_sheet(twins: Sequence[Twin]) -> Float[Tensor, "1 3 h w"]:
    """Lay the pictures of each pair side by side, with the reason why they are one.

    Raises:
        SettingsError: If there are no pairs.
    """
    paths = [path for twin in twins for path in (twin.first, twin.second)]
    lines = [line for twin in twins for line in (twin.first.stem, twin.second.stem)]
    shown = [_card() if picture is None else picture for picture in _read(paths)]
    if not shown:
        raise SettingsError("nothing is here twice, so there is nothing to put on a sheet")
    return contact_sheet(
        shown,
        columns=2,
        labels=[printable(line) for line in lines],
        row_labels=[why(twin) for twin in twins],
        cell=CELL,
    )


def groups_sheet(groups: Sequence[Cluster], *, columns: int = 5) -> Float[Tensor, "1 3 h w"]:
    """Lay typical works of each group in a row, with what sets the group apart.

    Raises:
        SettingsError: If there are no groups.
    """
    if not groups:
        raise SettingsError("there are no groups, so there is nothing to put on a sheet")
    pictures, labels, rows = [], [], []
    opened = iter(_read([work for group in groups for work in group.works[:columns]]))
    for number, group in enumerate(groups, 1):
        works = group.works[:columns]
        empty = columns - len(works)
        shown = [*islice(opened, len(works)), *[None] * empty]
        pictures += [_card(_PAPER) if picture is None else picture for picture in shown]
        labels += [*(printable(work.stem) for work in works), *[""] * empty]
        first = next((trait.value or trait.column for trait in group.traits), "")
        rows.append(f"{number}: {printable(first, limit=40)}".removesuffix(": "))
    return contact_sheet(pictures, columns=columns, labels=labels, row_labels=rows, cell=CELL)


def why(twin: Twin) -> str:
    """Say in a few words why two pictures are taken for one."""
    if twin.same is None:
        return "byte by byte"
    mirrored = "mirrored, " if twin.same.mirrored else ""
    return f"{mirrored}{twin.same.points} points"


def _read(paths: Sequence[Path]) -> list[Float[Tensor, "1 3 _ _"] | None]:
    """Open works small; None stands for one that can't be read."""
    with small_apart() as small, ThreadPoolExecutor(2) as threads:
        return list(in_order(threads, partial(_opened, small), paths))


def _opened(small: Small, path: Path) -> Float[Tensor, "1 3 _ _"] | None:
    try:
        return small(path, CELL)[None].float() / 255
    except PictureError:
        return None


def _card(ground: float = _GROUND) -> Float[Tensor, "1 3 _ _"]:
    return torch.full((1, 3, CELL * 3 // 4, CELL), ground)
