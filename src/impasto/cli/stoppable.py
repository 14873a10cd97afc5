"""Work that Ctrl-C ends in good order."""

import signal
import threading
from contextlib import ExitStack

from impasto.cli.progress import bar
from impasto.progress import Step


class Stoppable:
    """A bar; the first Ctrl-C lets the step come to its end, a second one waits for nothing.

    Args:
        title: What is being done.
    """

    def __init__(self, title: str) -> None:
        self.held = ExitStack()
        self.title, self.asked = title, False

    def __enter__(self) -> "Stoppable":
        self.bar = self.held.enter_context(bar(self.title))
        if threading.current_thread() is threading.main_thread():
            before = signal.signal(signal.SIGINT, self._hear)
            self.held.callback(signal.signal, signal.SIGINT, before)
        return self

    def __exit__(self, *error: object) -> None:
        self.held.close()

    def __call__(self, step: Step) -> bool:
        """Show a step; returns whether it shall be the last."""
        self.bar.bar.update(self.bar.task, completed=step.done, total=step.total)
        return self.asked

    def say(self, text: object) -> None:
        """Write a line above the bar."""
        self.bar.say(text)

    def _hear(self, number: int, frame: object) -> None:
        del number, frame
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


class Watched(Stoppable):
    """A bar that shows the losses of the last step; Ctrl-C ends the training and keeps it.

    While works are still read, nothing is learned that could be lost, and Ctrl-C ends it at once.

    Args:
        title: What is being done.
        shown: What is shown of a validation; all of it unless given.
        reading: What is said while works are read; the title unless given.
    """

    def __init__(
        self, title: str, *, shown: tuple[str, ...] | None = None, reading: str | None = None
    ) -> None:
        super().__init__(title)
        self.shown, self.reading = shown, reading or title

    def __call__(self, step: Step) -> bool:
        """Show a step; returns whether it shall be the last."""
        if step.values:
            kept = {name: value for name, value in step.values.items() if self._shows(name)}
            self.bar.training(Step(step.done, step.total, kept))
            return self.asked
        if self.asked:
            raise KeyboardInterrupt
        self.bar.bar.update(self.bar.task, description=self.reading)
        return super().__call__(step)

    def _shows(self, name: str) -> bool:
        found = name.removeprefix("validation_")
        return found == name or self.shown is None or found in self.shown
