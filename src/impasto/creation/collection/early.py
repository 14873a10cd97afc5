"""What a generator was early in its training, which it later keeps away from."""

from pathlib import Path

from torch import Tensor

from impasto.creation.collection.run import keep_weights

EARLY = "early"
"""Folder of a run in which it is kept."""

LATER = 6
"""How many times as long a generator has learned, at the least, as the one it keeps away from; but
as long as there is none, it keeps away from the first."""


def is_early(step: int, look: int) -> bool:
    """Tell whether the weights of a look are kept: few, yet some are early enough at any time.

    Args:
        step: Steps done.
        look: Steps between two looks.

    >>> [step for step in range(100, 3000, 100) if is_early(step, 100)]
    [100, 200, 300, 400, 600, 800, 1200, 1600, 2400]
    """
    looks, rest = divmod(step, look)
    return not rest and looks // (looks & -looks) in {1, 3}


def early_in(folder: Path, step: int) -> Path | None:
    """Find the latest weights of a run that are early enough for those of a step.

    A sixth to a ninth of the steps is best, and what there is from the twelfth look on. Later ones
    tell less, and from earlier ones it would keep too far away.

    Args:
        folder: The run.
        step: Steps done by what they are for.
    """
    kept = {int(path.stem.removeprefix("step-")): path for path in _kept(folder)}
    early = sorted(each for each in kept if each < step)
    fit = [each for each in early if LATER * each <= step] or early[:1]
    return kept[fit[-1]] if fit else None


def keep_early(
    folder: Path, weights: dict[str, Tensor], facts: dict[str, object], *, step: int
) -> None:
    """Keep the weights of a step."""
    (folder / EARLY).mkdir(exist_ok=True)
    keep_weights(folder / EARLY / f"step-{step:07}.safetensors", weights, facts, step=step)


def forget_early(folder: Path) -> None:
    """Leave nothing of a training that was there before: it would guide another one."""
    for path in _kept(folder):
        path.unlink()


def _kept(folder: Path) -> list[Path]:
    found = (folder / EARLY).glob("step-*.safetensors")
    return [path for path in found if path.stem[5:].isdecimal() and path.is_file()]
