"""A training of a generator from its first step, or the one where it stopped, to its end."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import torch

from impasto.creation.collection.early import early_in, is_early, keep_early
from impasto.creation.collection.generator import guided
from impasto.creation.collection.judging import SHOWN, Examiner, Judge
from impasto.creation.collection.lesson import Lesson
from impasto.creation.collection.run import LOOKS, PAGE, Run, keep_weights
from impasto.creation.collection.sheets import look_sheet
from impasto.creation.collection.stopping import Enough
from impasto.creation.collection.words import look_line
from impasto.creation.collection.works import Works
from impasto.device import best_device, best_dtype, channels_last, keep_buffers
from impasto.jobs.failures import NAME, save_failures
from impasto.jobs.items import Failure
from impasto.jobs.preview import Preview
from impasto.jobs.runs import OnLine
from impasto.networks.flow import Current, Flow, noise_of
from impasto.picture import write
from impasto.picture.files import reporting
from impasto.progress import OnStep, Step
from impasto.training.batches import Batches
from impasto.training.checkpoint import BEST, facts_of
from impasto.training.claim import Claim
from impasto.training.loop import Losses, fit
from impasto.training.optimizers import Optimizer
from impasto.training.plan import Plan

APART = 7_919
"""Keeps the noise of looks apart from that of samples, whose seeds people choose."""

SAVED = 120.0
"""Seconds between two checkpoints."""


class Teaching:
    """A training, with the works made ready.

    Args:
        run: What is learned, and how.
        folder: Where it is kept.
        works: To learn from, and held out.
        on_line: Told what there is to know.
        on_step: Told of each step.
    """

    def __init__(
        self, run: Run, folder: Path, works: Works, on_line: OnLine, on_step: OnStep | None
    ) -> None:
        self.run, self.folder, self.works = run, folder, works
        self.on_line, self.on_step = on_line, on_step

    def run_to_its_end(self, claim: Claim) -> Run:
        """Train, and note why it ended; raises as `fit` does."""
        keep_buffers()
        self._tell_works()
        settings = self.run.settings
        noise = noise_of(settings.size, SHOWN, settings.seed + APART)
        self.judge = Judge(Examiner(self.works), noise, ready=self._ready)
        found = fit(
            self.begin(),
            self._weigh,
            self.plan,
            self.folder,
            until=Enough(minutes=settings.minutes, patience=settings.patience),
            validate=self.judge,
            facts=self.facts,
            on_step=self._heard,
            claim=claim,
        )
        ended = replace(self.run, reason=found.reason, seconds=round(found.progress.seconds, 2))
        ended.save(self.folder)
        self.on_line(found.reason)
        return ended

    @cached_property
    def lesson(self) -> Lesson:
        """What each step sees."""
        learned, settings = self.works.pixels[self.works.learned], self.run.settings
        deal = Batches(len(learned), settings.batch, seed=settings.seed)
        return Lesson(learned, deal, settings.mirror)

    @property
    def plan(self) -> Plan:
        """Rates, averages, and when to look."""
        settings = self.run.settings
        return Plan(
            steps=settings.steps,
            rate=1e-3,
            average=0.999,
            clip=1.0,
            seed=settings.seed,
            optimizer=Optimizer("adamw", betas=(0.9, 0.99), decay=1e-4),
            schedule="linear",
            decay=0.0,
            every=SAVED,
            validate=settings.look,
            precision="bfloat16" if best_dtype() == torch.bfloat16 else "float32",
        )

    @property
    def facts(self) -> dict[str, object]:
        """What tells of weights alone which network they are of."""
        return {"generator": {"size": self.run.settings.size}}

    def begin(self) -> Flow:
        """Build what is trained; the same seed draws the same weights."""
        with torch.random.fork_rng([]):
            torch.default_generator.manual_seed(self.run.settings.seed)
            return channels_last(Flow(self.run.settings.size)).to(best_device())

    def _tell_works(self) -> None:
        """Say what was found in the works, and list what can't be used."""
        for line in self.works.lines():
            self.on_line(line)
        failures = [Failure(path, why) for path, why in self.works.failures]
        save_failures(failures, self.folder / NAME)

    def _weigh(self, network: Flow, step: int, generator: torch.Generator) -> Losses:
        """Weigh the batch of a step, and remember which step it is."""
        self.step = step + 1
        return self.lesson(network, step, generator)

    def _ready(self, network: Flow) -> Current:
        """Keep the weights that are looked at, if they shall be kept, and say what paints."""
        settings, weights = self.run.settings, network.state_dict()
        with reporting(self.folder):
            if is_early(self.step, settings.look):
                keep_early(self.folder, weights, self.facts, step=self.step)
            if settings.keep:
                (self.folder / LOOKS).mkdir(exist_ok=True)
                keep_weights(self._look("safetensors"), weights, self.facts, step=self.step)
        return guided(network, early_in(self.folder, self.step))

    def _look(self, kind: str) -> Path:
        """Where something of the present look is kept."""
        return self.folder / LOOKS / f"step-{self.step:07}.{kind}"

    def _heard(self, step: Step) -> bool | None:
        """Hand a step on; after a look show what was painted, and say what was found."""
        found = self.judge.found
        if "validation_kid" in step.values and found is not None:
            self._show(step.done)
            step = Preview(step.done, step.total, step.values, step.label, found.pictures)
        return self.on_step(step) if self.on_step else None

    def _show(self, step: int) -> None:
        found = self.judge.found
        assert found is not None
        with reporting(self.folder):
            (self.folder / LOOKS).mkdir(exist_ok=True)
            (self.folder / PAGE).unlink(missing_ok=True)  # it speaks of what was learned before
        page = look_sheet(found.pictures, step=step, seed=self.run.settings.seed)
        write(page, self._look("jpg"), force=True)
        best = self.folder / BEST
        known = facts_of(best)["progress"]["best_step"] if best.exists() else 0
        self.on_line(look_line(step, found.values(), best=known))
