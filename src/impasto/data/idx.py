"""IDX files: how the handwritten digits of MNIST, and many sets after it, are kept."""

import gzip
import io
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from impasto.data.examples import Examples
from impasto.errors import DataError, printable

MNIST = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""Names of the four files, each of which may be packed (``.gz``)."""

_LARGEST = 1 << 30  # bytes of a file, unpacked
_BYTES = 0x08  # the type of data that we read
_GZIP = b"\x1f\x8b"


def read_idx(path: Path, *, most: int = _LARGEST) -> UInt8[Tensor, "*shape"]:
    """Read an array of bytes, as digits and their labels are kept in.

    Args:
        path: The file, plain or packed with gzip, whatever its name.
        most: Largest number of bytes that it may hold.

    Raises:
        DataError: If it can't be read, is no IDX file of unsigned bytes, claims to be larger than
            `most`, or is shorter or longer than it claims.

    Notes:
        Two zero bytes, the type, the number of dimensions, each as a big-endian uint32, the data:
        LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
    """
    with _opened(path) as file:
        shape = _shape(path, file)
        size = math.prod(shape)
        if size > most:
            raise DataError(
                f"{printable(path)} claims {size:,} bytes, and the limit is {most:,}; is it broken?"
            )
        data = file.read(size + 1)
    if len(data) != size:
        came = f"{len(data):,}" if len(data) < size else "more"
        raise DataError(
            f"{printable(path)} should hold {size:,} bytes, got {came}; copy or download it again"
        )
    return torch.from_numpy(np.frombuffer(data, np.uint8).reshape(shape).copy())


def mnist(folder: str | Path) -> tuple[Examples, Examples]:
    """Read handwritten digits: those to learn from and those to test on.

    Args:
        folder: Holds the four files of `MNIST`, plain or packed.

    Returns:
        60,000 and 10,000 examples of ``(1, 28, 28)`` in the original; other sets in the same
        files (Fashion-MNIST, KMNIST) are read as well.

    Raises:
        DataError: If files are missing, broken, or don't fit each other.
    """
    root = Path(folder)
    found = {name: _find(root, name) for name in MNIST}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise DataError(
            f"{printable(root)} lacks {', '.join(missing)}; expected the four files "
            f"{', '.join(MNIST)}, each may end in .gz: give their folder with --data FOLDER"
        )
    files = [path for path in found.values() if path is not None]
    return _examples("train", *files[:2]), _examples("test", *files[2:])


def _find(folder: Path, name: str) -> Path | None:
    """Find a file under one of the names that it goes by."""
    dotted = name.replace("-idx", ".idx")
    known = (name, f"{name}.gz", dotted, f"{dotted}.gz")
    return next((folder / each for each in known if (folder / each).is_file()), None)


def _examples(prefix: str, images: Path, labels: Path) -> Examples:
    inputs, targets = read_idx(images), read_idx(labels).long()
    if inputs.shape[1:] != (28, 28) or not len(inputs):
        raise DataError(
            f"expected pictures of 28 × 28 in {printable(images)}, got {tuple(inputs.shape)}"
        )
    if targets.shape != inputs.shape[:1]:
        raise DataError(
            f"expected {len(inputs):,} labels in {printable(labels)}, got {tuple(targets.shape)}; "
            "do the files belong together?"
        )
    if targets.max() > 9:
        raise DataError(f"expected labels 0 to 9 in {printable(labels)}, got {targets.max()}")
    names = tuple(f"{prefix}/{i}" for i in range(len(inputs)))
    return Examples(names, inputs[:, None], targets, tuple("0123456789"))


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedIOBase]:
    """Open a file, unpacking it as it is read, and name it in whatever goes wrong."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield unpacked
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{printable(path)} is broken or incomplete; copy or download it again"
        ) from error
    except (OSError, ValueError) as error:
        raise DataError(f"{printable(path)} can't be read ({printable(error)})") from error


def _shape(path: Path, file: io.BufferedIOBase) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or not 1 <= magic[3] <= 4:
        raise DataError(f"{printable(path)} is no IDX file; expected it to begin with 0, 0, 8")
    if magic[2] != _BYTES:
        raise DataError(
            f"expected unsigned bytes (type 8) in {printable(path)}, got type {magic[2]}"
        )
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{printable(path)} ends within its header; copy or download it again")
    return struct.unpack(f">{magic[3]}I", sizes)
