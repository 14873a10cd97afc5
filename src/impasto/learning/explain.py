"""The verb `explain`: where an answer comes from, and whether the explanation can be trusted."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from impasto.data.decoding import square
from impasto.data.examples import Examples
from impasto.data.tables import few
from impasto.errors import DataError, ImpastoError, PictureError, SettingsError, printable
from impasto.learning.explaining.checks import alike, delete, unlearned
from impasto.learning.explaining.explanation import Explanation, Map
from impasto.learning.explaining.maps import Question, grad_cam, occlusion
from impasto.learning.explaining.works import labels_of, nearest, same
from impasto.learning.lesson import predicted, raw
from impasto.learning.predict import problem_of
from impasto.learning.run import CACHE, Run, load
from impasto.learning.sources import Prepared, check_same, prepare
from impasto.picture import AnyPicture, Picture, as_picture
from impasto.picture.color import luminance
from impasto.progress import OnStep, Step, Watch

Method = Callable[[Question, Float[Tensor, "1 c h w"]], Float[Tensor, "h w"] | None]

METHODS: dict[str, Method] = {"occlusion": occlusion, "grad-cam": grad_cam}
"""How maps are made, by name."""

BLANKS = 3
"""Networks with random weights whose maps a map is compared with."""

SIDE = 480
"""Pixels of the picture that is shown under the maps, at most."""


def explain(
    run: str | Path,
    picture: AnyPicture | Tensor,
    *,
    class_: str | None = None,
    seed: int = 0,
    source: str | None = None,
    on_step: OnStep | None = None,
) -> Explanation:
    """Say what in a picture spoke for a network's answer, and whether that can be believed.

    Two maps are made, by hiding parts of the picture and by Grad-CAM. Each has to pass two
    checks: deleting what it marks must make the network unsure sooner than deleting regions of
    the same shape elsewhere, and it must not be the map that any network with random weights
    would give. What fails is said not to be to trust.

    Args:
        run: The folder that `train` made, of a network that tells classes apart in pictures.
        picture: A path, a `Picture`, a PIL image, or a tensor ``(3, h, w)`` in 0..1.
        class_: Which class to explain; the most likely one unless given.
        seed: Source of every random choice.
        source: Where the works that it learned from lie now, if they were moved since.
        on_step: Told of each map, and of the works that are looked at for the nearest ones;
            returning True leaves out the rest.

    Returns:
        The maps with their checks and verdicts, the probabilities, the classes that it may be, and
        the works learned from that are nearest, the picture itself left out; a line says if it
        is one of them. `impasto.learning.explaining.figure.figure` draws it.

    Raises:
        TrainingError: If the folder is no run, or has learned nothing yet.
        DataError: If the network tells no classes apart, or reads no pictures.
        SettingsError: If there is no such class.
        PictureError: If the picture can't be read.
    """
    folder = Path(run)
    known = load(folder)
    _check(known, class_)
    shown, name = _opened(picture), _name(picture)
    network = known.trained(folder)
    asked = _Asked(known, network, _seen(known, shown, name), seed)
    watch = Watch(on_step)
    shares = asked.shares()
    label = class_ or max(shares, key=shares.__getitem__)
    maps, notes = asked.maps(label, watch), _notes(known, shown)
    found = Explanation(_large(known, shown), label, shares, maps, lines=notes)
    return (
        found if watch.stopped else _beside(_doubted(found, asked), folder, asked, source, on_step)
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """A network, and the picture that it is asked about."""

    run: Run
    network: nn.Module
    picture: Examples
    seed: int

    def shares(self) -> dict[str, float]:
        """Ask what the picture is: the probability of each class."""
        made = predicted(self.run, raw(self.network, self.picture))[0]
        return dict(zip(self.run.classes, made.tolist(), strict=True))

    def maps(self, label: str, watch: Watch) -> dict[str, Map]:
        """Make every map, and check it."""
        generator = torch.Generator().manual_seed(self.seed)
        question = self.question(self.network, label)
        blanks = [self.question(unlearned(self.network, generator), label) for _ in range(BLANKS)]
        pixels, made = self.picture.inputs.float() / 255, dict[str, Map]()
        for done, (name, method) in enumerate(METHODS.items(), 1):
            values = method(question, pixels)
            if values is not None:
                deletion = delete(question, pixels, values, generator=generator)
                likeness = [_alike(values, method(blank, pixels)) for blank in blanks]
                made[name] = Map(name, values, deletion, sum(likeness) / len(likeness))
            if watch(Step(done, len(METHODS) + 1, label=name)):
                break
        return made

    def question(self, network: nn.Module, label: str) -> Question:
        """Ask a network about a class."""
        return Question(network, self.run.classes.index(label), self.run.temperature)


def _alike(one: Float[Tensor, "h w"], other: Float[Tensor, "h w"] | None) -> float:
    return 0.0 if other is None else alike(one, other)


def _check(run: Run, label: str | None) -> None:
    """Take only what can be explained."""
    if len(run.shape) != 3 or run.settings.task != "classify":
        raise DataError(
            "expected a network that tells classes of pictures apart; this one learned to "
            f"{run.settings.task}{'' if len(run.shape) == 3 else ' drawings'}"
        )
    if label is not None and label not in run.classes:
        raise SettingsError(
            f"no class is called {printable(repr(label))}; there are {few(run.classes, most=20)}"
        )


def _opened(given: AnyPicture | Tensor) -> Picture:
    try:
        return as_picture(given)
    except PictureError as error:
        raise PictureError(problem_of(error)) from error


def _name(given: AnyPicture | Tensor) -> str:
    return os.fspath(given) if isinstance(given, str | os.PathLike) else "the picture"


def _seen(run: Run, picture: Picture, name: str) -> Examples:
    """Bring a picture to what the network reads."""
    pixels = square(picture, size=run.shape[-1])[None]
    if run.shape[0] == 1:
        pixels = luminance(pixels.float()).round().byte()
    return Examples((name,), pixels, torch.zeros(1, dtype=torch.long), run.classes)


def _large(run: Run, picture: Picture) -> Float[Tensor, "1 3 _s _s"]:
    """What the network saw, as large as the picture allows, to be shown."""
    pixels = square(picture, size=max(run.shape[-1], min(SIDE, *picture.size)))[None].float() / 255
    return luminance(pixels).expand_as(pixels) if run.shape[0] == 1 else pixels


def _notes(run: Run, picture: Picture) -> tuple[str, ...]:
    """Say what to be wary of."""
    width, height = picture.size
    cut = "the network saw the middle square of the picture only"
    found = {
        f"this run is {run.unfinished}": bool(run.unfinished),
        cut: max(width, height) > 1.02 * min(width, height),
    }
    return tuple(line for line, holds in found.items() if holds)


def _doubted(found: Explanation, asked: _Asked, validation: Examples | None = None) -> Explanation:
    """Add the classes that it may be, if that is known, and what that promises."""
    labels = labels_of(asked.run, asked.network, asked.picture, validation)
    if labels is None:
        return found
    many, by = len(asked.run.strange or validation or ()), asked.run.settings.split_by
    new = f"nothing is promised for a new {printable(by)}" if by else "less for new painters"
    line = (
        f"nine times of ten is what {many} works say by which the weights were chosen, too: rather "
        f"a little less; and {new}"
    )
    return replace(found, labels=labels, lines=(*found.lines, line))


def _beside(
    found: Explanation, folder: Path, asked: _Asked, source: str | None, on_step: OnStep | None
) -> Explanation:
    """Add what the works behind the network say; where they are gone, that they are."""
    run, network, picture = asked.run, asked.network, asked.picture
    try:
        place, settings = run.reached(source)
        works = prepare(place, settings, cache=folder / CACHE, look=False, on_step=on_step)
        check_same(works, run)
        near = nearest(network, picture, works.train, on_step=on_step)
    except ImpastoError as error:
        line = f"the nearest works are not known: {error}"
        return replace(found, lines=(*found.lines, line))
    found = replace(found, nearest=near, lines=(*_flattered(picture, works), *found.lines))
    return found if run.strange else _doubted(found, asked, works.validation)


def _flattered(picture: Examples, works: Prepared) -> list[str]:
    """Say that the network knows this very picture, if so."""
    if len(same(picture, works.train)):
        line = (
            "it learned from this very picture: the probabilities, the set and the maps are "
            "flattering, and say little of pictures that it doesn't know"
        )
        return [line]
    if works.validation is not None and len(same(picture, works.validation)):
        return ["the weights were chosen by this very picture, too: the set is a little flattering"]
    return []
