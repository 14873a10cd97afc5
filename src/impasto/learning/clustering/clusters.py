"""Find groups among works that nobody has labeled: from a folder of pictures to groups of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from impasto.errors import DataError, OutputError, SettingsError, printable
from impasto.jobs.runs import OnLine
from impasto.learning.clustering.choosing import SAMPLE, Choice, candidates_for, choose
from impasto.learning.clustering.features import network_of, see, until
from impasto.learning.clustering.groups import Method, Space, seek, space_of
from impasto.learning.clustering.keeping import FILE, Grouping, save_groups
from impasto.learning.clustering.works import Works, gathered
from impasto.learning.run import CACHE, FIGURES, PREDICTIONS, REPORT, Run
from impasto.learning.seeing import weights_of
from impasto.learning.settings import TrainSettings
from impasto.learning.sources import check_same
from impasto.picture.files import reporting
from impasto.progress import OnStep, Step
from impasto.training.checkpoint import BEST, LAST
from impasto.training.claim import Claim, alone_in

STOPPED = "stopped: asked to while the number of groups was chosen"


@dataclass(frozen=True)
class Wish:
    """How works shall be grouped.

    Attributes:
        method: ``kmeans``: every work belongs to the nearest group; ``hdbscan``: to one that lies
            densely, or to none.
        clusters: How many groups by k-means; None: as many as the works suggest.
    """

    method: Method = "kmeans"
    clusters: int | None = None


def cluster(
    source: str,
    output: str | Path,
    *,
    settings: TrainSettings | None = None,
    wish: Wish | None = None,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
    begun: Run | None = None,
) -> Run:
    """Find groups among works; no label is needed.

    Args:
        source: ``mnist``, or a folder or table of pictures.
        output: The run's folder; a run that has found or learned something is left alone.
        settings: By what network works are seen, and how an autoencoder is trained; ``label``
            names a column that groups are compared with, ``split_by`` one whose works, such as a
            painter's, are not independent of each other.
        wish: The method, and how many groups.
        on_line: Told in plain words what was found.
        on_step: Told of each picture that is read or seen, by its name as the label; of each step
            of a training with its loss; and of each number of groups that is tried, with its
            silhouette. Returning True ends it, with what is learned kept.
        begun: The run to go on with, if it is in the folder already.

    Returns:
        The run, as it lies in its folder.

    Raises:
        DataError: If the works can't be used, or have changed since the run began.
        SettingsError: If settings don't fit each other or the works.
        OutputError: If the folder is a run already, or can't be written.
        TrainingError: If a loss is no number any more.
        WeightsError: If the encoder can't be loaded.
    """
    began, folder = time.monotonic(), Path(output)
    settings, wish = settings or TrainSettings(), wish or Wish()
    network = _fitting(source, settings, wish)
    if begun is None:
        _check_free(folder)
    works = gathered(source, settings, network, cache=folder / CACHE, on_step=on_step)
    candidates_for(wish.method, len(works.examples), wished=wish.clusters)  # or leave no run
    run = begun or _begin(source, settings, network, works)
    if begun is not None:
        check_same(works.prepared, begun)
    with alone_in(folder) as claim:
        if begun is None:
            _check_free(folder)
        run = replace(run, reason="", lines=works.prepared.lines)
        run.save(folder)
        _forget(folder)
        _say(run.lines, on_line)
        run = _grouped(run, works, wish, claim, on_step)
        spent = begun.seconds if begun else 0.0
        run = replace(run, seconds=round(spent + time.monotonic() - began, 2))
        run.save(folder)
    _say([*run.lines[len(works.prepared.lines) :], run.reason], on_line)
    return run


def _say(lines: Sequence[str], on_line: OnLine | None) -> None:
    for line in lines:
        if on_line is not None:
            on_line(line)


def _fitting(source: str, settings: TrainSettings, wish: Wish) -> str:
    """Name the network, and refuse what doesn't fit before any picture is read."""
    if wish.method == "hdbscan" and wish.clusters is not None:
        raise SettingsError("hdbscan finds the number of groups itself; leave clusters out")
    if wish.clusters is not None and wish.clusters < 2:
        raise SettingsError(f"expected 2 clusters or more, got {wish.clusters}")
    until(settings)
    return network_of(source, settings)


def _check_free(folder: Path) -> None:
    """Leave a run that has learned something alone."""
    if any((folder / name).exists() for name in (FILE, LAST, BEST)):
        raise OutputError(
            f"{printable(folder)} is a run already; impasto resume goes on with it, or choose "
            "another folder"
        )


def _begin(source: str, settings: TrainSettings, network: str, works: Works) -> Run:
    return Run(
        source=source,
        settings=settings,
        network=network,
        classes=(),
        shape=tuple(works.examples.inputs.shape[1:]),
        split=works.prepared.names(),
        sums=works.prepared.sums(),
        weights=weights_of(network),
    )


def _forget(folder: Path) -> None:
    """Remove what a test said of groups that are sought anew."""
    for name in (REPORT, FIGURES, PREDICTIONS):
        with reporting(folder / name):
            (folder / name).unlink(missing_ok=True)


def _grouped(run: Run, works: Works, wish: Wish, claim: Claim, on_step: OnStep | None) -> Run:
    """See all works, choose how many groups there are, and find them."""
    found = see(run, works, claim, on_step=on_step)
    if found.features is None:
        return replace(run, reason=found.reason)
    _check_varied(found.features)
    space = space_of(found.features, wish.method)
    places = space.of(found.features)
    choice = _chosen(places, works, wish, run.settings.seed, on_step)
    if choice is None:
        return replace(run, reason=STOPPED)
    groups = seek(places, wish.method, choice.chosen.asked, seed=run.settings.seed)
    choice = replace(choice, made=len(groups))
    save_groups(claim.folder, Grouping(space, groups, choice))
    said = (*found.lines, *_how(space, len(places)), choice.sentence)
    return replace(run, lines=(*run.lines, *said), reason=_end(run))


def _how(space: Space, count: int) -> list[str]:
    """Say where groups were sought, and with how many works their number was tried out."""
    axes = (
        f"sought along the {len(space.axes)} axes on which the works differ most, "
        f"{100 * space.share:.0f} % of all variance"
    )
    drawn = f"their number was tried out with {SAMPLE:,} of the {count:,} works, drawn by lot"
    return [axes, drawn] if count > SAMPLE else [axes]


def _end(run: Run) -> str:
    return f"groups were sought by what the {run.network.partition(':')[0]} sees"


def _chosen(
    places: Float[np.ndarray, "n p"],
    works: Works,
    wish: Wish,
    seed: int,
    on_step: OnStep | None,
) -> Choice | None:
    def told(done: int, total: int, values: dict[str, float]) -> bool:
        return on_step is not None and on_step(Step(done, total, values)) is True

    return choose(
        places, wish.method, wished=wish.clusters, groups=works.groups, seed=seed, told=told
    )


def _check_varied(features: Float[np.ndarray, "n d"]) -> None:
    if np.isclose(features, features[:1], atol=1e-9).all():
        raise DataError("all works look the same, so that there are no groups; check the pictures")
