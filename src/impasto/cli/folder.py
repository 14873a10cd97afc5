"""A folder of photographs: progress, what failed, and how to go on."""

from collections.abc import Callable
from pathlib import Path

import typer

from impasto.cli.progress import Bar, bar
from impasto.cli.terminal import explain, say
from impasto.errors import printable
from impasto.jobs.batch import BatchResult, run_batch
from impasto.jobs.items import Item
from impasto.jobs.outputs import Plan, plan_folder
from impasto.progress import OnStep

Paint = Callable[[Path, Path, OnStep], object]
"""Makes the second file out of the first, telling of its parts."""


def paint_folder(
    folder: Path, output: Path, paint: Paint, *, suffix: str | None, force: bool, resume: bool
) -> None:
    """Paint every photograph of a folder and say what came of it.

    Raises:
        typer.Exit: If something failed.
        KeyboardInterrupt: If Ctrl-C was pressed; what is done is kept and reported.
    """
    from impasto.jobs.failures import NAME, check_table
    from impasto.jobs.lock import claim

    check_table(output / NAME)
    plan = plan_folder(folder, output, suffix=suffix, force=force, resume=resume)
    with claim(output), bar(folder.name, total=len(plan.todo)) as shown:
        result = _run(plan, paint, shown)
    report(result, output)
    if result.interrupted:
        raise KeyboardInterrupt
    if result.failed:
        raise typer.Exit(1)


def _run(plan: Plan, paint: Paint, shown: Bar) -> BatchResult:
    def work(item: Item) -> None:
        paint(item.input, item.output, shown.within)
        shown.say(item.output)

    return run_batch(plan, work, on_step=shown.step)


def report(result: BatchResult, output: Path) -> None:
    """Say what failed and why, then how much there is of everything."""
    from impasto.jobs.failures import NAME, save_failures

    for failure in result.failed:
        named = printable(failure.path) in failure.reason
        explain(failure.reason if named else f"{failure.path}: {failure.reason}")
    table = save_failures(result.failed, output / NAME)
    counts = {"skipped": result.skipped, "failed": result.failed, "left": result.left}
    others = [f", {len(paths)} {word}" for word, paths in counts.items() if paths]
    hint = f"; {table} says why" if table else "; --resume goes on" if result.left else ""
    say(f"{len(result.done)} painted{''.join(others)}{hint}")
