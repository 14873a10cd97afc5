"""A run: the folder of a training, with all that is needed to go on, to test and to predict."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from jaxtyping import Float, Float32, Shaped
from pydantic import Field
from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import SettingsError, TrainingError, printable
from impasto.jobs.runs import NETWORK, damaged, load_record, save_record
from impasto.learning.build import build, kind_of
from impasto.learning.place import place_named, reached
from impasto.learning.seeing import Seer, encoder_of, features_of, rests, weights_of
from impasto.learning.settings import TrainSettings, target_of, write_recipe
from impasto.metrics.calibration import COLDEST, HOTTEST
from impasto.networks.autoencoder import NAME as AUTOENCODER
from impasto.picture.files import replace_atomically
from impasto.training.checkpoint import BEST, LAST, averaged
from impasto.training.stopping import check_target

FILE, RECIPE, CACHE = NETWORK, "recipe.toml", "cache"
REPORT, FIGURES, PREDICTIONS = "report.html", "report.json", "predictions.csv"

Number = Annotated[float, Field(allow_inf_nan=False)]
Spread = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Temperature = Annotated[float, Field(ge=COLDEST, le=HOTTEST, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=1, le=512)]
"""Ranges of what a run's file may say; a side is at most as long as the settings allow."""


@dataclass(frozen=True)
class Run:
    """What a training was, is, and ended as.

    Attributes:
        source: What it learned from, as the person named it.
        settings: The record of the settings.
        network: Name of the network.
        classes: Names of the classes; none for numbers.
        shape: Of one example, as the network was built for it.
        center: What numbers to learn are centered at,
        spread: and divided by.
        lines: What was to be said of the works.
        split: Names of the works of each part.
        sums: SHA-256 of the inputs and targets of each part.
        reason: Why it ended; empty while it goes on.
        seconds: How long it took.
        temperature: By which logits are divided to give calibrated probabilities.
        strange: How strange the true classes of the works that were held back look, the least
            strange first: what its sets of classes are made by; see `impasto.learning.sets`.
            Empty where there are none, and in runs of older versions.
        weights: SHA-256 of the weights that it sees by, if it sees by an encoder of ours.
        place: Where the source lies, from whatever folder one looks; noted when it is saved.
    """

    source: str
    settings: TrainSettings
    network: str
    classes: tuple[str, ...]
    shape: Annotated[tuple[Side, ...], Field(min_length=2, max_length=3)]
    center: Number = 0.0
    spread: Spread = 1.0
    lines: tuple[str, ...] = ()
    split: dict[str, list[str]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    seconds: Seconds = 0.0
    temperature: Temperature = 1.0
    strange: tuple[Share, ...] = ()
    weights: str = ""
    place: str = field(default="", compare=False)

    @property
    def outputs(self) -> int:
        """How many numbers the network returns for a work."""
        return len(self.classes) or 1

    @property
    def unfinished(self) -> str:
        """Say that its training didn't come to an end; nothing where it did."""
        if self.reason:
            return ""
        return "not finished: the training goes on still, or broke off; impasto resume goes on"

    def scaled(self, targets: Shaped[Tensor, "n ..."]) -> Shaped[Tensor, "n ..."]:
        """Bring numbers to learn to the scale of the network; classes and shares stay."""
        if self.classes:
            return targets
        return ((targets.double() - self.center) / self.spread).float()

    def unscaled(self, made: Float32[Tensor, " n"]) -> Float[np.ndarray, " n"]:
        """Bring what the network made of numbers back to their own scale, in double precision."""
        return np.asarray(made.double() * self.spread + self.center)

    def reached(self, moved: str | None = None) -> tuple[str, TrainSettings]:
        """Find what it learned from; see `impasto.learning.place.reached`."""
        return reached(self.source, self.settings, place=self.place, moved=moved)

    def save(self, folder: Path) -> None:
        """Write it, and the recipe beside it; raises `OutputError` where that fails."""
        folder.mkdir(parents=True, exist_ok=True)
        place = self.place or place_named(self.source, self.settings)
        values = asdict(self) | {"settings": self.settings.model_dump(), "place": place}
        recipe = write_recipe(self.source, self.settings)  # may refuse: before anything is written
        save_record(folder / FILE, values)
        with replace_atomically(folder / RECIPE, force=True) as aside:
            aside.write_text(recipe, encoding="utf-8")

    def empty(self) -> nn.Module:
        """Build what learns as it was before: the network, or its head where its encoder rests."""
        sides = (features_of(self.network),) if rests(self.network) else self.shape
        shape = torch.empty(1, *sides, dtype=torch.uint8)
        like = Examples(("",), shape, torch.zeros(1))
        return build(self.network, like, outputs=self.outputs, seed=self.settings.seed)

    def whole(self, learned: nn.Module) -> nn.Module:
        """Put the encoder before a head that needs one, so that all of it reads pictures."""
        return Seer(encoder_of(self.network), learned) if rests(self.network) else learned

    def trained(self, folder: Path) -> nn.Module:
        """Build the network and fill it with what was learned: the best of it if there is one.

        Raises:
            TrainingError: If nothing was learned yet, or a file is damaged.
        """
        path = made_in(folder, BEST, LAST, lacks="learned nothing")
        network, learned = self.empty(), averaged(path)
        if not _fits(network, learned):
            kept = f"{len(self.classes)} classes" if self.classes else "no classes"
            reason = f"{kept} of shape {self.shape} don't fit {path.name}"
            raise damaged(folder / FILE, reason)
        try:
            network.load_state_dict(learned)
        except RuntimeError as error:
            raise TrainingError(
                f"{printable(path)} is of another network than {self.network}; train anew"
            ) from error
        return self.whole(network).eval().requires_grad_(False)


def load(folder: Path) -> Run:
    """Read a run.

    Raises:
        TrainingError: If the folder is no run, or its file is damaged.
    """
    path = folder / FILE
    found = load_record(
        Run, path, absent="is no run; expected the folder that impasto train -o made"
    )
    try:
        reason = _wrong(found)
    except SettingsError as error:
        raise damaged(path, str(error)) from error
    if reason:
        raise damaged(path, reason)
    if found.weights != weights_of(found.network):
        raise TrainingError(
            f"{printable(folder)} sees by other weights than impasto has now; train anew, or "
            "install the version that made it"
        )
    return found


def made_in(folder: Path, *names: str, lacks: str) -> Path:
    """Find what a run has made: the first of these files.

    Raises:
        TrainingError: If there is none of them yet.
    """
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise TrainingError(f"{printable(folder)} has {lacks} yet; impasto resume goes on with it")
    return path


def _wrong(run: Run) -> str:
    """Say what in a run contradicts itself, if anything; raises `SettingsError` for settings."""
    if run.settings.task == "cluster":
        return _wrong_groups(run)
    if (target := target_of(run.settings.until)) is not None:
        check_target(*target)
    if len(set(run.classes)) < len(run.classes):
        return "a class is named twice"
    if list(run.strange) != sorted(run.strange):
        return "strange: expected the least strange first"
    if bool(run.classes) is (run.settings.task == "regress"):
        return f"{len(run.classes)} classes to {run.settings.task}"
    inputs, last = ("pictures", run.shape[0]) if len(run.shape) == 3 else ("strokes", run.shape[1])
    if inputs not in kind_of(run.network).reads or last not in (1, 3):
        return f"the network {run.network} for {inputs} of shape {run.shape}"
    return ""


def _wrong_groups(run: Run) -> str:
    if run.network != AUTOENCODER and not rests(run.network):
        return f"groups by the network {run.network}"
    return "" if len(run.shape) == 3 and not run.classes else f"groups of shape {run.shape}"


def _fits(network: nn.Module, learned: dict[str, Tensor]) -> bool:
    """Tell whether weights have the shapes of a network's; those of another network pass."""
    known = {name: value.shape for name, value in network.state_dict().items()}
    return known.keys() != learned.keys() or all(learned[k].shape == known[k] for k in known)
