"""Contact sheets of works that were found."""

from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.analysis.collection.grouping import Cluster
from impasto.analysis.collection.twins import Twin
from impasto.errors import PictureError, SettingsError, printable
from impasto.picture import read
from impasto.report import contact_sheet, shrink

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
    for path, line in zip(paths, lines, strict=True):
        picture = _read(path)
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
    pictures = [_read(path) for path in paths]
    shown = [_card() if picture is None else picture for picture in pictures]
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
    for number, group in enumerate(groups, 1):
        works: list[Path | None] = [*group.works[:columns]]
        works += [None] * (columns - len(works))
        shown = [None if work is None else _read(work) for work in works]
        pictures += [_card(_PAPER) if picture is None else picture for picture in shown]
        labels += ["" if work is None else printable(work.stem) for work in works]
        first = next((trait.value or trait.column for trait in group.traits), "")
        rows.append(f"{number}: {printable(first, limit=40)}".removesuffix(": "))
    return contact_sheet(pictures, columns=columns, labels=labels, row_labels=rows, cell=CELL)


def why(twin: Twin) -> str:
    """Say in a few words why two pictures are taken for one."""
    if twin.same is None:
        return "byte by byte"
    mirrored = "mirrored, " if twin.same.mirrored else ""
    return f"{mirrored}{twin.same.points} points"


def _read(path: Path) -> Float[Tensor, "1 3 _ _"] | None:
    try:
        return shrink(read(path).on_white, CELL)
    except PictureError:
        return None


def _card(ground: float = _GROUND) -> Float[Tensor, "1 3 _ _"]:
    return torch.full((1, 3, CELL * 3 // 4, CELL), ground)
