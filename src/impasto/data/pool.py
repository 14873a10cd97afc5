"""Pictures held in memory, and random crops of them: what a small collection is trained from."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from PIL import Image
from torch import Tensor

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def find_pictures(folder: Path) -> list[Path]:
    """List the pictures below a folder, by name, so that the order is the same everywhere."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)


def load(path: Path) -> UInt8[Tensor, "3 h w"]:
    """Decode one picture of a training set, which is trusted, to bytes."""
    with Image.open(path) as picture:
        return torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)


class Pool:
    """A set of pictures, decoded once, from which batches of random crops are drawn.

    Args:
        paths: Files to hold; about 0.2 MB of memory for one of 256 × 256.
        device: Where they are held, and cropped.
    """

    def __init__(self, paths: Sequence[Path], device: torch.device | None = None) -> None:
        with ThreadPoolExecutor() as threads:
            self.pictures = [p.to(device) for p in threads.map(load, paths)]

    def crops(
        self,
        count: int,
        size: int,
        *,
        generator: torch.Generator,
        zoom: float = 1.0,
        enlarge: float = 1.0,
    ) -> Float[Tensor, "count 3 size size"]:
        """Draw crops: a random picture, scale, place and, half of the time, mirrored.

        Args:
            count: How many.
            size: Side of the crops in pixels.
            generator: Source of every random choice.
            zoom: The shorter side of the picture is first brought to between `size` and
                `zoom * size` pixels,
            enlarge: but, for zoom's sake, never to more than so many times its own.

        Returns:
            Pictures in 0..1.
        """
        picks = torch.randint(len(self.pictures), (count,), generator=generator).tolist()
        cuts = [cut(self.pictures[i], size, zoom, enlarge, generator) for i in picks]
        sides = torch.tensor([part.shape[-1] for part in cuts])
        whole = cuts[0].new_zeros(count, 3, int(sides.max()), int(sides.max()))
        for room, part in zip(whole, cuts, strict=True):
            room[:, : part.shape[-1], : part.shape[-1]] = part
        rows = resampling(sides.to(whole.device), size, whole.shape[-1])
        mirrored = torch.rand(count, generator=generator).to(whole.device) < 0.5
        columns = torch.where(mirrored[:, None, None], rows.flip(1), rows)
        drawn = rows[:, None] @ (whole.float() / 255) @ columns[:, None].mT
        return drawn.clamp_(0, 1)


def cut(
    picture: UInt8[Tensor, "3 h w"],
    size: int,
    zoom: float,
    enlarge: float,
    generator: torch.Generator,
) -> UInt8[Tensor, "3 n n"]:
    """Cut a random square out that will have `size` pixels when scaled by a random factor."""
    scale, top, left = torch.rand(3, generator=generator).tolist()
    short = min(picture.shape[1:])
    most = max(size, min(enlarge * short, zoom * size))
    side = short * size / (size + scale * (most - size))
    y, x = int(top * (picture.shape[1] - side)), int(left * (picture.shape[2] - side))
    return picture[:, y : y + round(side), x : x + round(side)]


def resampling(sides: Int[Tensor, " b"], size: int, most: int) -> Float[Tensor, "b size most"]:
    """Weigh the first pixels of a row, up to `most`, so that they become `size` new ones.

    As `torch.nn.functional.interpolate` does it, bilinear and antialiased, but for rows of
    different lengths at once: a GPU is not asked for each picture.

    Args:
        sides: How many pixels each row has.
        size: How many it shall have.
        most: How many are there, the last of which may mean nothing.
    """
    old = torch.arange(most, device=sides.device)
    factor = (sides / size)[:, None, None]
    centers = (torch.arange(size, device=sides.device)[:, None] + 0.5) * factor - 0.5
    weights = (1 - (old - centers).abs() / factor.clamp_min(1)).clamp_min(0)
    weights = weights * (old < sides[:, None, None])
    return weights / weights.sum(2, keepdim=True)
