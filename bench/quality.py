"""Judge the brush beside MicroAST, the copy and a color transfer, with a network no one trained on.

    python bench/quality.py [--pairs 150] [--weights CHECKPOINT] [--strengths 1,0.8] [--stroke 1]
    python bench/quality.py --fine 0    # as if nothing of the photograph's drawing showed through

Prints a row a method (mean over pairs) and, for each strength of ours, the paired differences to
MicroAST and to the color transfer.

Every picture is seen once, and its patches are sorted once, by NumPy: the figures are those of
`judge.py`, which is asked for the first patch-SWD and must agree, at a third of the time.

The brush learned to keep the structure term of SSIM; "content", the drawing as SqueezeNet sees it
(`content_loss`, lower keeps more), is a second opinion that it did not learn from.
"""

import argparse
import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared" / "bench"))
import judge

from impasto.device import best_device, best_dtype
from impasto.losses.content import content_loss
from impasto.networks import brush
from impasto.networks.brush import Brush
from impasto.styling.hand import Hand, hand
from impasto.styling.painting import Region, paint
from impasto.styling.settings import StylizeSettings
from impasto.styling.view import InMemory
from impasto.training import checkpoint

COLUMNS = ("SSIM", "content", "style", "patch-SWD")
MORE_IS_BETTER = (True, False, False, False)
DRAWING = 5  # the layer of SqueezeNet, at an eighth of the size, at which content is compared


def holding(weights: Path | None) -> tuple[Hand, Hand]:
    """The shipped brush, or one from a checkpoint: to look with, in float32, and to paint with."""
    if weights is None:
        return hand(torch.float32), hand()
    network = Brush()
    network.load_state_dict(checkpoint.averaged(weights))
    return Hand(network, best_device(), torch.float32), Hand(network, best_device(), best_dtype())


def ours(
    looking: Hand, painting: Hand, strength: float, stroke: float
) -> Callable[[Tensor, Tensor], Tensor]:
    """A method for the judge: content and style in, painting out."""
    settings = StylizeSettings(strength=strength, stroke=stroke)

    def stylize(content: Tensor, style: Tensor) -> Tensor:
        region = Region(looking.vector(style))
        return torch.cat(list(paint(painting, InMemory(content), [region], settings)), -2)

    return stylize


def measure(
    methods: dict[str, Callable[[Tensor, Tensor], Tensor]], count: int
) -> dict[str, np.ndarray]:
    """Each method's measures, ``(pairs, 4)``; prints the means so far after every 30 pairs."""
    eyes, patches = (functools.lru_cache(4)(f) for f in (judge.Squeeze(), sorted_patches))
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in methods}
    with torch.inference_mode():
        for done, (photo, painting) in enumerate(judge.pairs(count), 1):
            content, style = judge.picture(photo), judge.picture(painting)
            if done == 1:
                fast, slow = patch_swd(patches(content), patches(style)), judge.patch_swd
                assert abs(fast - slow(content, style)) < 1e-5, "not the measure of judge.py"
            for name, method in methods.items():
                out = method(content, style)
                kept = judge.ssim(out, content), drawing(eyes(out), eyes(content))
                like = (
                    judge.style_distance(eyes, out, style),
                    patch_swd(patches(out), patches(style)),
                )
                rows[name].append((*kept, *like))
            if done % 30 == 0:
                print(f"after {done} pairs")
                show(rows)
    return {name: np.array(values) for name, values in rows.items()}


def sorted_patches(picture: Tensor) -> list[np.ndarray]:
    """The 7x7 patches of a picture at three scales along `judge.py`'s 64 directions, sorted."""
    generator, found = torch.Generator().manual_seed(0), []
    for scale in (1, 2, 4):
        directions = torch.randn(64, 3, 7, 7, generator=generator)
        directions /= directions.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
        along = F.conv2d(F.avg_pool2d(picture, scale), directions)[0].flatten(1)
        found.append(np.sort(along.numpy(), 1))
    return found


def patch_swd(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """The sliced Wasserstein distance of two pictures' sorted patches, as `judge.patch_swd`'s."""
    return float(np.mean([np.abs(a - b).mean() for a, b in zip(one, other, strict=True)]))


def drawing(given: list[Tensor], wanted: list[Tensor]) -> float:
    """How unlike the drawing of two pictures is, whatever their colors."""
    return content_loss(given[DRAWING], wanted[DRAWING]).item()


def show(found: Mapping[str, ArrayLike]) -> None:
    """Print a row a method: the means of its measures."""
    for name, rows in found.items():
        means = zip(COLUMNS, np.mean(rows, 0), strict=True)
        print(f"{name:16s}", *(f"{column} {mean:.4f}  " for column, mean in means), flush=True)


def interval(differences: np.ndarray, draws: int = 10_000) -> tuple[float, float]:
    """The 95 % bootstrap interval of a mean of paired differences."""
    picks = np.random.default_rng(0).integers(len(differences), size=(draws, len(differences)))
    low, high = np.percentile(differences[picks].mean(1), (2.5, 97.5))
    return float(low), float(high)


def compare(name: str, peer: str, differences: np.ndarray) -> None:
    """Print a row a measure: how much better or worse, and whether that could be chance."""
    for column, more, values in zip(COLUMNS, MORE_IS_BETTER, differences.T, strict=True):
        low, high = interval(values)
        better = low > 0 if more else high < 0
        verdict = "better" if better else ""
        print(
            f"{name} - {peer} {column:9s} {values.mean():+.4f} [{low:+.4f}, {high:+.4f}] {verdict}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=150)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--strengths", default="1,0.8,0.6")
    parser.add_argument("--stroke", type=float, default=1.0)
    parser.add_argument("--fine", type=float, default=brush.FINE)
    chosen = parser.parse_args()
    brush.FINE = chosen.fine
    hands = holding(chosen.weights)
    strengths = [float(s) for s in chosen.strengths.split(",")]
    own = {f"ours {s:g}": ours(*hands, s, chosen.stroke) for s in strengths}
    peers = {
        "copy": lambda content, _: content,
        "color transfer": judge.color_transfer,
        "MicroAST": judge.MicroAST(),
    }
    found = measure({**peers, **own}, chosen.pairs)
    print(f"after all {chosen.pairs} pairs")
    show(found)
    for name in own:
        for peer in ("MicroAST", "color transfer"):
            compare(name, peer, found[name] - found[peer])


if __name__ == "__main__":
    main()
