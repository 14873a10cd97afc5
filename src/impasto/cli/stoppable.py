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
