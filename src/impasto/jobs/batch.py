"""Many pictures, one after the other: a bad one is listed with its reason and the rest is done."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import OutputError, PictureError
from impasto.jobs.items import Failure, Item
from impasto.jobs.outputs import Plan
from impasto.progress import OnStep, Step

HOPELESS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What the next picture would fail of, too: the disk is full, or can't be written at all."""


@dataclass(frozen=True)
class BatchResult:
    """What came of a run over a folder.

    Attributes:
        done: Outputs made, each of them whole.
        skipped: Outputs that were there before.
        failed: Inputs that could not be done.
        left: Inputs that were not begun or not finished, because the run was stopped.
        interrupted: Whether it was Ctrl-C that stopped it.
    """

    done: tuple[Path, ...] = ()
    skipped: tuple[Path, ...] = ()
    failed: tuple[Failure, ...] = ()
    left: tuple[Path, ...] = ()
    interrupted: bool = False


def run_batch(
    plan: Plan, work: Callable[[Item], object], *, on_step: OnStep | None = None
) -> BatchResult:
    """Do one picture after the other and go on after a bad one.

    What is wrong with the run itself, such as a style made with other weights, ends it.

    Args:
        plan: What to do, as `plan_folder` gives it.
        work: Makes one output, whole or not at all.
        on_step: Told after each picture, with its name; returning True stops the run.

    Returns:
        What is done, and what is not. Ctrl-C stops the run, too, and is reported here; what is
        done stays. A full disk stops it, since no other picture would fare better.
    """
    done: list[Path] = []
    failed: list[Failure] = []
    interrupted = False
    try:
        for count, item in enumerate(plan.todo, 1):
            hopeless = _attempt(item, work, done, failed)
            step = Step(count, len(plan.todo), label=item.input.name)
            if (on_step and on_step(step)) or hopeless:
                break
    except KeyboardInterrupt:
        interrupted = True
    left = tuple(item.input for item in plan.todo[len(done) + len(failed) :])
    skipped = tuple(item.output for item in plan.skipped)
    return BatchResult(tuple(done), skipped, (*plan.failed, *failed), left, interrupted)


def _attempt(
    item: Item, work: Callable[[Item], object], done: list[Path], failed: list[Failure]
) -> bool:
    """Do one picture and note what came of it; True means that the next ones would fail, too."""
    try:
        item.output.parent.mkdir(parents=True, exist_ok=True)
        work(item)
    except (PictureError, OutputError, OSError, MemoryError, RuntimeError) as error:
        failed.append(Failure(item.input, _reason(error)))
        return _is_hopeless(error)
    done.append(item.output)
    return False


def _reason(error: Exception) -> str:
    """Say in one line what went wrong; a mistake of our own is raised again.

    torch reports memory that runs out as a RuntimeError that says so.
    """
    if isinstance(error, PictureError | OutputError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, MemoryError) or "memory" in str(error):
        return "there is not enough memory for a picture of this size"
    raise error


def _is_hopeless(error: BaseException) -> bool:
    return any(isinstance(e, OSError) and e.errno in HOPELESS for e in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
