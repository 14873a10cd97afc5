"""Time the brush beside MicroAST, both on the processor, in turn, each in a process of its own.

    python bench/speed.py [--repeats 3] [--sizes 512x512,2048x2048,3840x2160]

Both get a photograph and a painting of 512 × 512 as tensors and return the painted tensor: reading
and writing files is left out, looking at the painting is not. Two processes, because Impasto tells
the allocator to keep large buffers, which would make the peer faster than it is. Needs ../shared.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median

import torch
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared" / "bench"))
import judge

import impasto
from impasto.picture import Picture


def ours(photo: Tensor, painting: Tensor) -> Tensor:
    return impasto.stylize(photo, Picture.from_tensor(painting))


def named(photo: Tensor, _: Tensor) -> Tensor:
    return impasto.stylize(photo, "great-wave")


def peer(photo: Tensor, painting: Tensor) -> Tensor:
    return microast()(photo, painting)


@cache
def microast() -> judge.MicroAST:
    return judge.MicroAST()


def seconds(method: Callable[[Tensor, Tensor], Tensor], width: int, height: int) -> float:
    photo, painting = (judge.picture(path) for path in judge.pairs(1)[0])
    large = F.interpolate(photo, (height, width), mode="bicubic").clamp(0, 1)
    with torch.inference_mode():
        start = time.perf_counter()
        method(large, painting)
        return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sizes", default="512x512,2048x2048,3840x2160")
    chosen = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as here, spawn.Pool(1) as there:
        for size in chosen.sizes.split(","):
            width, height = map(int, size.split("x"))
            rounds = [
                (
                    here.apply(seconds, (ours, width, height)),
                    here.apply(seconds, (named, width, height)),
                    there.apply(seconds, (peer, width, height)),
                )
                for _ in range(chosen.repeats + 1)
            ][1:]
            by_painting, by_name = (median(r[2] / r[i] for r in rounds) for i in (0, 1))
            own, known, theirs = (median(column) for column in zip(*rounds, strict=True))
            print(
                f"{size:>10s}  ours {own:.3f} s, named style {known:.3f} s, "
                f"MicroAST {theirs:.3f} s: {by_painting:.1f} and {by_name:.1f} times faster",
                flush=True,
            )


if __name__ == "__main__":
    main()
