"""Pictures held in memory, and random crops of them: what a small collection is trained from."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
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
        return torch.stack([crop(self.pictures[i], size, zoom, enlarge, generator) for i in picks])


def crop(
    picture: UInt8[Tensor, "3 h w"],
    size: int,
    zoom: float,
    enlarge: float,
    generator: torch.Generator,
) -> Float[Tensor, "3 size size"]:
    """Cut one random square of `size` pixels out of a picture scaled by a random factor."""
    scale, top, left, mirrored = torch.rand(4, generator=generator).tolist()
    short = min(picture.shape[1:])
    most = max(size, min(enlarge * short, zoom * size))
    side = short * size / (size + scale * (most - size))
    y, x = int(top * (picture.shape[1] - side)), int(left * (picture.shape[2] - side))
    cut = picture[None, :, y : y + round(side), x : x + round(side)].float() / 255
    if cut.shape[-2:] != (size, size):
        cut = F.interpolate(cut, (size, size), mode="bilinear", antialias=True).clamp(0, 1)
    return cut[0].flip(2) if mirrored < 0.5 else cut[0]
