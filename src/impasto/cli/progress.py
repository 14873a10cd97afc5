"""A bar on the terminal while something takes long."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from impasto.cli.terminal import say
from impasto.errors import printable
from impasto.progress import Step


class Bar:
    """Shows how far a piece of work has come; silent where nobody looks.

    Args:
        title: What is being done.
        total: Units of work in all.
    """

    def __init__(self, title: str, total: int) -> None:
        from rich import progress
        from rich.console import Console

        console = Console(stderr=True)
        self.shown = console.is_terminal
        self.bar = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not self.shown,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self.task = self.bar.add_task(printable(title, limit=40), total=total)
        self.units = 0
        self.found: dict[str, float] = {}

    def step(self, step: Step) -> None:
        """Take a unit for done."""
        self.units = step.done
        self.bar.update(self.task, completed=step.done)

    def within(self, step: Step) -> None:
        """Take a part of the next unit for done."""
        self.bar.update(self.task, completed=self.units + step.done / max(1, step.total))

    def training(self, step: Step) -> None:
        """Show how far a training has come: the step's losses, and what was validated last."""
        found = {k: v for k, v in step.values.items() if k.startswith("validation_")}
        self.found = found or self.found
        values = {k: v for k, v in step.values.items() if k not in found} | self.found
        words = ", ".join(f"{k.replace('_', ' ')} {value:.3g}" for k, value in values.items())
        self.bar.update(
            self.task, completed=step.done, total=step.total, description=printable(words)
        )

    def say(self, text: object) -> None:
        """Write a line of the result, above the bar where both are on one terminal."""
        if self.shown and sys.stdout.isatty():
            self.bar.console.print(printable(text), markup=False, highlight=False)
        else:
            say(text)


@contextmanager
def bar(title: str, *, total: int = 1) -> Iterator[Bar]:
    """Show a bar while the block runs."""
    shown = Bar(title, total)
    with shown.bar:
        yield shown
