"""Time the brush beside MicroAST, both on the processor, in the same process, in turn.

    python bench/speed.py [--repeats 3] [--sizes 512x512,2048x2048,3840x2160]

Both get a photograph and a painting of 512 × 512 as tensors and return the painted tensor: reading
and writing files is left out, looking at the painting is not. Needs ../shared.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared" / "bench"))
import judge

import impasto
from impasto.picture import Picture


def ours(photo: Tensor, painting: Tensor) -> Tensor:
    return impasto.stylize(photo, Picture.from_tensor(painting))


def seconds(method: Callable[[Tensor, Tensor], Tensor], *pictures: Tensor) -> float:
    start = time.perf_counter()
    with torch.inference_mode():
        method(*pictures)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sizes", default="512x512,2048x2048,3840x2160")
    chosen = parser.parse_args()
    peer = judge.MicroAST()
    photo, painting = (judge.picture(path) for path in judge.pairs(1)[0])
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    for size in chosen.sizes.split(","):
        width, height = map(int, size.split("x"))
        large = torch.nn.functional.interpolate(photo, (height, width), mode="bicubic").clamp(0, 1)
        seconds(ours, large, painting)
        rounds = [
            (seconds(ours, large, painting), seconds(peer, large, painting))
            for _ in range(chosen.repeats)
        ]
        ratio = statistics.median(theirs / own for own, theirs in rounds)
        own, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(
            f"{size:>10s}  ours {own:6.3f} s  MicroAST {theirs:7.3f} s  {ratio:5.1f} times faster"
        )


if __name__ == "__main__":
    main()
