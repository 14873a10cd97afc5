"""The verb `train`: steps 1 to 5, from works to a network that has learned from them."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from impasto.jobs.runs import OnLine, check_free
from impasto.learning.build import choose, inputs_of, kind_of
from impasto.learning.clustering.clusters import Wish, cluster
from impasto.learning.lesson import Judge, Lesson, predicted, raw, watched
from impasto.learning.place import place_named
from impasto.learning.run import CACHE, FIGURES, PREDICTIONS, REPORT, Run, load
from impasto.learning.seeing import encoder_of, rests, seen, weights_of
from impasto.learning.sets import fitted
from impasto.learning.settings import TrainSettings, target_of
from impasto.learning.sources import Prepared, check_same, prepare, scale_of
from impasto.metrics.calibration import fit_temperature
from impasto.networks.head import Head
from impasto.networks.table import layer_table
from impasto.networks.table import lines as table_lines
from impasto.picture.files import reporting
from impasto.progress import OnStep, Step
from impasto.training.batches import Batches
from impasto.training.claim import alone_in
from impasto.training.loop import fit
from impasto.training.optimizers import Optimizer
from impasto.training.plan import Plan
from impasto.training.stopping import Until

FEWEST = 30
"""Works of a validation from which on probabilities are calibrated by them."""

PRIOR = 10.0
"""How many works the belief is worth that probabilities are honest as they are."""


def train(
    source: str,
    output: str | Path,
    *,
    settings: TrainSettings | None = None,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> Run:
    """Train a network on a collection, step by step.

    Args:
        source: ``mnist``, a folder or table of pictures, or a folder of drawings.
        output: The run's folder; a run that has learned something is left alone.
        settings: What to learn, with what, until when.
        on_line: Told in plain words what was found and built.
        on_step: Told of each picture that is read, by its name as the label, and then of each step
            with its losses; returning True ends the training with what is learned kept.

    Returns:
        The run, as it lies in its folder.

    Raises:
        DataError: If the works can't be used.
        SettingsError: If settings don't fit each other or the works.
        OutputError: If the folder is a run already, or can't be written.
        TrainingError: If a loss is no number any more; what was learned before is kept.
    """
    folder, settings = Path(output), settings or TrainSettings()
    if settings.task == "cluster":
        wish = Wish(settings.method, settings.clusters)
        return cluster(
            source, folder, settings=settings, wish=wish, on_line=on_line, on_step=on_step
        )
    check_free(folder, "impasto resume goes on with it")
    until(settings, epochs=1)  # before anything is decoded
    return _go(source, folder, settings, on_line or _quiet, on_step)


def resume(
    run: str | Path,
    *,
    source: str | None = None,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> Run:
    """Go on with a training that was stopped, as if it never had been.

    Args:
        run: Its folder.
        source: Where the works lie now, if they were moved since.
        on_line: As for `train`.
        on_step: As for `train`.

    Raises:
        TrainingError: If the folder is no run, or its checkpoint is damaged.
        DataError: If the works have changed since, or lie elsewhere.
        OutputError: If another training writes there, or the disk is full.
    """
    folder = Path(run)
    begun = load(folder)
    if begun.settings.task == "cluster":
        place, settings = begun.reached(source)
        wish = Wish(settings.method, settings.clusters)
        return cluster(
            place,
            folder,
            settings=settings,
            wish=wish,
            on_line=on_line,
            on_step=on_step,
            begun=begun,
        )
    told = on_line or _quiet
    return _go(begun.source, folder, begun.settings, told, on_step, begun=begun, moved=source)


def _quiet(line: str) -> None:
    del line


def _go(
    source: str,
    folder: Path,
    settings: TrainSettings,
    on_line: OnLine,
    on_step: OnStep | None,
    *,
    begun: Run | None = None,
    moved: str | None = None,
) -> Run:
    place = (source, settings) if begun is None else begun.reached(moved)
    works = prepare(*place, cache=folder / CACHE, on_step=on_step)
    if begun is not None:
        check_same(works, begun)
    run = replace(_begin(source, works, settings), place=place_named(*place))
    _lesson(run, works)  # settings that don't fit leave no run
    network = run.empty()
    for line in [*run.lines, *_layers(run.whole(network), works)]:
        on_line(line)
    with alone_in(folder) as claim:  # from the look at what is there until all is written
        if begun is None:
            check_free(folder, "impasto resume goes on with it")
        else:
            run = replace(run, temperature=load(folder).temperature)
        run.save(folder)
        known = looked_at(run, works, on_step=on_step)
        if isinstance(network, Head):
            network.fit_scale(known.train.inputs)
        lesson = _lesson(run, known)
        found = fit(
            network,
            lesson,
            plan_for(run, lesson.deal.per_epoch),
            folder,
            until=until(settings, epochs=kind_of(run.network).epochs),
            validate=Judge(run, known.validation) if known.validation else None,
            on_step=_forgetting(folder, on_step),
            claim=claim,
        )
        run = replace(run, reason=found.reason, seconds=round(found.progress.seconds, 2))
        run = _calibrated(run, folder, works)
        run.save(folder)
    on_line(found.reason)
    return run


def _lesson(run: Run, works: Prepared) -> Lesson:
    deal = Batches(len(works.train), run.settings.batch, seed=run.settings.seed)
    return Lesson(run, works.train, deal)


def looked_at(
    run: Run, works: Prepared, *, tested: bool = False, on_step: OnStep | None = None
) -> Prepared:
    """Where the encoder rests, let it look once at all works that are needed.

    Args:
        run: Says which encoder it is.
        works: Pictures.
        tested: Look at those of the test, too.
        on_step: Told of each batch.
    """
    if not rests(run.network):
        return works
    look = partial(seen, encoder_of(run.network), on_step=on_step)
    held = works.validation and look(works.validation)
    test = look(works.test) if tested else works.test
    return replace(works, train=look(works.train), validation=held, test=test)


def _forgetting(folder: Path, on_step: OnStep | None) -> OnStep:
    """Remove what a test said of the network, as soon as it learns more."""
    stale = [folder / name for name in (REPORT, FIGURES, PREDICTIONS)]

    def told(step: Step) -> bool | None:
        while stale:
            path = stale.pop()
            with reporting(path):
                path.unlink(missing_ok=True)
        return on_step(step) if on_step else None

    return told


def _layers(network: torch.nn.Module, works: Prepared) -> list[str]:
    """Say what each layer of the network makes of two works."""
    some = torch.arange(min(2, len(works.train)))
    return table_lines(layer_table(network, inputs_of(works.train, some)))


def _calibrated(run: Run, folder: Path, works: Prepared) -> Run:
    """Find the temperature at which probabilities are honest, by works that chose the weights.

    With fewer than `FEWEST` of them they stay as they are: chance would choose the temperature.
    The same works say how large sets of classes must be.
    """
    known, run = works.validation, replace(run, temperature=1.0, strange=())
    if run.settings.task != "classify" or known is None:
        return run
    logits = raw(run.trained(folder), known)
    if len(known) >= FEWEST:
        run = replace(run, temperature=fit_temperature(logits, known.targets, prior=PRIOR))
    return replace(run, strange=fitted(predicted(run, logits), known))


def _uncalibrated(works: Prepared, settings: TrainSettings) -> list[str]:
    """Say why probabilities stay as they are, if they do."""
    if settings.task != "classify" or len(works.validation or ()) >= FEWEST:
        return []
    many = f"only {len(works.validation)}" if works.validation else "no"
    line = f"probabilities stay as trained (temperature 1): the validation has {many} works, and "
    return [line + f"calibration needs {FEWEST}"]


def _begin(source: str, works: Prepared, settings: TrainSettings) -> Run:
    name = choose(settings, works.train)
    center, spread = (0.0, 1.0) if works.train.classes else scale_of(works.train)
    return Run(
        source=source,
        settings=settings,
        network=name,
        classes=works.train.classes,
        shape=tuple(works.train.inputs.shape[1:]),
        center=center,
        spread=spread,
        lines=(*works.lines, *_uncalibrated(works, settings)),
        split=works.names(),
        sums=works.sums(),
        weights=weights_of(name),
    )


def until(settings: TrainSettings, *, epochs: int) -> Until:
    """Say when a training ends.

    Args:
        settings: What the person wants.
        epochs: Rounds through all works where nobody says when to stop.

    Raises:
        SettingsError: If a limit can't be read, or the metric is none of the task's.
    """
    watched(settings)
    limits = (settings.epochs, settings.iterations, settings.minutes)
    return Until(
        epochs=settings.epochs if any(limits) else epochs,
        iterations=settings.iterations,
        target=target_of(settings.until),
        patience=settings.patience,
        minutes=settings.minutes,
    )


def plan_for(run: Run, per_epoch: int) -> Plan:
    """Choose how to train: as the person says, or as the network likes it; raises as `until`."""
    settings, kind = run.settings, kind_of(run.network)
    return Plan(
        steps=until(settings, epochs=kind.epochs).steps(per_epoch, otherwise=kind.epochs),
        rate=settings.rate,
        average=None,
        clip=kind.clip,
        seed=settings.seed,
        optimizer=Optimizer(settings.optimizer, epsilon=1e-7),
        schedule=settings.schedule or kind.schedule,
        epoch=per_epoch,
        precision=settings.precision,
    )
