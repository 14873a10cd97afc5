"""A trained generator, opened: from a run, from a file of weights, or the one that ships."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

import torch
from jaxtyping import Float
from pydantic import JsonValue
from torch import Tensor

from impasto.creation.collection.early import early_in
from impasto.creation.collection.run import weights_in
from impasto.creation.collection.settings import SIZES
from impasto.creation.collection.sheets import recipe_of
from impasto.device import best_device, best_dtype, channels_last
from impasto.errors import SettingsError, TrainingError, WeightsError, printable
from impasto.jobs.runs import GENERATOR, check_kind
from impasto.networks import catalog
from impasto.networks.flow import Current, Flow, Guided, noise_of, paint
from impasto.networks.unfilled import Unfilled
from impasto.picture import Picture
from impasto.picture.files import sha256_of
from impasto.training.checkpoint import averaged, facts_of

VERB = "create-sample"

AT_ONCE = 8
"""Pictures that are painted together, always as many: the same seed, the same picture."""


@dataclass(frozen=True, eq=False)
class Generator:
    """What paints, and by which weights.

    Attributes:
        network: Set for use.
        sha256: Of the file of its weights; of the sums of both, where it keeps away from others.
        name: What it is called.
    """

    network: Current
    sha256: str
    name: str

    def noise(self, seed: int) -> Float[Tensor, "1 3 s s"]:
        """The noise that a seed stands for."""
        return noise_of(self.network.size, 1, seed)

    def recipe_settings(self) -> dict[str, JsonValue]:
        """What a recipe says of it."""
        return {"size": self.network.size}

    def pictures(self, seeds: Sequence[int]) -> Iterator[Picture]:
        """Paint the pictures of seeds; each carries its recipe."""
        made = self.paint(self.noise(seed) for seed in seeds)
        for seed, pixels in zip(seeds, made, strict=True):
            recipe = recipe_of(VERB, self.recipe_settings(), seed=seed, weights=self.sha256)
            yield replace(Picture.from_tensor(pixels), recipe=recipe)

    def paint(
        self, noises: Iterable[Float[Tensor, "1 3 s s"]]
    ) -> Iterator[Float[Tensor, "1 3 s s"]]:
        """Paint from noise, eight at a time; a last group is filled up with what is in it."""
        rest = iter(noises)
        while group := list(islice(rest, AT_ONCE)):
            full = torch.cat([*group, *[group[-1]] * (AT_ONCE - len(group))])
            yield from torch.split(made_from(self.network, full)[: len(group)], 1)


@torch.no_grad()
def made_from(network: Current, noise: Float[Tensor, "b 3 s s"]) -> Float[Tensor, "b 3 s s"]:
    """Paint where the network lies, in half precision where that is faster; 0..1."""
    device, dtype = next(network.parameters()).device, best_dtype()
    with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
        return paint(network, noise.to(device)).float().cpu()


def opened(run: str | Path | None) -> Generator:
    """Open a generator.

    Args:
        run: The folder of a run, a file of its weights, or None for the one that ships. What lies
            beside a folder `early` is guided.

    Raises:
        TrainingError: If the folder is no run, one of another kind, or has learned nothing yet.
        WeightsError: If a file holds no generator.
    """
    if run is None:
        return _shipped()
    place = Path(run)
    check_kind(place, GENERATOR)
    path = weights_in(place) if place.is_dir() else place
    if not path.is_file():
        raise TrainingError(
            f"{printable(place)} is no generator; expected the folder that impasto create train "
            "-o made"
        )
    network = filled(*_read(path, own=place.is_dir()))
    name = place.resolve().name if place.is_dir() else path.stem
    early = early_in(path.parent, _step_of(path))
    if early is None:
        return Generator(network.to(best_device()), sha256_of(path), name)
    sums = sha256_of(path) + sha256_of(early)
    both = guided(network, early).to(best_device())
    return Generator(both, hashlib.sha256(sums.encode()).hexdigest(), name)


def guided(network: Flow, early: Path | None) -> Current:
    """Let a network keep away from what it was early, if there is anything of that.

    Raises:
        WeightsError: If the early weights are damaged, or of another network.
    """
    if early is None:
        return network
    before = _early(early)
    if before.size != network.size:
        raise WeightsError(
            f"{printable(early)} is of a generator of {before.size} pixels, not {network.size}; "
            "bring back the run's own, or delete it"
        )
    return _joined(network, before.to(next(network.parameters()).device))


def _joined(late: Flow, early: Flow) -> Guided:
    """Let one network keep away from another."""
    with Unfilled():
        both = Guided(late.size)
    both.late, both.early = late, early
    return both.eval()


def _early(path: Path) -> Flow:
    """Read the weights to keep away from."""
    try:
        return filled(*_read(path, own=True))
    except TrainingError:
        raise WeightsError(
            f"{printable(path)} is damaged; bring it back, or delete its folder: pictures are then "
            "not guided"
        ) from None


def _read(path: Path, *, own: bool) -> tuple[int, dict[str, Tensor]]:
    """Read the size and the weights; a file that somebody named may be anything."""
    try:
        return _size_in(path), averaged(path)
    except TrainingError:
        if own:
            raise
        raise WeightsError(
            f"{printable(path)} holds no generator; name the folder of a run, or its weights"
        ) from None


def filled(size: int, weights: dict[str, Tensor]) -> Flow:
    """Build what paints from its weights.

    Raises:
        WeightsError: If they are of another network.
    """
    with Unfilled():
        network = Flow(size)
    try:
        network.load_state_dict({k: w.float() for k, w in weights.items()}, assign=True)
    except RuntimeError as error:
        raise WeightsError(
            f"the weights don't fit a generator of {size} pixels; train anew"
        ) from error
    return channels_last(network).eval().requires_grad_(False)


def _size_in(path: Path) -> int:
    """Read from a checkpoint how large its pictures are."""
    known = facts_of(path).get("generator")
    size = known.get("size") if isinstance(known, dict) else None
    if size not in SIZES:
        raise WeightsError(f"{printable(path)} holds no generator; name one that was trained")
    return int(size)


def _step_of(path: Path) -> int:
    """Read from a checkpoint how many steps were done."""
    step = facts_of(path).get("progress", {}).get("step", 0)
    return step if isinstance(step, int) else 0


def _shipped() -> Generator:
    """Open the generator that comes with Impasto."""
    row = catalog.row("generator")
    late, early = (catalog.load(each) for each in (row, catalog.row("generator_early")))
    assert isinstance(late, Flow), type(late)
    assert isinstance(early, Flow), type(early)
    return Generator(_joined(late, early).to(best_device()), row.sha256, row.name)


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse seeds that a recipe can't hold.

    Raises:
        SettingsError: If one is out of range.
    """
    wrong = [seed for seed in seeds if not 0 <= seed < 2**63]
    if wrong:
        raise SettingsError(f"expected seeds from 0 to {2**63 - 1}, got {wrong[0]}")


def path_between(
    ends: Sequence[Float[Tensor, "1 3 s s"]], steps: int
) -> Iterator[Float[Tensor, "1 3 s s"]]:
    """Go from noise to noise in even steps, along an arc, so that all of it stays as strong.

    Args:
        ends: Noise of two pictures or more.
        steps: Steps between two of them.

    Notes:
        Spherical interpolation: Shoemake 1985; for noise: White 2016, arXiv:1609.04468.
    """
    for start, end in pairwise(ends):
        cosine = torch.nn.functional.cosine_similarity(start.flatten(), end.flatten(), 0)
        angle = cosine.clamp(-0.9999, 0.9999).acos()
        for step in range(steps):
            share = torch.tensor(step / steps)
            near, far = ((1 - share) * angle).sin(), (share * angle).sin()
            yield (near * start + far * end) / angle.sin()
    yield ends[-1]
