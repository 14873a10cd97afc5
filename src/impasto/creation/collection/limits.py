"""What a training takes of the machine's memory, said before the work begins."""

from impasto.creation.collection.method import Method
from impasto.jobs.memory import check_fits

_BASE = 900_000_000
"""Bytes of torch, the eye, the network, its average and its momenta."""

_COMPARED = 64 * 49 * 3 * 26 * 26 * 4 * 2
"""Bytes of the pictures that are compared with the works at a time, in all their places."""


def memory(method: Method, *, size: int, batch: int, works: int) -> int:
    """Bytes that a training takes at its peak."""
    known = works * (3 * size**2 + 2 * 3 * 26 * 26 * 4 + 64 * 49 * 2 * 4)
    return _BASE + method.memory * batch * size**2 + _COMPARED + known


def check_memory(method: Method, *, size: int, batch: int, works: int) -> None:
    """Refuse a training that doesn't fit this machine.

    Raises:
        SettingsError: If it needs more memory than it may take.
    """
    needed = memory(method, size=size, batch=batch, works=works)
    asked = f"{size} pixels in batches of {batch}"
    check_fits(asked, needed, smaller="a smaller size or batch")
