"""Pens that know how to draw: those that come with Impasto, and those of a run."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError

from impasto.errors import SettingsError, WeightsError, printable
from impasto.networks import catalog
from impasto.networks.pen import Pen
from impasto.picture.files import sha256_of
from impasto.training.checkpoint import BEST, averaged, facts_of

SHIPPED = {"omniglot": "pen", "kanji": "pen_kanji"}
"""What the pens that come with Impasto draw like, and their names in the catalog."""

FACTS = "pen"
"""Under which name a run remembers the sizes of its network."""


@dataclass(frozen=True, eq=False)
class Known:
    """A pen, and where it is from.

    Attributes:
        pen: Set for use.
        name: What it draws like.
        sha256: Of the file of its weights.
    """

    pen: Pen
    name: str
    sha256: str


def known(like: str | os.PathLike[str]) -> Known:
    """Find a pen by what it draws like, or by the folder of the run in which it learned.

    Raises:
        SettingsError: If there is none.
        WeightsError: If its weights are damaged, or of another network.
    """
    there = _shipped()
    if os.fspath(like) in there:
        return _from_catalog(os.fspath(like))
    folder = Path(like)
    if (folder / BEST).is_file():
        return _from_run(folder)
    raise SettingsError(
        f"no pen draws like {printable(like)}; choose of {', '.join(there) or 'none'}, or name the "
        "folder of a run that learned from drawings"
    )


def _shipped() -> list[str]:
    """What there are pens for in this installation."""
    rows = {row.name.rsplit("-", 1)[0] for row in catalog.CATALOG}
    return [like for like, row in SHIPPED.items() if row in rows]


def _from_catalog(like: str) -> Known:
    row = catalog.row(SHIPPED[like])
    pen = catalog.load_named(row.name)
    assert isinstance(pen, Pen)
    return Known(pen, like, row.sha256)


def _from_run(folder: Path) -> Known:
    path = folder / BEST
    sizes = facts_of(path).get(FACTS, {})
    try:
        with torch.random.fork_rng([]):
            pen = Pen(**{str(name): int(size) for name, size in dict(sizes).items()})
        pen.load_state_dict(averaged(path))
    except (TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise WeightsError(
            f"{printable(path)} holds no pen; name the folder of a run that learned from drawings"
        ) from error
    return Known(pen.eval().requires_grad_(False), folder.resolve().name, sha256_of(path))
