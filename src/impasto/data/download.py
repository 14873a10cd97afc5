"""The one set that we fetch from elsewhere: MNIST, checked byte by byte before it is believed."""

import gzip
import hashlib
import http.client
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from urllib.request import Request, urlopen

import platformdirs

from impasto.data.idx import MNIST
from impasto.errors import DataError, printable
from impasto.picture.files import replace_atomically, reporting
from impasto.progress import OnStep, Step

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""Where the four files lie; LeCun's own page asks for a password by now."""

# sha256 of what is in each file; of the packing there are several.
_SHA256 = {
    MNIST[0]: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    MNIST[1]: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    MNIST[2]: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    MNIST[3]: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
_LARGEST = 1 << 26  # bytes of a file, packed and unpacked
_PATIENCE = 30.0  # seconds without a byte


def mnist_folder() -> Path:
    """Where the digits are kept for the next time; the variable IMPASTO_HOME moves it."""
    home = os.environ.get("IMPASTO_HOME")
    return Path(home or platformdirs.user_cache_dir("impasto", appauthor=False)) / "mnist"


def fetch_mnist(
    folder: str | Path, *, mirrors: Sequence[str] = MIRRORS, on_step: OnStep | None = None
) -> Path:
    """Bring the handwritten digits here: four files, 11 MB in all.

    Args:
        folder: Where they go; it is made. Files that are there and whole are not fetched again.
        mirrors: Addresses to try, one after the other.
        on_step: Told of each file; returning True stops, and what is here stays.

    Returns:
        The folder, for `mnist`.

    Raises:
        DataError: If a file can't be had from anywhere; says how to give it by hand.
        OutputError: If it can't be written.
    """
    root = Path(folder)
    with reporting(root):
        root.mkdir(parents=True, exist_ok=True)
    for done, name in enumerate(MNIST, 1):
        path = root / f"{name}.gz"
        if not (path.is_file() and _is_good(name, path.read_bytes())):
            data = _fetch(name, mirrors)
            with replace_atomically(path, force=True) as aside:
                aside.write_bytes(data)
        if on_step is not None and on_step(Step(done, len(MNIST), label=path.name)) is True:
            break
    return root


def _fetch(name: str, mirrors: Sequence[str]) -> bytes:
    reason = "no address is known"
    for mirror in mirrors:
        address = f"{mirror.rstrip('/')}/{name}.gz"
        try:
            data = _download(address)
        except (OSError, http.client.HTTPException) as error:
            reason = printable(error, limit=100)
            continue
        if _is_good(name, data):
            return data
        reason = "the bytes that came are not those expected"
    raise DataError(
        f"{name}.gz can't be downloaded ({reason}); without a network, put the four files "
        f"{', '.join(MNIST)} (.gz) into a folder and give it with --data FOLDER"
    )


def _download(address: str) -> bytes:
    request = Request(address, headers={"User-Agent": "impasto"})  # noqa: S310  ours, not a user's
    with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  and what comes is hashed
        data: bytes = answer.read(_LARGEST)
    return data


def _is_good(name: str, data: bytes) -> bool:
    """Compare what is in the packed file, which is never unpacked beyond a limit."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(data, _LARGEST)
    except (zlib.error, gzip.BadGzipFile):
        return False
    return unpacker.eof and hashlib.sha256(plain).hexdigest() == _SHA256[name]
