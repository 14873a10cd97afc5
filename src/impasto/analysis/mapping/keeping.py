"""A map's places on disk: kept, so that tomorrow's works find today's where they were."""

import json
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from impasto.analysis.mapping.layout import Layout
from impasto.errors import DataError, printable
from impasto.picture.files import replace_atomically

_KIND = "impasto-map"


def save_layout(path: Path, layout: Layout, *, force: bool = False) -> None:
    """Keep a map's places in one safetensors file, whole or not at all.

    Raises:
        OutputError: If the file exists and `force` is off, or can't be written.
    """
    said = {
        "kind": _KIND,
        "ids": json.dumps(layout.ids),
        "step": layout.step.hex(),
        "seed": str(layout.seed),
        "eye": layout.eye,
    }
    arrays = {"positions": layout.positions, "cells": layout.cells.astype(np.int32)}
    with replace_atomically(path, force=force) as aside:
        aside.write_bytes(save(arrays, said))


def load_layout(path: Path) -> Layout:
    """Read the places that `save_layout` kept.

    Raises:
        DataError: If the file is missing, damaged, or holds something else.
    """
    try:
        with safe_open(path, "numpy") as file:
            said = file.metadata() or {}
            if said.get("kind") != _KIND:
                raise DataError(f"{printable(path)} holds no map; draw one with impasto map")
            found = Layout(
                tuple(json.loads(said["ids"])),
                file.get_tensor("positions").astype(np.float64),
                file.get_tensor("cells").astype(np.int32),
                float.fromhex(said["step"]),
                int(said["seed"]),
                said["eye"],
            )
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    _check(path, found)
    return found


def _check(path: Path, found: Layout) -> None:
    """Let nothing pass that can't be a map, whoever wrote it."""
    count = len(found.ids)
    fits = found.positions.shape == found.cells.shape == (count, 2)
    sound = fits and np.isfinite(found.positions).all() and found.step > 0
    if not (sound and all(isinstance(name, str) for name in found.ids)):
        raise _damaged(path)
    if len(set(map(tuple, found.cells.tolist()))) != count or len(set(found.ids)) != count:
        raise _damaged(path)


def _damaged(path: Path) -> DataError:
    return DataError(
        f"{printable(path)} can't be read as a map's places; remove it to draw the map anew"
    )
