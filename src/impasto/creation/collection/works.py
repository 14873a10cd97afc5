"""The works that a generator learns from: read once, without duplicates, some of them held out."""

import hashlib
import shlex
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from impasto.creation.collection.settings import GeneratorSettings
from impasto.data.collection import SUFFIXES, Collection, read_collection
from impasto.data.decoding import Failures, decoded
from impasto.data.hashing import as_hashes, fingerprint, joined, near
from impasto.data.sketches import ENDINGS
from impasto.data.splits import folds
from impasto.errors import DataError, printable
from impasto.jobs.embedding import prepared, see
from impasto.metrics.copying import CopyTest, Seen, all_apart, correlation, nearest
from impasto.progress import OnStep, Watch

LEAST, ENOUGH = 15, 30
"""Different works that are needed, and from which on it begins to be worth it."""

FOLDS = 5
"""Parts of the works: one is held out, and each tells how near real works lie to the others."""

SAME = 0.85
"""Correlation of details from which on two works with the same fingerprint are duplicates."""

MOST = 1000
"""Works that say how near real works lie to each other, at most."""


@dataclass(frozen=True, eq=False)
class Works:
    """A collection made ready.

    Attributes:
        names: Of the different works, below the collection's folder.
        pixels: All of them.
        fold: The part that each belongs to; those of part 0 are held out.
        failures: Files that can't be read, and why.
        duplicates: Names of works that were left out, and whose duplicates they are.
    """

    names: tuple[str, ...]
    pixels: UInt8[Tensor, "n 3 s s"]
    fold: Int64[Tensor, " n"]
    failures: Failures
    duplicates: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def learned(self) -> Int64[Tensor, " m"]:
        """Numbers of the works to learn from."""
        return torch.nonzero(self.fold != 0)[:, 0]

    @property
    def held(self) -> Int64[Tensor, " k"]:
        """Numbers of those held out."""
        return torch.nonzero(self.fold == 0)[:, 0]

    @property
    def sum(self) -> str:
        """SHA-256 of all that is learned from, to tell whether works have changed."""
        found = hashlib.sha256("\0".join(self.names).encode("utf-8", "surrogatepass"))
        found.update(self.pixels.numpy().tobytes())
        return found.hexdigest()

    def lines(self) -> list[str]:
        """Say what was found."""
        said = [f"{name} can't be used: {printable(why)}" for name, why in self.failures]
        said += [f"{name} is left out: it is {other} once more" for name, other in self.duplicates]
        few = f"; from {ENOUGH} on it begins to be worth it" if len(self) < ENOUGH else ""
        told = f"{len(self.learned)} works to learn from, {len(self.held)} held out to judge by"
        return [*said, told + few]


def collected(source: str | Path) -> Collection:
    """Find the works; nothing is decoded yet.

    Raises:
        DataError: As `read_collection` does; of drawings it says how they are learned.
    """
    try:
        return read_collection(source)
    except DataError as error:
        place = Path(source)
        if _holds_drawings(place):
            many = place.parent if place.suffix.lower() == ".svg" else place  # one is too few
            raise DataError(
                f"{printable(source)} holds drawings, not pictures; a pen learns them: impasto "
                f"create train --strokes {shlex.quote(printable(many))}"
            ) from error
        raise


def _holds_drawings(place: Path) -> bool:
    """Tell whether there are files of drawings and none of pictures."""
    try:
        kinds = {path.suffix.lower() for path in (place, *place.rglob("*")) if path.is_file()}
    except (OSError, ValueError):  # no name that a file could have
        return False
    return not kinds.isdisjoint(ENDINGS) and kinds.isdisjoint(SUFFIXES)


def gather(
    source: str | Path, settings: GeneratorSettings, *, cache: Path, on_step: OnStep | None = None
) -> Works:
    """Read a collection, leave out what is there twice, and hold a fifth of it out.

    Args:
        source: A folder or a table of pictures.
        settings: Size, shape, and the seed that chooses what is held out.
        cache: Where decoded pictures are kept.
        on_step: Told of each picture that is read.

    Raises:
        DataError: If there are too few different works that can be read.
        OutputError: If the cache can't be written.
    """
    collection, watch = collected(source), Watch(on_step)
    found = decoded(
        collection.paths, size=settings.size, folder=cache, shape=settings.shape, on_step=watch
    )
    if watch.stopped:
        raise DataError("stopped while works were read; nothing was learned yet")
    names = [collection.names[i] for i in found.kept(collection.paths)]
    pixels = found.pictures.clone()
    kept, twins = _different(pixels)
    failures = [(path.relative_to(collection.root), why) for path, why in found.failures]
    _check_enough(len(kept), files=len(collection), failed=len(failures), twins=len(twins))
    chosen = tuple(names[i] for i in kept)
    fold = torch.zeros(len(kept), dtype=torch.long)
    for number, (_, part) in enumerate(folds(chosen, count=FOLDS, seed=settings.seed)):
        fold[part] = number
    pairs = tuple((names[i], names[j]) for i, j in twins)
    return Works(chosen, pixels[kept], fold, failures, pairs)


def _check_enough(kept: int, *, files: int, failed: int, twins: int) -> None:
    """Refuse a collection that is none."""
    if kept >= LEAST:
        return
    lost = [f"{n} {word}" for n, word in ((failed, "can't be read"), (twins, "duplicates")) if n]
    of = f" (of {files} files: {', '.join(lost)})" if lost else ""
    raise DataError(
        f"expected at least {LEAST} different works to learn from, better {ENOUGH} or more; got "
        f"{kept}{of}; add works"
    )


def _different(
    pixels: UInt8[Tensor, "n 3 s s"],
) -> tuple[list[int], list[tuple[int, int]]]:
    """Part works from those that are there once more: the first of each kind is kept."""
    groups = joined(_same(pixels), len(pixels))
    twins = [(other, group[0]) for group in groups for other in group[1:]]
    lost = {other for other, _ in twins}
    return [i for i in range(len(pixels)) if i not in lost], twins


def _same(pixels: UInt8[Tensor, "n 3 s s"]) -> list[tuple[int, int]]:
    """Find pairs that show the same: equal in every pixel, or in fingerprint and details."""
    first: dict[bytes, int] = {}
    equal = [
        (before, i)
        for i, picture in enumerate(pixels)
        if (before := first.setdefault(hashlib.sha256(picture.numpy()).digest(), i)) != i
    ]
    hashes = as_hashes([fingerprint(picture[None].float() / 255) for picture in pixels])
    likely = near(hashes)
    return equal + [(i, j) for i, j in likely if _alike(pixels, i, j) >= SAME]


def _alike(pixels: UInt8[Tensor, "n 3 s s"], i: int, j: int) -> float:
    return correlation(pixels[i : i + 1], pixels[j : j + 1]).item()


def eyes(pixels: UInt8[Tensor, "n 3 s s"]) -> Float[Tensor, "n d"]:
    """See pictures as the eye does, each brought to the size that it likes."""
    return see(prepared(picture.float() / 255) for picture in pixels)


def seen(pixels: UInt8[Tensor, "n 3 s s"]) -> Seen:
    """See works as they are and mirrored, to look for them."""
    return Seen(torch.stack([eyes(pixels), eyes(pixels.flip(3))], 1), pixels)


def copy_test(works: Seen, fold: Int64[Tensor, " n"]) -> CopyTest:
    """Learn how near real works lie to others: each to those of the other folds."""
    few = torch.linspace(0, len(works) - 1, min(len(works), MOST)).long()
    return CopyTest(nearest(works.take(few), works, apart=all_apart(fold[few], fold)))
