"""The verb `embed`: pictures seen as numbers, in which what is alike lies close together."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.data.threads import in_order
from impasto.device import best_dtype, channels_last, keep_buffers
from impasto.errors import PictureError
from impasto.networks import catalog
from impasto.networks.eye import SIZE, Eye
from impasto.picture import AnyPicture, as_picture, resize
from impasto.progress import OnStep, Step

SIDE = 224
"""Pixels to which the shorter side is brought, as the eye likes it."""

LONGEST = 4 * SIDE
"""Most pixels of the longer side: a scroll is made smaller until it fits."""

AT_ONCE = 16
"""Pictures of one size that are looked at together."""


def embed(
    pictures: AnyPicture | Tensor | Sequence[AnyPicture | Tensor], *, on_step: OnStep | None = None
) -> Float[Tensor, "n 384"]:
    """See pictures as the eye does: each as a direction in 384 dimensions.

    Args:
        pictures: One or several, of any size and shape, none of which is squashed: paths,
            `Picture`, PIL images, or tensors ``(3, h, w)`` or ``(1, 3, h, w)`` in 0..1.
        on_step: Told of each picture that was read; returning True leaves the rest out.

    Returns:
        Unit vectors, in the order of the pictures. The product of two is how alike they are: 1 for
        the same picture, about 0 for two that have nothing in common.

    Raises:
        PictureError: If there are none, or one can't be read.
        WeightsError: If the eye's weights are missing.

    Examples:
        >>> import torch
        >>> torch.manual_seed(0).initial_seed()
        0
        >>> alike = embed([torch.rand(3, 40, 60), torch.zeros(3, 224, 224)])
        >>> alike.shape
        torch.Size([2, 384])
    """
    several = isinstance(pictures, Sequence) and not isinstance(pictures, str)
    given: Sequence[AnyPicture | Tensor] = pictures if several else [pictures]  # type: ignore[assignment, list-item]
    if not given:
        raise PictureError("expected pictures to look at, got none; name some")
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        shown = _told(in_order(threads, prepared, given), given, on_step)
        return see(shown)


def see(pictures: Iterable[Float[Tensor, "1 3 _ _"]]) -> Float[Tensor, "n 384"]:
    """Let the eye look at pictures that were prepared, those of one size together."""
    keep_buffers()
    eye, found = the_eye(), dict[int, Tensor]()
    waiting: dict[tuple[int, ...], list[tuple[int, Tensor]]] = defaultdict(list)
    with torch.inference_mode():
        for place, picture in enumerate(pictures):
            alike = waiting[tuple(picture.shape)]
            alike.append((place, picture))
            if len(alike) == AT_ONCE:
                found |= _look(eye, alike)
                alike.clear()
        for alike in filter(None, waiting.values()):
            found |= _look(eye, alike)
    ordered = [found[place] for place in range(len(found))]
    return torch.stack(ordered).clone() if ordered else torch.empty(0, SIZE)


@cache
def the_eye() -> Eye:
    """The eye that ships, in the precision that the machine is fastest in."""
    eye = catalog.load(catalog.row("eye"))
    assert isinstance(eye, Eye)
    return channels_last(eye.to(best_dtype()))


def prepared(picture: AnyPicture | Tensor) -> Float[Tensor, "1 3 _ _"]:
    """Bring a picture to the size the eye likes; what is transparent turns white.

    Raises:
        PictureError: If it can't be read, or is no picture.
    """
    pixels = as_picture(picture).on_white
    height, width = pixels.shape[-2:]
    scale = min(SIDE / min(height, width), LONGEST / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    return resize(pixels, size=size)


def _look(eye: Eye, alike: Sequence[tuple[int, Tensor]]) -> dict[int, Tensor]:
    batch = torch.cat([picture for _, picture in alike])
    seen = eye(batch.contiguous(memory_format=torch.channels_last))
    return dict(zip((place for place, _ in alike), seen.float(), strict=True))


def _told(
    shown: Iterable[Tensor], given: Sequence[AnyPicture | Tensor], on_step: OnStep | None
) -> Iterator[Tensor]:
    for done, picture in enumerate(shown, 1):
        yield picture
        name = given[done - 1]
        label = os.path.basename(name) if isinstance(name, str | os.PathLike) else ""  # noqa: PTH119
        if on_step and on_step(Step(done, len(given), label=label)) is True:
            break
