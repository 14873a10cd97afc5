"""The verb `create_sample`: pictures of a trained generator, and ways between them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from impasto.creation.collection.generator import Generator, check_seeds, opened, path_between
from impasto.creation.collection.sheets import enlarged, recipe_of
from impasto.errors import SettingsError
from impasto.picture import Picture
from impasto.progress import OnStep, Step
from impasto.settings import within

MOST = 10_000
"""Pictures that are made in one go, at most."""

FRAMES, FRAMES_MOST = 16, 500
"""Frames from one picture of a walk to the next, and at most."""

MOVING = 256
"""Side to which the frames of a walk are enlarged."""


def create_sample(
    run: str | Path | None = None,
    *,
    count: int = 1,
    seed: int = 1,
    on_step: OnStep | None = None,
) -> list[Picture]:
    """Let a trained generator paint new pictures.

    Args:
        run: The folder that `create_train` filled; the generator that ships unless given.
        count: Pictures, with the seeds `seed`, `seed` + 1 and so on.
        seed: Where chance begins; the same seed, the same picture, whatever is painted beside it.
        on_step: Told of each picture; returning True stops, and what is painted comes back.

    Returns:
        Pictures that carry their recipes: verb, seed, and the SHA-256 of the weights.

    Raises:
        TrainingError: If the folder is no run, or has learned nothing yet.
        WeightsError: If its weights are damaged, or none ship.
        SettingsError: If a value is out of its range.
    """
    return list(samples(opened(run), seeds_from(seed, count), on_step))


def seeds_from(seed: int, count: int) -> range:
    """The seeds of so many pictures.

    Raises:
        SettingsError: If there are none or too many, or one is out of range.
    """
    count = within("count", count, 1, MOST)
    seed = within("seed", seed, 0, 2**63 - count)
    return range(seed, seed + count)


def samples(
    generator: Generator, seeds: Sequence[int], on_step: OnStep | None = None
) -> Iterator[Picture]:
    """Paint pictures, each handed over when it is finished, until somebody stops the work."""
    for done, picture in enumerate(generator.pictures(seeds), 1):
        yield picture
        step = Step(done, len(seeds), label=f"seed {seeds[done - 1]}")
        if on_step is not None and on_step(step) is True:
            return


def walk(generator: Generator, seeds: Sequence[int], *, frames: int = FRAMES) -> Iterator[Picture]:
    """Go from picture to picture through the space between them, and back to the first.

    Args:
        generator: What paints.
        seeds: Of two pictures or more.
        frames: From one to the next.

    Raises:
        SettingsError: If there are fewer than two seeds, or a seed or `frames` is out of range.
    """
    if not 2 <= len(seeds) <= MOST:
        raise SettingsError(f"expected two seeds or more to walk between, got {len(seeds)}")
    if not 1 <= frames <= FRAMES_MOST:
        raise SettingsError(f"expected 1 to {FRAMES_MOST} frames, got {frames}")
    check_seeds(seeds)
    noises = [generator.noise(seed) for seed in [*seeds, seeds[0]]]
    settings = generator.recipe_settings() | {"seeds": list(seeds), "frames": frames}
    recipe = recipe_of("create-walk", settings, seed=seeds[0], weights=generator.sha256)
    along = islice(path_between(noises, frames), len(seeds) * frames)  # its end is its begin
    for pixels in generator.paint(along):
        yield replace(Picture.from_tensor(enlarged(pixels, MOVING)), recipe=recipe)
