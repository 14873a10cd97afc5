"""Measure new pictures from the patches of one: close to the source in patches, and no copy of it.

    python bench/one_picture.py [--sides 128,256] [--seeds 10] [--only hokusai,mondrian]
    python bench/one_picture.py --sheet docs/pictures/like.jpg
    python bench/one_picture.py --memory 1024,2048,4096

Prints a row for each of three seeds and for two methods that must fail, means over the works of
../shared/data/styles:

patches   patch-SWD to the source, in units of that between two random crops of half its area;
          the bar is 1.5. `noise` (the source's pixels, shuffled) must fail it.
windows   mean over 32 × 32 windows of the distance (RMS) to the nearest window of the source, in
          units of that between its halves, left and right, above and below, which share nothing;
          the bar is 0.5. `copy` must fail it. `crops` is the same in units of two random crops,
          which overlap.

Then how different the pictures of several seeds are (SSIM of the most alike pair; 1 is the same),
and the step over the edges of seamless ones beside the steps between inner neighbors.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared" / "bench"))
import judge

from impasto.creation.patches.like import create_like
from impasto.picture import Picture, fit, read, write
from impasto.report import contact_sheet, sample_photo

STYLES = Path(judge.SHARED) / "data" / "styles"
WINDOW, AT_ONCE = 32, 64
SHOWN = ("hokusai_great", "starry", "mondrian", "wheat")


def crops(source: Tensor, pairs: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Pairs of random crops, each of half the area."""
    generator = torch.Generator().manual_seed(0)
    height, width = (round(side * 0.5**0.5) for side in source.shape[-2:])

    def crop() -> Tensor:
        down, right = source.shape[-2] - height, source.shape[-1] - width
        top = int(torch.randint(down + 1, (1,), generator=generator))
        left = int(torch.randint(right + 1, (1,), generator=generator))
        return source[..., top : top + height, left : left + width]

    return ((crop(), crop()) for _ in range(pairs))


