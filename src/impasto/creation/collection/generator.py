"""A trained generator, opened: from a run, from a file of weights, or the one that ships."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

import torch
from jaxtyping import Float
from pydantic import JsonValue
from torch import Tensor, nn

from impasto.creation.collection.judging import noise_of
from impasto.creation.collection.method import as_maker
from impasto.creation.collection.methods import METHODS
from impasto.creation.collection.run import weights_in
from impasto.creation.collection.settings import SIZES
from impasto.creation.collection.sheets import recipe_of
from impasto.device import best_device
from impasto.errors import SettingsError, TrainingError, WeightsError, printable
from impasto.networks import catalog
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
        network: A `Maker`, set for use.
        method: How it was trained.
        size: Side of its pictures.
        sha256: Of the file of its weights.
        name: What it is called.
    """

    network: nn.Module
    method: str
    size: int
    sha256: str
    name: str

    def noise(self, seed: int) -> Float[Tensor, "1 ..."]:
        """The noise that a seed stands for."""
        return noise_of(as_maker(self.network).noise, 1, seed)

    def recipe_settings(self) -> dict[str, JsonValue]:
        """What a recipe says of it."""
        return {"method": self.method, "size": self.size}

    def pictures(self, seeds: Sequence[int]) -> Iterator[Picture]:
        """Paint the pictures of seeds; each carries its recipe."""
        made = self.paint(self.noise(seed) for seed in seeds)
        for seed, pixels in zip(seeds, made, strict=True):
            recipe = recipe_of(VERB, self.recipe_settings(), seed=seed, weights=self.sha256)
            yield replace(Picture.from_tensor(pixels), recipe=recipe)

    def paint(self, noises: Iterable[Float[Tensor, "1 ..."]]) -> Iterator[Float[Tensor, "1 3 s s"]]:
        """Paint from noise, eight at a time; a last group is filled up with what is in it."""
        rest = iter(noises)
        while group := list(islice(rest, AT_ONCE)):
            full = torch.cat([*group, *[group[-1]] * (AT_ONCE - len(group))])
            yield from torch.split(self._painted(full)[: len(group)], 1)

    @torch.no_grad()
    def _painted(self, noise: Float[Tensor, "b ..."]) -> Float[Tensor, "b 3 s s"]:
        device = next(self.network.parameters()).device
        return as_maker(self.network).paint(noise.to(device)).float().cpu().clamp(0, 1)


def opened(run: str | Path | None) -> Generator:
    """Open a generator.

    Args:
        run: The folder of a run, a file of its weights, or None for the one that ships.

    Raises:
        TrainingError: If the folder is no run, or has learned nothing yet.
        WeightsError: If a file holds no generator, or none ships.
    """
    if run is None:
        return _shipped()
    place = Path(run)
    path = weights_in(place) if place.is_dir() else place
    if not path.is_file():
        raise TrainingError(
            f"{printable(place)} is no generator; expected the folder that impasto create train "
            "-o made"
        )
    method, size = _kind(path)
    network = METHODS[method].filled(size, averaged(path))
    name = place.resolve().name if place.is_dir() else path.stem
    return Generator(network.to(best_device()), method, size, sha256_of(path), name)


def _kind(path: Path) -> tuple[str, int]:
    """Read from a checkpoint what it is of."""
    known = facts_of(path).get("generator")
    found = (known.get("method"), known.get("size")) if isinstance(known, dict) else (None, None)
    method, size = found
    if method not in METHODS or size not in SIZES:
        raise WeightsError(f"{printable(path)} holds no generator; name one that was trained")
    return str(method), int(size)


def _shipped() -> Generator:
    """Open the generator that comes with Impasto."""
    try:
        row = catalog.row("generator")
    except WeightsError:
        raise WeightsError(
            "no generator comes with this Impasto; train one with impasto create train, and name "
            "its folder"
        ) from None
    network = catalog.load(row)
    method = next(m.name for m in METHODS.values() if isinstance(network, _class_of(m.name)))
    size = getattr(network, "size", SIZES[0])
    return Generator(network.to(best_device()), method, size, row.sha256, row.name)


def _class_of(method: str) -> type[nn.Module]:
    """Class of what paints."""
    with torch.device("meta"):
        return type(METHODS[method].maker(SIZES[0]))


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse seeds that a recipe can't hold.

    Raises:
        SettingsError: If one is out of range.
    """
    wrong = [seed for seed in seeds if not 0 <= seed < 2**63]
    if wrong:
        raise SettingsError(f"expected seeds from 0 to {2**63 - 1}, got {wrong[0]}")


def path_between(
    ends: Sequence[Float[Tensor, "1 ..."]], steps: int
) -> Iterator[Float[Tensor, "1 ..."]]:
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
