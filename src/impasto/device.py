"""Where networks run, and in which precision: a GPU where there is one, else the processor."""

import ctypes
import sys
from contextlib import suppress
from functools import cache
from typing import TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)

_TRIM, _MMAP = -1, -3  # mallopt's names for the two thresholds, from malloc.h


@cache
def best_device() -> torch.device:
    """Choose the machine's fastest device."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


@cache
def best_dtype() -> torch.dtype:
    """Choose bfloat16 where the device computes with it natively, float32 elsewhere.

    A processor without the instructions emulates bfloat16, which is slower than float32.
    """
    device = best_device()
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    native = device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001
    return torch.bfloat16 if native else torch.float32


def channels_last(network: Network) -> Network:
    """Lay a network's weights out as processors and GPUs convolve them fastest; in place."""
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


@cache
def keep_buffers() -> None:
    """Let the allocator keep large buffers of the processor for the next layer.

    By default glibc gives every buffer above 32 MB back to the system as soon as it is free, and
    the next layer pays for fresh pages, one fault each 4 kB. Here it keeps those up to 128 MB;
    larger ones still go. Without glibc nothing happens.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_MMAP, 1 << 27)
            mallopt(_TRIM, 1 << 28)
