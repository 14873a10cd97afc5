"""The verb `predict`: what a trained network says of pictures it has never seen."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float

from impasto.data.collection import SUFFIXES
from impasto.data.decoding import square
from impasto.data.examples import Examples
from impasto.errors import DataError, PictureError, printable
from impasto.jobs.runs import OnLine
from impasto.learning.clustering.keeping import Name, namer
from impasto.learning.lesson import predicted, raw
from impasto.learning.run import Run, load
from impasto.learning.sets import in_words, may_be, silent, threshold_of
from impasto.metrics.conformal import Threshold
from impasto.picture import read
from impasto.picture.color import luminance
from impasto.progress import OnStep, Step


@dataclass(frozen=True)
class Prediction:
    """What a network says of one picture.

    Attributes:
        path: The picture.
        label: The most likely class, or the number.
        probabilities: Of each class, calibrated; empty for numbers.
        labels: The classes that it may be: the true one is among them as often as `confidence`
            says, for works like those that the training held back. None where that isn't known.
        cannot_say: Whether that is no answer: no class, or more than half of them.
        confidence: How often such a set shall hold the truth, 0..1; None without one.
        doubt: The set in plain words; empty without one.
        problem: Why nothing can be said, if so.
    """

    path: Path
    label: str = ""
    probabilities: dict[str, float] | None = None
    labels: tuple[str, ...] | None = None
    cannot_say: bool = False
    confidence: float | None = None
    doubt: str = ""
    problem: str = ""


def predict(
    run: str | Path,
    pictures: str | Path | Sequence[str | Path],
    *,
    confidence: float | None = None,
    on_line: OnLine | None = None,
    on_step: OnStep | None = None,
) -> list[Prediction]:
    """Ask a trained network about pictures.

    Args:
        run: The folder that `train` made.
        pictures: One file or folder, or several.
        confidence: How often the set of classes shall hold the truth, above 0 and below 1; 0.9
            unless given. More makes the sets larger.
        on_line: Told in plain words what to be wary of, such as a training that is not finished.
        on_step: Told of each picture; returning True leaves out those that are not reached.

    Returns:
        A prediction a picture, in order; one that can't be read says why.

    Raises:
        TrainingError: If the folder is no run, or has learned nothing yet; if a confidence was
            asked for that it can't give.
        SettingsError: If the confidence is not between 0 and 1.
        DataError: If there are no pictures, a name is empty, or the network reads none.
    """
    folder = Path(run)
    known = load(folder)
    if len(known.shape) != 3:
        raise DataError("this network reads drawings, not pictures; predict takes pictures")
    sure = threshold_of(known, confidence)
    paths = list(_files([pictures] if isinstance(pictures, str | Path) else pictures))
    cluster = known.settings.task == "cluster"
    ask = (
        partial(_place, namer(known, folder))
        if cluster
        else partial(_ask, known.trained(folder), sure)
    )
    if on_line and known.unfinished:
        on_line(f"{printable(folder)} is {known.unfinished}")
    answers: list[Prediction] = []
    for path in paths:
        answers.append(ask(known, path))
        if on_step and on_step(Step(len(answers), len(paths), label=path.name)) is True:
            break
    return answers


def _files(given: Sequence[str | Path]) -> Iterator[Path]:
    found = False
    if "" in given:
        raise DataError("expected names of pictures, got an empty one; name a file or a folder")
    for path in map(Path, given):
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if not path.is_dir() or file.suffix.lower() in SUFFIXES:
                found = True
                yield file
    if not found:
        raise DataError(f"no pictures in {', '.join(printable(p) for p in given)}; name some")


def _place(name: Name, run: Run, path: Path) -> Prediction:
    """Say which group a picture belongs to."""
    try:
        return Prediction(path, label=name(square(read(path), size=run.shape[-1])[None])[0])
    except PictureError as error:
        return Prediction(path, problem=problem_of(error))


def _ask(network: torch.nn.Module, sure: Threshold | None, run: Run, path: Path) -> Prediction:
    try:
        picture = read(path)
    except PictureError as error:
        return Prediction(path, problem=problem_of(error))
    seen = square(picture, size=run.shape[-1])[None]
    if run.shape[0] == 1:
        seen = luminance(seen.float()).round().byte()
    said = predicted(run, raw(network, Examples((str(path),), seen, torch.zeros(1))))
    if not run.classes:
        return Prediction(path, label=_number(float(said[0]), run.spread))
    shares = dict(zip(run.classes, said[0].tolist(), strict=True))
    best = max(shares, key=shares.__getitem__)
    return _doubted(Prediction(path, label=best, probabilities=shares), run, said, sure)


def _doubted(
    answer: Prediction, run: Run, said: Float[np.ndarray, "1 k"], sure: Threshold | None
) -> Prediction:
    """Add the classes that it may be, if that is known."""
    if sure is None:
        return answer
    (labels,), many = may_be(run, said, sure), len(run.classes)
    return replace(
        answer,
        labels=labels,
        cannot_say=silent(labels, many),
        confidence=sure.coverage,
        doubt=in_words(labels, many, sure),
    )


def problem_of(error: PictureError) -> str:
    """Say why a picture can't be read, without the advice to raise a limit that is fixed here."""
    said, _, advice = str(error).partition("; make it smaller, or raise the limit")
    return f"{said}; make it smaller" if advice else said


def _number(value: float, spread: float) -> str:
    """Write a number to about a thousandth of what sets works apart: a year, or a price in yen.

    Examples:
        >>> _number(1843.27139, 45.0), _number(1000000123.4, 2000.0), _number(0.0314159, 0.01)
        ('1843.27', '1000000123', '0.03142')
    """
    return f"{value:.{max(0, 3 - math.floor(math.log10(spread)))}f}"
