"""What the teacher of the eye sees in many views of the pictures, computed once and kept.

Views are square cuts, some mirrored. They lie in one file: which picture, which cut, and the
teacher's 1,280 numbers; whoever learns from it cuts the same squares.
"""

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float16, Int64, UInt8
from safetensors.torch import load_file, save
from torch import Tensor

from impasto.data.threads import in_order
from impasto.picture.files import replace_atomically

SIDE = 224
"""Pixels the teacher looks at, in a square."""

POOLED = "MobilenetV2/Logits/AvgPool"
"""The teacher's last numbers before it names an object."""


class Teacher:
    """MobileNetV2 as published for ImageNet, in whole numbers: 1,280 of them a picture.

    Args:
        path: Its tflite file, which ``ai-edge-litert`` runs.

    Notes:
        Sandler et al. 2018, arXiv:1801.04381; quantized as in Jacob et al. 2017, arXiv:1712.05877.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.mine = path, local()

    def __call__(self, view: UInt8[Tensor, "3 224 224"]) -> Float16[Tensor, " 1280"]:
        """Look at one view; several threads may look at a time."""
        interpreter, given, pooled = self.interpreter()
        interpreter.set_tensor(given, view.permute(1, 2, 0)[None].numpy())
        interpreter.invoke()
        scale, zero = interpreter.get_tensor_details()[pooled]["quantization"]
        found = interpreter.get_tensor(pooled).reshape(-1).astype(np.float32)
        return torch.from_numpy((found - zero) * scale).half()

    def interpreter(self) -> tuple[Any, int, int]:
        """Return this thread's own interpreter, and its two tensors' numbers."""
        if not hasattr(self.mine, "found"):
            from ai_edge_litert.interpreter import Interpreter

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns that inner tensors cost memory
                made = Interpreter(
                    str(self.path), num_threads=1, experimental_preserve_all_tensors=True
                )
            made.allocate_tensors()
            given = made.get_input_details()[0]["index"]
            (pooled,) = (t["index"] for t in made.get_tensor_details() if t["name"] == POOLED)
            self.mine.found = made, given, pooled
        found: tuple[Any, int, int] = self.mine.found
        return found


def resize(
    picture: UInt8[Tensor, "3 _ _"], height: int, width: int
) -> UInt8[Tensor, "3 {height} {width}"]:
    """Bring a picture to a size, smoothed so that nothing flickers; bytes stay bytes."""
    return F.interpolate(picture[None], (height, width), mode="bilinear", antialias=True)[0]


def cut(
    picture: UInt8[Tensor, "3 _ _"], box: Int64[Tensor, " 4"], size: int
) -> UInt8[Tensor, "3 {size} {size}"]:
    """Cut a square out and bring it to `size` pixels; a box is top, left, side, and mirrored."""
    top, left, side, mirrored = box.tolist()
    view = resize(picture[:, top : top + side, left : left + side], size, size)
    return view.flip(2) if mirrored else view


def center(picture: UInt8[Tensor, "3 h w"]) -> Int64[Tensor, " 4"]:
    """The largest square in the middle of a picture."""
    height, width = picture.shape[1:]
    side = min(height, width)
    return torch.tensor([(height - side) // 2, (width - side) // 2, side, 0])


def random_box(
    picture: UInt8[Tensor, "3 h w"], *, generator: torch.Generator, least: float = 0.35
) -> Int64[Tensor, " 4"]:
    """A random square of a picture, of at least so large a share of its largest square."""
    area, top, left, mirrored = torch.rand(4, generator=generator).tolist()
    height, width = picture.shape[1:]
    side = round(min(height, width) * (least + (1 - least) * area) ** 0.5)
    y, x = round(top * (height - side)), round(left * (width - side))
    return torch.tensor([y, x, side, int(mirrored < 0.5)])


@dataclass(frozen=True, eq=False)
class Views:
    """Views and what the teacher saw in them.

    Attributes:
        pictures: Which picture each is of.
        boxes: Top, left, side in pixels, and whether mirrored.
        seen: The teacher's numbers.
    """

    pictures: Int64[Tensor, " v"]
    boxes: Int64[Tensor, "v 4"]
    seen: Float16[Tensor, "v 1280"]

    @classmethod
    def load(cls, path: Path) -> "Views":
        """Read views that `save` wrote."""
        return cls(**load_file(path))

    def save(self, path: Path) -> None:
        """Write the views aside and rename the file."""
        with replace_atomically(path, force=True) as aside:
            aside.write_bytes(save(vars(self)))

    def first(self, count: int) -> "Views":
        """Return so many of them, from the first on."""
        return Views(*(value[:count] for value in vars(self).values()))

    def __add__(self, other: "Views") -> "Views":
        pairs = zip(vars(self).items(), vars(other).values(), strict=True)
        return Views(**{name: torch.cat([ours, theirs]) for (name, ours), theirs in pairs})


def look_again(
    teacher: Teacher,
    pictures: Sequence[UInt8[Tensor, "3 _ _"]],
    chosen: Sequence[int],
    number: int,
) -> Views:
    """Let the teacher look at a square of each of the chosen pictures.

    Args:
        teacher: Who looks.
        pictures: All of them.
        chosen: At which to look.
        number: 0 for the middle of each; any other number, for random squares of its own.
    """
    generator = torch.Generator().manual_seed(number)
    boxes = [
        random_box(pictures[i], generator=generator) if number else center(pictures[i])
        for i in chosen
    ]
    squares = (cut(pictures[i], box, SIDE) for i, box in zip(chosen, boxes, strict=True))
    with ThreadPoolExecutor(2) as threads:
        seen = list(in_order(threads, teacher, squares))
    return Views(torch.tensor(chosen), torch.stack(boxes), torch.stack(seen))
