"""The verb `create_train`: a generator of one's own, from a collection."""

from dataclasses import replace
from pathlib import Path

from impasto.creation.collection.early import forget_early
from impasto.creation.collection.limits import check_memory
from impasto.creation.collection.run import CACHE, Run, check_eye, eye, load
from impasto.creation.collection.settings import GeneratorSettings
from impasto.creation.collection.teaching import Teaching
from impasto.creation.collection.works import Works, collected, gather
from impasto.errors import DataError, SettingsError, printable
from impasto.jobs.runs import OnLine, check_free, check_outside
from impasto.jobs.whereabouts import place_of
from impasto.progress import OnStep
from impasto.training.claim import alone_in


def create_train(
    source: str | Path | None,
    output: str | Path,
    *,
    settings: GeneratorSettings | None = None,
    resume: bool = False,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> Run:
    """Train a generator on a collection until it has learned enough; it stops by itself.

    A fifth of the works is held out. Now and then it paints the same pictures and looks how far
    they are from those works and how many are copies; the best checkpoint is kept.

    Args:
        source: A folder or a table of 30 to 5,000 pictures; to go on, None, or where they lie now.
        output: The run's folder; one that has learned something is left alone,
        settings: How to learn; to go on, those of the run are taken, and these must be None.
        resume: unless it shall go on, as if it had never been stopped.
        on_line: Told in plain words what was found in the works and at each look.
        on_step: Told of each picture that is read, then of each step with its losses, and with a
            `Preview` where pictures were painted; returning True ends it with what is learned kept.

    Returns:
        The run, as it lies in its folder.

    Raises:
        DataError: If there are too few different works that can be read, or they have changed.
        SettingsError: If settings don't fit each other or this machine's memory.
        OutputError: If the folder is a run already, or can't be written.
        TrainingError: If a loss is no number any more; what was learned before is kept.
    """
    folder, told = Path(output), on_line or _quiet
    if resume:
        return _resumed(folder, source, settings, told, on_step)
    if source is None:
        raise SettingsError("expected a folder or a table of works to learn from; name one")
    check_free(folder)
    check_outside(folder, source)
    asked = settings or GeneratorSettings()
    many = len(collected(source))  # before anything is decoded
    check_memory(asked, many)
    with alone_in(folder) as claim:
        check_free(folder)
        works = gather(source, asked, cache=folder / CACHE, on_step=on_step)
        forget_early(folder)
        run = _begun(str(source), works, asked)
        run.save(folder)
        return Teaching(run, folder, works, told, on_step).run_to_its_end(claim)


def _resumed(
    folder: Path,
    source: str | Path | None,
    settings: GeneratorSettings | None,
    told: OnLine,
    on_step: OnStep | None,
) -> Run:
    """Go on with a run that was stopped."""
    if settings is not None:
        raise SettingsError("a run that goes on keeps its settings; leave them out")
    run = load(folder)
    check_eye(run, folder)
    check_memory(run.settings, len(run.works))
    place = run.reached(source)
    with alone_in(folder) as claim:
        works = gather(place, run.settings, cache=folder / CACHE, on_step=on_step)
        if works.sum != run.sum:
            raise DataError(
                f"the works in {printable(place)} have changed since {printable(folder)} was "
                "begun; bring back what was there, or train anew"
            )
        run = replace(run, reason="", place=place_of(place))
        run.save(folder)
        return Teaching(run, folder, works, told, on_step).run_to_its_end(claim)


def _begun(source: str, works: Works, settings: GeneratorSettings) -> Run:
    return Run(
        source=source,
        place=place_of(source),
        settings=settings,
        works=works.names,
        held=tuple(works.held.tolist()),
        sum=works.sum,
        eye=eye(),
    )


def _quiet(line: str) -> None:
    del line
