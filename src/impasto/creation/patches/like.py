"""The verb `create_like`: new pictures from the patches of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.creation.patches.limits import check_memory
from impasto.creation.patches.making import Pass, make, passes
from impasto.creation.patches.pyramid import Size, shrunk_to_match
from impasto.creation.patches.record import recipe_of
from impasto.creation.patches.settings import LikeSettings
from impasto.jobs.preview import Preview
from impasto.picture import AnyPicture, Picture, as_picture
from impasto.picture.resizing import fitted
from impasto.progress import OnStep
from impasto.settings import checked, within

WORKING = 512
"""Longer side of a new picture at most, in pixels, where nobody asks for a size."""

MOST = 10_000
"""Pictures that are made in one go, at most."""


@dataclass(frozen=True)
class Work:
    """What is to be made, checked and planned.

    Attributes:
        sources: The pictures that give their patches.
        settings: How; the size is decided.
        planned: What is done on each scale.
        seeds: One for each picture.
    """

    sources: tuple[Picture, ...]
    settings: LikeSettings
    planned: tuple[Pass, ...]
    seeds: range


@overload
def create_like(
    picture: AnyPicture,
    *,
    other: AnyPicture | Tensor | None = None,
    count: int = 1,
    seed: int = 0,
    size: tuple[int, int] | str | None = None,
    freedom: float = 1.0,
    patch: int = 7,
    tileable: bool = False,
    on_step: OnStep | None = None,
) -> list[Picture]: ...
@overload
def create_like(
    picture: Tensor,
    *,
    other: AnyPicture | Tensor | None = None,
    count: int = 1,
    seed: int = 0,
    size: tuple[int, int] | str | None = None,
    freedom: float = 1.0,
    patch: int = 7,
    tileable: bool = False,
    on_step: OnStep | None = None,
) -> list[Tensor]: ...
def create_like(
    picture: AnyPicture | Tensor,
    *,
    other: AnyPicture | Tensor | None = None,
    count: int = 1,
    seed: int = 0,
    size: tuple[int, int] | str | None = None,
    freedom: float = 1.0,
    patch: int = 7,
    tileable: bool = False,
    on_step: OnStep | None = None,
) -> list[Picture] | list[Tensor]:
    """Make new pictures from the patches of one: its marks and colors in another layout.

    Args:
        picture: A path, a `Picture`, a PIL image, or a tensor ``(1, 3, h, w)`` in 0..1.
        other: A second picture whose patches may be used, too: a collage.
        count: Pictures, with the seeds `seed`, `seed` + 1 and so on.
        seed: Where chance begins; the same seed, the same picture.
        size: Width and height, or a text such as ``"1024x512"``; the source's, shrunk to 512,
            unless given.
        freedom: 1 begins with noise, 0 with the source's own layout, stretched to the size.
        patch: Side of the patches, odd, 3..15; where a picture is smaller, so is the patch.
        tileable: Let opposite edges meet without a seam.
        on_step: Told of each turn with a `Preview`, which carries a preview; returning True stops
            the work, and the pictures that are finished come back.

    Returns:
        Tensors for a tensor, else pictures that carry their recipes.

    Raises:
        PictureError: If a picture can't be read.
        SettingsError: If a value is out of its range, or the size doesn't fit into memory.

    Notes:
        Granot et al. 2022, arXiv:2103.15545, algorithm 1. Differs: the layout is decided by
        optimal transport (`search.evenly`), if there aren't too many; patches are compared by 32
        principal components, lie up to three pixels apart, and where a picture is large they are
        sought only around what the smaller scale found, so that time grows with the area.
    """
    settings = settings_of(size=size, freedom=freedom, patch=patch, tileable=tileable)
    work = planned(picture, other, settings=settings, count=count, seed=seed)
    made = list(pictures(work, on_step))
    return [p.pixels for p in made] if isinstance(picture, Tensor) else made


def settings_of(
    *, size: tuple[int, int] | str | None, freedom: float, patch: int, tileable: bool
) -> LikeSettings:
    """Check the settings.

    Raises:
        SettingsError: If one is out of its range.
    """
    values = {"size": size, "freedom": freedom, "patch": patch, "tileable": tileable}
    return checked(LikeSettings, values)


def planned(
    picture: AnyPicture | Tensor,
    other: AnyPicture | Tensor | None = None,
    *,
    settings: LikeSettings,
    count: int = 1,
    seed: int = 0,
) -> Work:
    """Read the sources and plan the work; raises as `create_like` does."""
    seeds = seeds_from(seed, count)
    others = () if other is None else (other,)
    sources = tuple(as_picture(given) for given in (picture, *others))
    height, width = made = _size(sources[0], settings)
    plan = tuple(passes([_size_of(s) for s in _prepared(sources, made)], made, settings))
    check_memory(plan)
    decided = settings.model_copy(update={"size": (width, height)})
    return Work(sources, decided, plan, seeds)


def seeds_from(seed: int, count: int) -> range:
    """The seeds of so many pictures.

    Raises:
        SettingsError: If there are none or too many, or one is out of range.
    """
    count = within("count", count, 1, MOST)
    seed = within("seed", seed, 0, 2**63 - count - 1)
    return range(seed, seed + count)


def pictures(work: Work, on_step: OnStep | None = None) -> Iterator[Picture]:
    """Make the pictures, each handed over when it is finished, until somebody stops the work."""
    sources = _prepared(work.sources, work.planned[-1].scale.made)
    turns = sum(plan.turns for plan in work.planned)
    for index, seed in enumerate(work.seeds):
        generator = torch.Generator().manual_seed(seed)
        pixels, stopped = sources[0], False
        steps = make(sources, work.planned, work.settings.freedom, generator)
        for turn, pixels in enumerate(steps, 1):
            step = Preview(
                index * turns + turn, turns * len(work.seeds), label=f"seed {seed}", preview=pixels
            )
            stopped = on_step is not None and on_step(step) is True
            if stopped and turn < turns:
                return
        recipe = recipe_of(work.sources, work.settings, seed)
        yield replace(Picture.from_tensor(pixels), recipe=recipe)
        if stopped:
            return


def _prepared(sources: Sequence[Picture], made: Size) -> list[Float[Tensor, "1 3 _ _"]]:
    """Bring the sources to the scale of what is made; what is transparent turns white."""
    return shrunk_to_match([source.on_white.detach().cpu() for source in sources], made)


def _size(source: Picture, settings: LikeSettings) -> Size:
    """Height and width of what is made."""
    width, height = settings.size or source.size
    if settings.size or max(width, height) <= WORKING:
        return height, width
    return fitted(height, width, long=WORKING)


def _size_of(picture: Float[Tensor, "1 3 h w"]) -> Size:
    return picture.shape[2], picture.shape[3]
