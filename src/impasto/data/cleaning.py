"""Cleaning: what is wrong with a collection, found and listed; nothing is deleted."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jaxtyping import Float
from torch import Tensor

from impasto.data.hashing import DISTANCE, Hashes, as_hashes, fingerprint, joined, near
from impasto.data.threads import in_order
from impasto.errors import DataError, PictureError
from impasto.picture import fit, read
from impasto.progress import OnStep, Step, Watch

TINY = 64
"""Pixels of the shorter side below which a picture is listed as tiny."""

_LOOK = 256  # longer side at which a picture is looked at
_GRAY = 0.02  # difference between a pixel's channels that nobody sees as color
_UNIFORM = 0.02  # the same for the pixels of one row
_BAR = 0.02  # share of a side that a bar at each of its ends takes at least


@dataclass(frozen=True)
class Seen:
    """What was found in one picture.

    Attributes:
        reason: Why it can't be read; empty if it can.
        sha256: Of the file's bytes.
        tiny: Its shorter side is below the limit.
        gray: It has no color.
        bordered: Bars of one color lie at two opposite sides: a letterbox, frame or mount.
        hashes: Its `fingerprint`.
    """

    reason: str = ""
    sha256: str = ""
    tiny: bool = False
    gray: bool = False
    bordered: bool = False
    hashes: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class Findings:
    """What is wrong with a collection; names are those given to `clean`.

    Attributes:
        count: Works looked at.
        broken: Names of those that can't be read, with the reason.
        tiny: With a shorter side below the limit.
        gray: Without color.
        bordered: With bars, a frame, or an empty ground at opposite sides.
        exact: Groups of the same file under several names.
        near: Groups that look the same, but are not the same file.
        sums: sha256 of every work's file, in the order given; empty where broken.
        hashes: Fingerprints in the same order, for the leak report.
    """

    count: int
    broken: tuple[tuple[str, str], ...]
    tiny: tuple[str, ...]
    gray: tuple[str, ...]
    bordered: tuple[str, ...]
    exact: tuple[tuple[str, ...], ...]
    near: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...]
    hashes: Hashes

    def summary(self) -> str:
        """Say all of it in one line."""
        counts = {
            "broken": len(self.broken),
            "tiny": len(self.tiny),
            "gray": len(self.gray),
            "with bars or borders": len(self.bordered),
            "exact duplicates": _surplus(self.exact),
            "near duplicates": _surplus(self.near),
        }
        said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
        return f"{self.count:,} works: {said or 'nothing to complain of'}"


def clean(
    paths: Sequence[Path],
    *,
    names: Sequence[str] = (),
    tiny: int = TINY,
    distance: int = DISTANCE,
    on_step: OnStep | None = None,
) -> Findings:
    """Look through a collection for pictures that would teach a network something wrong.

    Args:
        paths: The pictures' files, at least one.
        names: What they are called in the lists; their paths unless given.
        tiny: Pixels of the shorter side below which a picture is tiny.
        distance: Bits of 64 in which the fingerprints of near duplicates may differ.
        on_step: Told of each picture; returning True ends the search, and only those seen by
            then are spoken of.

    Raises:
        DataError: If there are no pictures, or not as many names.
    """
    called = tuple(names) or tuple(str(path) for path in paths)
    if not paths or len(called) != len(paths):
        raise DataError(f"expected pictures and a name for each, got {len(paths)}, {len(called)}")
    seen: list[Seen] = []
    watch = Watch(on_step)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        for found in in_order(threads, lambda path: look(path, tiny=tiny), paths):
            seen.append(found)
            if watch(Step(len(seen), len(paths), label=called[len(seen) - 1])):
                break
    return _findings(called[: len(seen)], seen, distance)


def look(path: Path, *, tiny: int = TINY) -> Seen:
    """Find out what there is to say of one picture; one that can't be read is no error."""
    try:
        picture = read(path)
        small = fit(picture.pixels, long=min(_LOOK, max(picture.size)))
    except PictureError as error:
        return Seen(reason=str(error))
    return Seen(
        sha256=picture.sha256 or "",
        tiny=min(picture.size) < tiny,
        gray=is_gray(small),
        bordered=is_bordered(small),
        hashes=fingerprint(small),
    )


def is_gray(pixels: Float[Tensor, "1 3 h w"]) -> bool:
    """Tell whether a picture has no color: 99 of 100 pixels are as gray as makes no difference."""
    spread = pixels.amax(1) - pixels.amin(1)
    return bool((spread > _GRAY).float().mean() < 0.01)


def is_bordered(pixels: Float[Tensor, "1 3 h w"]) -> bool:
    """Tell whether bars of one color lie at the top and the bottom, or at the left and the right.

    A picture that is of one color all over has none.
    """
    if float(pixels.std((0, 2, 3), correction=0).max()) < _UNIFORM:
        return False
    return _has_bars(pixels[0]) or _has_bars(pixels[0].mT)


def _has_bars(pixels: Float[Tensor, "3 h w"]) -> bool:
    thick = max(2, round(_BAR * pixels.shape[1]))
    ends = [pixels[:, :thick], pixels[:, -thick:]]
    return pixels.shape[1] > 2 * thick and all(
        float((end - end.mean((1, 2), keepdim=True)).abs().mean()) < _UNIFORM / 2 for end in ends
    )


def _findings(names: Sequence[str], seen: Sequence[Seen], distance: int) -> Findings:
    hashes = as_hashes([each.hashes for each in seen])
    sums = tuple(each.sha256 for each in seen)
    same = [(i, j) for i, j in near(hashes, distance=distance) if sums[i] != sums[j]]

    def named(groups: list[list[int]]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(names[i] for i in group) for group in groups)

    pairs = list(zip(names, seen, strict=True))
    return Findings(
        count=len(seen),
        broken=tuple((name, each.reason) for name, each in pairs if each.reason),
        tiny=tuple(name for name, each in pairs if each.tiny),
        gray=tuple(name for name, each in pairs if each.gray),
        bordered=tuple(name for name, each in pairs if each.bordered),
        exact=named(repeated(sums)),
        near=named(joined(same, len(names))),
        sums=sums,
        hashes=hashes,
    )


def repeated(sums: Sequence[str]) -> list[list[int]]:
    """Find where the same sum stands more than once; an empty one is no sum.

    Examples:
        >>> repeated(["a", "b", "a", "", ""])
        [[0, 2]]
    """
    places: dict[str, list[int]] = {}
    for i, value in enumerate(sums):
        if value:
            places.setdefault(value, []).append(i)
    return [group for group in places.values() if len(group) > 1]


def _surplus(groups: tuple[tuple[str, ...], ...]) -> int:
    return sum(len(group) - 1 for group in groups)
