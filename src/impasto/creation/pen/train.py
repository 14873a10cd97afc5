"""The verb `create_train_pen`: a pen of one's own, from drawings."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from impasto.creation.pen.choosing import completed, enough, lesson_from, longest
from impasto.creation.pen.draw import Asked, Made, draw
from impasto.creation.pen.files import draw_file
from impasto.creation.pen.pens import Known
from impasto.creation.pen.run import SHEET, PenRun, load
from impasto.creation.pen.settings import PenSettings
from impasto.creation.pen.showing import MOVING, painted
from impasto.creation.pen.teaching import is_whole, teach
from impasto.data.collection import SUFFIXES
from impasto.data.paper import Paper, beside, square
from impasto.data.sketches import Sketches, gather_sketches
from impasto.data.svg_out import write_svg
from impasto.errors import DataError, SettingsError, printable
from impasto.jobs.preview import Preview
from impasto.jobs.runs import OnLine, check_free, check_outside
from impasto.jobs.saving import Saving
from impasto.jobs.whereabouts import place_of
from impasto.networks.pen import Pen
from impasto.picture import Info, Recipe
from impasto.picture.files import is_file
from impasto.progress import OnStep, Step
from impasto.training.checkpoint import BEST, facts_of
from impasto.training.claim import Claim, alone_in

ENOUGH = 200
"""Drawings to learn from, from which on it begins to be worth it."""

SHOWN = 24
"""Drawings on the sheet of a run."""

_NAMED = 5  # files that can't be read whose names are said


def create_train_pen(
    source: str | Path | None,
    output: str | Path,
    *,
    settings: PenSettings | None = None,
    resume: bool = False,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> PenRun:
    """Train a pen on drawings until it has learned enough; it stops by itself.

    Now and then it is looked at how well it expects drawings that it doesn't learn from; the best
    checkpoint is kept. `create_draw` takes the run's folder.

    Args:
        source: A folder of SVGs or of ``.npz`` files, or one ``.npz``; of what has no part to judge
            by a tenth is held out. To go on, None, or where the drawings lie now.
        output: The run's folder; one that has learned something is left alone,
        settings: How to learn; to go on, those of the run are taken, and these must be None.
        resume: unless it shall go on, as if it had never been stopped.
        on_line: Told in plain words what was found in the drawings and at each look.
        on_step: Told of each file that is read, then of each step with its losses, and with a
            `Preview` at each look; returning True ends it with what is learned kept.

    Returns:
        The run, as it lies in its folder, beside a sheet of what the pen draws.

    Raises:
        DataError: If there are too few drawings that can be read, or they have changed.
        SettingsError: If there is nothing to learn from, or a run that goes on has settings.
        OutputError: If the folder is a run already, or can't be written.
        TrainingError: If the folder to go on with is no pen's, or a loss is no number any more;
            what was learned before is kept.
    """
    folder, told = Path(output), on_line or _quiet
    if resume and settings is not None:
        raise SettingsError("a run that goes on keeps its settings; leave them out")
    before = load(folder) if resume else None
    if before is None:
        check_free(folder)
    place = source if source is not None else before.reached() if before else None
    if place is None:
        raise SettingsError("expected drawings to learn from, a folder or an .npz; name them")
    _check_place(Path(place), folder)
    sketches = gather_sketches(place, on_step=on_step)
    if before is None:
        run = _begun(place, sketches, settings or PenSettings())
    else:
        run = _resumed(before, place, sketches, folder)
        if before.reason:
            told(f"it ended before: {before.reason}")
    with alone_in(folder) as claim:
        if before is None:
            check_free(folder)
        run.save(folder)
        return Teaching(run, folder, sketches, told, on_step).run_to_its_end(claim)


def _check_place(place: Path, folder: Path) -> None:
    """Refuse a picture, and keep what a run writes out of what it learns from."""
    if place.suffix.lower() in SUFFIXES and is_file(place):
        raise DataError(
            f"{printable(place)} is a picture, and --strokes takes drawings: a folder of .svg or "
            ".npz files, or one .npz"
        )
    check_outside(folder, place)


def _begun(place: str | Path, sketches: Sketches, settings: PenSettings) -> PenRun:
    most = longest(sketches.train)
    there = place_of(str(place))
    return PenRun(
        source=str(place) if there else "",
        place=there,
        settings=completed(settings, drawings=len(sketches.train), most=most),
        most=most,
        sum=sketches.sum,
    )


def _resumed(run: PenRun, place: str | Path, sketches: Sketches, folder: Path) -> PenRun:
    if sketches.sum != run.sum:
        raise DataError(
            f"the drawings in {printable(place)} have changed since {printable(folder)} was begun; "
            "bring back what was there, or train anew"
        )
    return replace(run, reason="", place=place_of(str(place)))


class Teaching:
    """A training of a pen from its first step, or from where it stopped, to its end.

    Args:
        run: What is learned, and how.
        folder: Where it is kept.
        sketches: To learn from, and held out.
        on_line: Told what there is to know.
        on_step: Told of each step.
    """

    def __init__(
        self, run: PenRun, folder: Path, sketches: Sketches, on_line: OnLine, on_step: OnStep | None
    ) -> None:
        self.run, self.folder, self.sketches = run, folder, sketches
        self.on_line, self.on_step = on_line, on_step
        self.whole = is_whole(sketches.train)
        self.made: list[Made] = []

    def run_to_its_end(self, claim: Claim) -> PenRun:
        """Train, draw a sheet, and note why it ended; raises as `teach` does."""
        for line in _lines(self.sketches, self.run):
            self.on_line(line)
        settings = self.run.settings
        trained = teach(
            self.sketches,
            self.folder,
            lesson=lesson_from(settings, self.run.most),
            until=enough(settings),
            looked=self._look,
            on_step=self._heard,
            claim=claim,
        )
        seconds = round(trained.progress.seconds, 2)
        ended = replace(self.run, reason=trained.reason, seconds=seconds)
        ended.save(self.folder)
        like, sheet = self.folder.resolve(), self.folder / SHEET
        draw_file(sheet, like=like, count=SHOWN, saving=Saving(force=True))
        self.on_line(trained.reason)
        return ended

    def _look(self, pen: Pen) -> None:
        """Let the pen draw what it can by now."""
        self.made = draw(Asked(Known(pen, self.folder.name, "", self.whole), _SEEDS))

    def _heard(self, step: Step) -> bool | None:
        """Hand a step on; after a look show what was drawn, and say what was found."""
        if "validation_loss" in step.values:
            self.on_line(_look_line(step, best=self._best()))
            if self.made:
                step = self._shown(step)
        return self.on_step(step) if self.on_step else None

    def _best(self) -> int:
        """The step at which the pen was best so far."""
        best = self.folder / BEST
        return int(facts_of(best)["progress"]["best_step"]) if best.is_file() else 0

    def _shown(self, step: Step) -> Preview:
        """Lay out what was drawn, for whoever listens and for the folder."""
        paper = _paper(self.made)
        info = Info(recipe=Recipe.here("create-look", {"step": step.done}, seed=_SEEDS[0]))
        title = f"{SHOWN} drawings by a network, after {step.done:,} steps"
        write_svg(paper, self.folder / SHEET, title=title, info=info, force=True)
        return Preview(
            step.done, step.total, step.values, step.label, painted(paper, largest=MOVING)
        )


_SEEDS = tuple(range(1, SHOWN + 1))


def _paper(made: Sequence[Made]) -> Paper:
    return beside([each.lines for each in made], columns=square(len(made)))


def _lines(sketches: Sketches, run: PenRun) -> list[str]:
    """Say what was found, and how it will be learned."""
    bad, many, settings = sketches.problems, len(sketches.train), run.settings
    said = [f"left out: {line}" for line in bad[:_NAMED]]
    said += [f"left out: {len(bad) - _NAMED:,} more"] if len(bad) > _NAMED else []
    said += [f"left out: {sketches.twins:,} that were there before"] if sketches.twins else []
    few = f"; it begins to be worth it from {ENOUGH} on" if many < ENOUGH else ""
    told = f"{many:,} drawings to learn from, {len(sketches.valid):,} held out to judge by{few}"
    plan = (
        f"at the most {settings.steps:,} steps of {settings.batch} drawings, each cut off after "
        f"{run.most} points; a look every {settings.look:,}"
    )
    return [*said, told, plan]


def _look_line(step: Step, *, best: int) -> str:
    """Say what a look found."""
    found = {name: step.values[f"validation_{name}"] for name in ("loss", "steps", "states")}
    verdict = f"the best was that of step {best:,}" if best else "too early to count"
    verdict = "the best so far" if best == step.done else verdict
    return (
        f"step {step.done:,}: held-out loss {found['loss']:.3f} nats a point, of it where the pen "
        f"goes {found['steps']:.3f}, whether it lifts {found['states']:.3f}; {verdict}"
    )


def _quiet(line: str) -> None:
    del line
