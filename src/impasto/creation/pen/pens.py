"""Pens that know how to draw: those that come with Impasto, and those of a run."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from impasto.errors import SettingsError, WeightsError, printable
from impasto.jobs.runs import PEN, check_kind
from impasto.networks import catalog
from impasto.networks.pen import Pen
from impasto.picture.files import sha256_of
from impasto.training.checkpoint import BEST, LAST, averaged, facts_of

SHIPPED = {"omniglot": "pen", "kanji": "pen_kanji"}
"""What the pens that come with Impasto draw like, and their names in the catalog."""

FACTS, WHOLE = "pen", "whole"
"""Under which names a run remembers the sizes of its network, and what drawings it had."""

IDEAS = "ideas.safetensors"
"""How the ideas of the drawings of a run lie."""


@dataclass(frozen=True, eq=False)
class Known:
    """A pen, and where it is from.

    Attributes:
        pen: Set for use.
        name: What it draws like.
        sha256: Of the file of its weights.
        whole: What it learned from lay on whole numbers, as a mouse gives them.
    """

    pen: Pen
    name: str
    sha256: str
    whole: bool = True


def known(like: str | os.PathLike[str]) -> Known:
    """Find a pen by what it draws like, or by the folder of the run in which it learned.

    Raises:
        SettingsError: If there is none.
        TrainingError: If the run is of something else.
        WeightsError: If its weights are damaged, or of another network.
    """
    there = _shipped()
    if os.fspath(like) in there:
        return _from_catalog(os.fspath(like))
    folder = Path(like)
    check_kind(folder, PEN)
    if _kept(folder).is_file():
        return _from_run(folder)
    raise SettingsError(
        f"no pen draws like {printable(like)}; choose of {', '.join(there) or 'none'}, or name the "
        "folder of a run that learned from drawings"
    )


def shipped(sha256: str | None) -> Known | None:
    """Find the pen that comes with Impasto and has these weights; opens nothing else."""
    found = (like for like in _shipped() if catalog.row(SHIPPED[like]).sha256 == sha256)
    like = next(found, None)
    return None if like is None else _from_catalog(like)


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
    path = _kept(folder)
    facts = facts_of(path)
    sizes = facts.get(FACTS, {})
    try:
        with torch.random.fork_rng([]):
            pen = Pen(**{str(name): int(size) for name, size in dict(sizes).items()})
        pen.load_state_dict(weights_in(folder))
    except (TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise WeightsError(
            f"{printable(path)} holds no pen; name the folder of a run that learned from drawings"
        ) from error
    pen.eval().requires_grad_(False)
    return Known(pen, folder.resolve().name, sha256_of(path), bool(facts.get(WHOLE, True)))


def _kept(folder: Path) -> Path:
    """Where the weights of a run lie: the best ones, or the last before anything was judged."""
    best = folder / BEST
    return best if best.is_file() else folder / LAST


def weights_in(folder: Path) -> dict[str, Tensor]:
    """Read the best weights of a run, and how the ideas of its drawings lay if it came to an end.

    Raises:
        TrainingError: If a file is damaged.
        WeightsError: If there are none of a pen.
    """
    weights = averaged(_kept(folder))
    if "idea.bias" not in weights:
        raise WeightsError(
            f"{printable(folder)} holds no pen; name a run that learned from drawings"
        )
    many = len(weights["idea.bias"]) // 2
    usual = {"usual": torch.zeros(many), "reach": torch.eye(many)}
    fitted = folder / IDEAS
    try:
        return usual | weights | (load_file(fitted) if fitted.is_file() else {})
    except (OSError, SafetensorError, ValueError) as error:
        raise WeightsError(f"{printable(fitted)} is damaged; delete it") from error
