"""The colors of a group: in words, and painted."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, UInt8
from sklearn.cluster import KMeans
from torch import Tensor

from impasto.picture.color import luminance

APART = 0.5
"""Deviations by which a group's colors are apart from the others' before it is said."""

SMALL = 32
"""Side to which pictures are brought to measure their colors."""

WORDS = {
    "lightness": ("darker", "lighter"),
    "contrast": ("with less contrast", "with more contrast"),
    "colorfulness": ("grayer", "more colorful"),
    "warmth": ("cooler", "warmer"),
}
"""What less and more of it is called."""


def small(pictures: UInt8[Tensor, "n c _ _"]) -> Float[Tensor, "n 3 s s"]:
    """Bring pictures to a few pixels, some at a time; gray ones get three equal colors."""
    parts = torch.split(torch.arange(len(pictures)), 256)
    side = min(SMALL, *pictures.shape[2:])
    made = [F.interpolate(pictures[p].float() / 255, (side, side), mode="area") for p in parts]
    return torch.cat(made).expand(-1, 3, -1, -1)


def colors(tiny: Float[Tensor, "n 3 s s"]) -> dict[str, Float[np.ndarray, " n"]]:
    """Measure the colors of pictures: how light, contrasted, colorful and warm each is.

    Returns:
        lightness: mean luminance, 0..1; contrast: its deviation; colorfulness: of Hasler,
        Süsstrunk 2003, of 0..1 instead of 0..255; warmth: red minus blue, -1..1.
    """
    light = luminance(tiny).flatten(1)
    red, green, blue = (c.flatten(1) for c in tiny.unbind(1))
    across, down = red - green, (red + green) / 2 - blue
    deviation = (across.var(1, correction=0) + down.var(1, correction=0)).sqrt()
    offset = (across.mean(1).square() + down.mean(1).square()).sqrt()
    found = {
        "lightness": light.mean(1),
        "contrast": light.std(1, correction=0),
        "colorfulness": deviation + 0.3 * offset,
        "warmth": (red - blue).mean(1),
    }
    return {name: np.asarray(values.double()) for name, values in found.items()}


def color_words(
    measured: Mapping[str, Float[np.ndarray, " n"]], member: Bool[np.ndarray, " n"]
) -> list[str]:
    """Say how a group's colors differ from those of the other works; nothing where they don't."""
    said = []
    for name, values in measured.items():
        here, others = values[member], values[~member]
        spread = float(values.std())
        if not len(here) or not len(others) or spread < 1e-9:
            continue
        apart = float(here.mean() - others.mean()) / spread
        if abs(apart) >= APART:
            word = WORDS[name][int(apart > 0)]
            said.append(
                f"{word} than the others ({name} {here.mean():.2f}, there {others.mean():.2f})"
            )
    return said


def strip(tiny: Float[Tensor, "n 3 s s"], *, seed: int = 0) -> UInt8[Tensor, "3 24 144"]:
    """Paint the colors of pictures side by side, from dark to light, as wide as frequent."""
    pixels = tiny.permute(0, 2, 3, 1).reshape(-1, 3).numpy()
    some = pixels[:: max(1, len(pixels) // 5000)]
    many = min(6, len(np.unique(some, axis=0)))
    found: Any = KMeans(many, n_init=2, random_state=seed).fit(some)
    order = found.cluster_centers_.sum(1).argsort()
    shares = np.bincount(found.labels_, minlength=many)[order]
    ends = (144 * shares.cumsum() / shares.sum()).round().astype(int)
    row = found.cluster_centers_[order][np.searchsorted(ends, np.arange(144), side="right")]
    bytes_ = torch.from_numpy((row.clip(0, 1) * 255).round().astype(np.uint8))
    return bytes_.T[:, None].expand(3, 24, 144).contiguous()
