"""A run: the folder of a training, with all that is needed to go on, to test and to predict."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Shaped
from pydantic import TypeAdapter
from torch import Tensor, nn

from impasto.data.examples import Examples
from impasto.errors import TrainingError, printable
from impasto.learning.build import NETWORKS, build
from impasto.learning.settings import TrainSettings, write_recipe
from impasto.picture.files import replace_atomically
from impasto.training.checkpoint import BEST, LAST, averaged

FILE, RECIPE, CACHE = "run.json", "recipe.toml", "cache"
REPORT, FIGURES, PREDICTIONS = "report.html", "report.json", "predictions.csv"

OnLine = Callable[[str], object]
"""Told in a line what there is to know, before the long work begins."""


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
    """

    source: str
    settings: TrainSettings
    network: str
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    center: float = 0.0
    spread: float = 1.0
    lines: tuple[str, ...] = ()
    split: dict[str, list[str]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    seconds: float = 0.0
    temperature: float = 1.0

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
        return targets if self.classes else (targets - self.center) / self.spread

    def save(self, folder: Path) -> None:
        """Write it, and the recipe beside it; raises `OutputError` where that fails."""
        folder.mkdir(parents=True, exist_ok=True)
        values = asdict(self) | {"settings": self.settings.model_dump()}
        texts = {
            FILE: json.dumps(values, indent=1),
            RECIPE: write_recipe(self.source, self.settings),
        }
        for name, text in texts.items():
            with replace_atomically(folder / name, force=True) as aside:
                aside.write_text(text, encoding="utf-8")

    def empty(self) -> nn.Module:
        """Build the network as it was before training."""
        shape = torch.empty(1, *self.shape, dtype=torch.uint8)
        like = Examples(("",), shape, torch.zeros(1))
        return build(self.network, like, outputs=self.outputs, seed=self.settings.seed)

    def trained(self, folder: Path) -> nn.Module:
        """Build the network and fill it with what was learned: the best of it if there is one.

        Raises:
            TrainingError: If nothing was learned yet, or the file is damaged.
        """
        path = next((p for p in (folder / BEST, folder / LAST) if p.is_file()), None)
        if path is None:
            raise TrainingError(
                f"{printable(folder)} has learned nothing yet; impasto resume goes on with it"
            )
        network = self.empty()
        try:
            network.load_state_dict(averaged(path))
        except RuntimeError as error:
            raise TrainingError(
                f"{printable(path)} is of another network than {self.network}; train anew"
            ) from error
        return network.eval().requires_grad_(False)


def load(folder: Path) -> Run:
    """Read a run.

    Raises:
        TrainingError: If the folder is no run, or its file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        raise TrainingError(
            f"{printable(folder)} is no run; expected the folder that impasto train -o made"
        )
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = TypeAdapter(Run).validate_python(values)
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error).partition("\n")[0]) from error
    if found.network not in NETWORKS or len(found.shape) not in (2, 3) or min(found.shape) < 1:
        raise _damaged(path, f"network {found.network}, shape {found.shape}")
    return found


def _damaged(path: Path, reason: str) -> TrainingError:
    return TrainingError(f"{printable(path)} is damaged ({printable(reason)}); train anew")
