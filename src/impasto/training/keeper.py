"""The keeper of a run's folder: reads where it stopped, writes what is worth keeping."""

import time
from collections.abc import Mapping
from pathlib import Path

from impasto.errors import TrainingError, printable
from impasto.training import checkpoint, together
from impasto.training.causes import all_finite
from impasto.training.checkpoint import BEST, LAST, Facts, State
from impasto.training.logs import Log
from impasto.training.plan import Plan


class Keeper:
    """Keep a run's checkpoints and its log; among several processes the first one does.

    Args:
        folder: The run's; it is there.
        state: What the training changes.
        plan: How often to save.
        facts: What else checkpoints remember.

    Raises:
        TrainingError: If the run's last checkpoint is damaged, or of another network.
    """

    def __init__(self, folder: Path, state: State, plan: Plan, facts: Facts) -> None:
        self.folder, self.state, self.plan, self.facts = folder, state, plan, facts
        self.last = folder / LAST
        if self.last.exists():
            checkpoint.restore(self.last, state)
        together.wait()
        self.writes = together.rank() == 0
        self.log = Log(folder, state.progress) if self.writes else None
        self.saved, self.saved_step = time.monotonic(), state.progress.step

    @property
    def best(self) -> Path:
        """Where the best weights are, or the last ones if none were found best."""
        best = self.folder / BEST
        return best if self.state.progress.best is not None and best.exists() else self.last

    def save_if_due(self) -> None:
        """Write a checkpoint if the last one is old enough."""
        if time.monotonic() - self.saved > self.plan.every:
            self.save()

    def save(self) -> None:
        """Write a checkpoint, unless it is there already.

        Raises:
            TrainingError: If there are weights that are no numbers; what is there stays.
        """
        step = self.state.progress.step
        if self.writes and step != self.saved_step:
            if not all_finite(self.state.model.state_dict().values()):
                raise self.spoiled("weights are no finite numbers; lower the learning rate")
            checkpoint.save(self.last, self.state, facts=self.facts)
        self.saved, self.saved_step = time.monotonic(), step

    def save_best(self) -> None:
        """Write the weights to use beside the checkpoint."""
        if self.writes:
            checkpoint.save_weights(self.folder / BEST, self.state, facts=self.facts)

    def conclude(self, found: Mapping[str, float]) -> None:
        """Note what a validation found in the history and in the log."""
        progress, plan = self.state.progress, self.plan
        epoch, rate = plan.epoch_of(progress.step), plan.rate_at(progress.step - 1)
        row = progress.conclude(found, epoch=epoch, rate=rate)
        if self.log:
            self.log.write(row)

    def close(self) -> None:
        """Finish the log."""
        if self.log:
            self.log.close()

    def spoiled(self, cause: str) -> TrainingError:
        """Say why the training can't go on, and what is left of it."""
        left = (
            f"the checkpoint of step {self.saved_step} in {printable(self.folder)} is good"
            if self.last.exists()
            else "nothing was saved before"
        )
        return TrainingError(f"step {self.state.progress.step + 1} failed: {cause} ({left})")
