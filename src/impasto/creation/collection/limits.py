"""What a training takes of the machine's memory, said before the work begins."""

from impasto.creation.collection.settings import GeneratorSettings
from impasto.jobs.memory import check_fits

_BASE = 900_000_000
"""Bytes of torch, the eye, the network, its average and its momenta."""

_LEARNED = 4_000
"""Bytes that a pixel of a batch takes while it is learned from."""

_COMPARED = 64 * 49 * 3 * 26 * 26 * 4 * 2
"""Bytes of the pictures that are compared with the works at a time, in all their places."""


def check_memory(settings: GeneratorSettings, works: int) -> None:
    """Refuse a training that doesn't fit this machine.

    Raises:
        SettingsError: If it needs more memory than it may take.
    """
    size, batch = settings.size, min(settings.batch, works)
    known = works * (3 * size**2 + 2 * 3 * 26 * 26 * 4 + 64 * 49 * 2 * 4)
    needed = _BASE + _LEARNED * batch * size**2 + _COMPARED + known
    asked = f"{size} pixels in batches of {batch}"
    check_fits(asked, needed, smaller="a smaller size or batch")
