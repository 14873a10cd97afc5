"""The verb `create_grow`: grow a learned texture to any size."""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.creation.texture.limits import check_memory
from impasto.creation.texture.record import recipe_of
from impasto.creation.texture.settings import FilmSettings, GrowSettings
from impasto.creation.texture.texture import Texture, load_texture
from impasto.errors import SettingsError
from impasto.jobs.preview import Preview
from impasto.networks.automaton import CELL
from impasto.picture import Picture
from impasto.progress import OnStep, Watch
from impasto.settings import checked

EVERY = 16
"""Steps from one preview to the next."""

Cells = Float[Tensor, "1 c h w"]


def create_grow(
    texture: str | os.PathLike[str] | Texture,
    *,
    size: tuple[int, int] | str = (512, 512),
    steps: int = 256,
    seed: int = 0,
    on_step: OnStep | None = None,
) -> Picture:
    """Grow a learned texture to any size; opposite edges meet, so it can be tiled.

    Args:
        texture: What `create_texture` gave, or its file.
        size: Width and height, or a text such as ``"2048x2048"``; if both are even, it can be
            tiled.
        steps: How long it grows.
        seed: Where chance begins; the same seed, the same picture.
        on_step: Told of each step with a `Preview`, which carries a preview now and then; returning
            True stops the growth, and what has grown comes back.

    Returns:
        A picture that carries its recipe.

    Raises:
        WeightsError: If the file holds no texture.
        SettingsError: If a value is out of its range, or the size doesn't fit into memory.
    """
    settings = checked(GrowSettings, {"size": size, "steps": steps})
    known = texture if isinstance(texture, Texture) else load_texture(texture)
    return grown(known, settings, seed=seed, on_step=on_step)


def grown(
    texture: Texture, settings: GrowSettings, *, seed: int = 0, on_step: OnStep | None = None
) -> Picture:
    """Grow a texture; see `create_grow`."""
    watch = Watch(on_step)
    cells = deque(growth(texture, settings, seed=seed, watch=watch), maxlen=1)[0]
    recipe = recipe_of(texture, settings, seed, finished=not watch.stopped)
    return replace(Picture.from_tensor(shown(texture, cells, settings)), recipe=recipe)


def growing(
    texture: Texture, settings: FilmSettings, *, seed: int = 0, on_step: OnStep | None = None
) -> Iterator[Picture]:
    """Grow a texture and hand over pictures on the way, more of them at first.

    Args:
        texture: What grows.
        settings: How, and how many; the last has grown for all of the steps.
        seed: Where chance begins.
        on_step: As for `create_grow`; what has grown by then is the last picture.
    """
    watch, wanted = Watch(on_step), moments(settings.steps, settings.frames)
    for step, cells in enumerate(growth(texture, settings, seed=seed, watch=watch), 1):
        if step in wanted or watch.stopped:
            recipe = recipe_of(texture, settings, seed, moving=True, finished=not watch.stopped)
            picture = Picture.from_tensor(shown(texture, cells, settings))
            yield replace(picture, recipe=recipe)


def moments(steps: int, frames: int) -> set[int]:
    """After which steps a frame is shown: they lie further and further apart.

    Examples:
        >>> sorted(moments(100, 5))
        [1, 7, 26, 57, 100]
    """
    return {1 + round((steps - 1) * (n / (frames - 1)) ** 2) for n in range(frames)}


def seeded(texture: Texture, settings: GrowSettings, seed: int) -> Cells:
    """Lay out the cells of a sheet.

    Raises:
        SettingsError: If the seed is out of its range, or the sheet doesn't fit into memory.
    """
    if not 0 <= seed < 2**63:
        raise SettingsError(f"expected a seed from 0 to {2**63 - 1}, got {seed}")
    check_memory(settings.size)
    width, height = settings.size
    return texture.automaton.seed(1, -(-height // CELL), -(-width // CELL))


def growth(texture: Texture, settings: GrowSettings, *, seed: int, watch: Watch) -> Iterator[Cells]:
    """Let cells act; yields them after every step, until somebody stops it."""
    cells = seeded(texture, settings, seed)
    generator = torch.Generator().manual_seed(seed)
    for step in range(1, settings.steps + 1):
        cells = texture.automaton.step(cells, generator)
        listened = watch.on_step is not None and step % EVERY == 0
        preview = shown(texture, cells, settings) if listened else None
        stopped = watch(Preview(step, settings.steps, preview=preview))
        yield cells
        if stopped:
            return


def shown(texture: Texture, cells: Cells, settings: GrowSettings) -> Float[Tensor, "1 3 _ _"]:
    """Paint the cells of a sheet."""
    width, height = settings.size
    return texture.automaton.show(cells)[..., :height, :width].clone()