def halves(source: Tensor) -> list[tuple[Tensor, Tensor]]:
    height, width = (side // 2 for side in source.shape[-2:])
    left, right = source[..., :width], source[..., width:]
    top, bottom = source[..., :height, :], source[..., height:, :]
    return [(left, right), (right, left), (top, bottom), (bottom, top)]


def windows(made: Tensor, source: Tensor) -> float:
    """Mean distance of the windows of `made` to the nearest of the source's, at any pixel."""
    stride = max(4, min(made.shape[-2:]) // 16)
    asked = F.unfold(made, WINDOW, stride=stride)[0].T.reshape(-1, 3, WINDOW, WINDOW)
    ones = torch.ones(1, 1, WINDOW, WINDOW)
    known = F.conv2d(source.square().sum(1, keepdim=True).double(), ones.double()).flatten()
    nearest = [
        (part.square().sum((1, 2, 3), keepdim=False)[:, None] + known - 2 * products(part, source))
        .amin(1)
        .clamp_min(0)
        for part in asked.split(AT_ONCE)
    ]
    return float((torch.cat(nearest) / (3 * WINDOW**2)).sqrt().mean())


def products(part: Tensor, source: Tensor) -> Tensor:
    """Inner products of windows with those of the source at every pixel."""
    height, width = source.shape[-2:]
    seen = torch.fft.rfft2(source[0].double())
    asked = torch.fft.rfft2(part.double(), s=(height, width)).conj()
    found = torch.fft.irfft2((seen * asked).sum(1), s=(height, width))
    return found[:, : height - WINDOW + 1, : width - WINDOW + 1].flatten(1)


def noise(source: Tensor) -> Tensor:
    order = torch.randperm(source[0, 0].numel(), generator=torch.Generator().manual_seed(0))
    return source.flatten(2)[..., order].view_as(source)


def ours(source: Tensor, seed: int = 0) -> Tensor:
    return create_like(source, size=(source.shape[-1], source.shape[-2]), seed=seed)[0]


METHODS: dict[str, Callable[[Tensor], Tensor]] = {
    **{f"seed {seed}": partial(ours, seed=seed) for seed in range(3)},
    "copy": lambda source: source,
    "noise": noise,
}


def measured(source: Tensor) -> dict[str, tuple[float, ...]]:
    """Each method's patches, windows (by halves and by crops) and seconds."""
    swd = np.mean([judge.patch_swd(a, b) for a, b in crops(source, 10)])
    apart = np.mean([windows(a, b) for a, b in halves(source)])
    overlapping = np.mean([windows(a, b) for a, b in crops(source, 4)])
    rows = {}
    for name, method in METHODS.items():
        start = time.perf_counter()
        made = method(source)
        taken = time.perf_counter() - start
        far = windows(made, source)
        rows[name] = (judge.patch_swd(made, source) / swd, far / apart, far / overlapping, taken)
    return rows


def table(works: list[Path], side: int) -> None:
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in METHODS}
    for work in works:
        for name, row in measured(fit(read(work).pixels, long=side)).items():
            found[name].append(row)
        seeds = [rows[-1][:2] for name, rows in found.items() if name.startswith("seed")]
        patches, far = (
            "  ".join(f"{n:.2f}" for n in figures) for figures in zip(*seeds, strict=True)
        )
        print(f"  {work.stem:26s} patches {patches}   windows {far}", flush=True)
    for name, rows in found.items():
        swd, apart, overlapping, taken = np.mean(rows, 0)
        longest = max(row[3] for row in rows)
        print(
            f"{side:4d} px {name:6s} patches {swd:.2f} (largest {max(r[0] for r in rows):.2f})  "
            f"windows {apart:.2f} (least {min(r[1] for r in rows):.2f})  crops {overlapping:.2f}  "
            f"{taken:.2f} s (longest {longest:.2f})"
        )


def seeds(works: list[Path], side: int, count: int) -> None:
    """How alike the two pictures are that are most alike, of several seeds."""
    nearest = []
    for work in works:
        source = fit(read(work).pixels, long=side)
        made = create_like(source, size=(source.shape[-1], source.shape[-2]), count=count)
        nearest.append(max(judge.ssim(a, b) for a, b in combinations(made, 2)))
    print(f"{side:4d} px {count} seeds: SSIM of the most alike pair {max(nearest):.2f} at most")


def seamless(works: list[Path], side: int) -> None:
    """The step over the edge, and the range of the steps between inner rows or columns."""
    inside = 0
    ratios = []
    for work in works:
        source = fit(read(work).pixels, long=side)
        size = (source.shape[-1], source.shape[-2])
        made = create_like(source, size=size, tileable=True)[0]
        for axis in (-1, -2):
            steps = (made - made.roll(1, axis)).abs().mean((0, 1, -3 - axis))
            edge, inner = steps[0], steps[1:]
            inside += bool(inner.min() <= edge <= inner.max())
            ratios.append(float(edge / inner.median()))
    print(
        f"{side:4d} px seamless: within the inner range at {inside} of {2 * len(works)} edges; "
        f"{np.mean(ratios):.2f} of the median inner step, at most {max(ratios):.2f}"
    )


def sheet(path: Path) -> None:
    """Four works, three variations of each, one as a wide format: none chosen among others."""
    cells: list[Tensor] = []
    for name in SHOWN:
        work = next(p for p in sorted(STYLES.iterdir()) if name in p.stem)
        source = fit(read(work).pixels, short=256)
        width, height = source.shape[-1], source.shape[-2]
        cells += [source, *create_like(source, size=(width, height), count=3)]
        cells += create_like(source, size=(2 * height, height), seed=3, tileable=True)
    labels = ["source", "seed 0", "seed 1", "seed 2", "seed 3, 2:1, tileable"]
    page = contact_sheet(cells, columns=5, column_labels=labels, cell=256)
    print(write(Picture.from_tensor(page), path, quality=65, force=True))


def memory(side: int) -> None:
    """Peak memory and time of one large picture, in a process of its own."""
    run = [sys.executable, __file__, "--one", str(side)]
    print(subprocess.run(run, capture_output=True, text=True, check=True).stdout, end="")


def one(side: int) -> None:
    from impasto.creation.patches import limits
    from impasto.creation.patches.like import pictures, planned, settings_of

    settings = settings_of(size=(side, side), freedom=1.0, patch=7, tileable=False)
    work = planned(sample_photo(), settings=settings)
    start = time.perf_counter()
    next(pictures(work))
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{side} px: {taken:.1f} s (said {limits.seconds(work.planned):.1f}), "
        f"peak {peak / 1e9:.2f} GB (said {limits.memory(work.planned) / 1e9:.2f})"
    )


def tables(sides: str, names: list[str], count: int) -> None:
    works = [p for p in sorted(STYLES.iterdir()) if any(name in p.stem for name in names)]
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}, {len(works)} works")
    ours(fit(read(works[0]).pixels, long=64))  # what is only done once
    for side in map(int, sides.split(",")):
        table(works, side)
        seeds(works, side, count)
        seamless(works, side)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", default="128,256")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--memory")
    parser.add_argument("--one", type=int)
    chosen = parser.parse_args()
    if chosen.one:
        one(chosen.one)
    elif chosen.memory:
        for side in chosen.memory.split(","):
            memory(int(side))
    elif chosen.sheet:
        sheet(chosen.sheet)
    else:
        tables(chosen.sides, chosen.only.split(","), chosen.seeds)


if __name__ == "__main__":
    main()
