"""The pictures of a manifest, fetched into a folder one by one, and none of them twice."""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from impasto.data.fetch import Fetcher
from impasto.data.iiif.canvases import Canvas, Origin
from impasto.data.iiif.manifest import Manifest
from impasto.data.iiif.nodes import node
from impasto.data.iiif.service import Service, read_service
from impasto.data.iiif.words import shown
from impasto.errors import DataError, PictureError, SettingsError, printable
from impasto.picture.files import replace_atomically, reporting, sha256_of
from impasto.picture.sniff import HEAD, opened
from impasto.progress import OnStep, Step, Watch

_ENDINGS = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "TIFF": ".tif",
    "GIF": ".gif",
    "BMP": ".bmp",
}
WHOSE = 24
"""Digits of a picture's name that tell whose it is."""

_WHAT = 8  # digits that tell what is fetched of it
_STOPPED = "not fetched: stopped before it"


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A canvas, and what became of it.

    Attributes:
        canvas: As the museum describes it.
        path: Its picture, or None.
        sha256: The picture's bytes, hashed.
        address: Where it came from; empty if it was there already.
        reason: Why there is no picture.
    """

    canvas: Canvas
    path: Path | None = None
    sha256: str | None = None
    address: str = ""
    reason: str | None = None


def fetch_canvases(
    manifest: Manifest,
    folder: str | PathLike[str],
    *,
    fetcher: Fetcher | None = None,
    side: int = 1024,
    on_step: OnStep | None = None,
) -> list[Fetched]:
    """Bring the pictures of a manifest here; those that are here already are not fetched again.

    Args:
        manifest: What `read_manifest` returned.
        folder: Where they go; it is made. Their names are sums, made of nothing that could lead
            out of the folder.
        fetcher: Who fetches; one with the usual limits if not given.
        side: Pixels of the longer side that image services are asked for.
        on_step: Told of each canvas; returning True stops, and what is here stays.

    Returns:
        Every canvas in its order, with its picture or the reason for none.

    Raises:
        OutputError: If the folder can't be written.
        SettingsError: If `side` is shorter than one pixel.
    """
    here, watch = Bringing(folder, fetcher=fetcher, side=side), Watch(on_step)
    stems = stems_of(manifest.canvases, side=side)
    found: list[Fetched] = []
    for canvas, stem in zip(manifest.canvases, stems, strict=True):
        found.append(here.bring(canvas, stem))
        step = Step(len(found), len(stems), label=shown(canvas.label) or canvas.id)
        if watch(step):
            break
    rest = manifest.canvases[len(found) :]
    return found + [Fetched(canvas=canvas, reason=_STOPPED) for canvas in rest]


class Bringing:
    """Brings one canvas after the other into a folder, unless it is there already.

    Args:
        folder: Where the pictures go; it is made.
        fetcher: Who fetches; one with the usual limits if not given.
        side: As for `fetch_canvases`.

    Raises:
        OutputError: If the folder can't be made.
        SettingsError: If `side` is shorter than one pixel.
    """

    def __init__(
        self, folder: str | PathLike[str], *, fetcher: Fetcher | None = None, side: int = 1024
    ) -> None:
        if side < 1:
            raise SettingsError(f"expected a side of 1 pixel or more, got {side}")
        self.root = Path(folder)
        self.fetcher = fetcher or Fetcher()
        self.side = side
        with reporting(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            self.here = {path.stem: path for path in self.root.iterdir() if path.is_file()}

    def bring(self, canvas: Canvas, stem: str) -> Fetched:
        """Fetch the picture of a canvas; whatever is wrong with it becomes the reason.

        Args:
            canvas: Any.
            stem: What `stems_of` calls it.

        Raises:
            OutputError: If the folder can't be written.
        """
        if canvas.origin is None:
            return Fetched(canvas=canvas, reason=canvas.missing)
        try:
            if stem in self.here:
                path = self.here[stem]
                return Fetched(canvas=canvas, path=path, sha256=sha256_of(path))
            body, ending, address = self._picture(canvas.origin)
        except (DataError, PictureError) as error:
            return Fetched(canvas=canvas, reason=str(error))
        path = self.root / (stem + ending)
        with replace_atomically(path, force=True) as aside:
            aside.write_bytes(body)
        self.here[stem] = path
        digest = hashlib.sha256(body).hexdigest()
        return Fetched(canvas=canvas, path=path, sha256=digest, address=address)

    def _picture(self, origin: Origin) -> tuple[bytes, str, str]:
        """Ask the image service and, if it refuses, for the file that the manifest names, too.

        Raises:
            DataError: If neither gives it.
            PictureError: If what comes is no picture that we read.
        """
        if origin.service is None:
            return self._get(origin.address)
        try:
            service = self._described(origin.service)
            return self._get(service.address(side=self.side, region=origin.region))
        except (DataError, PictureError):
            if origin.address and origin.region == "full":
                with suppress(DataError, PictureError):
                    return self._get(origin.address)
            raise

    def _described(self, service: Service) -> Service:
        """Read a service's own description where the manifest's is too short."""
        if not service.is_vague:
            return service
        answer = self.fetcher.get(service.info, accept="application/ld+json, application/json")
        try:
            found = read_service(node(json.loads(answer.body)))
        except (ValueError, RecursionError) as error:
            raise DataError("the image service's info.json is no JSON; ask the museum") from error
        return replace(found, id=service.id, level=found.level or service.level)

    def _get(self, address: str) -> tuple[bytes, str, str]:
        answer = self.fetcher.get(address, accept="image/jpeg, image/png;q=0.9, image/*;q=0.8")
        return answer.body, _ending(answer.body, address), address


def stems_of(canvases: Iterable[Canvas], *, side: int) -> list[str]:
    """Name the pictures of canvases by sums, so that each is known again.

    The first `WHOSE` digits tell which canvas it is: its id and, where a manifest gives one id to
    several, which of them. The others tell what is fetched of it: the picture and its size.
    """
    seen: Counter[str] = Counter()
    stems = []
    for canvas in canvases:
        origin = canvas.origin or Origin()
        what = [origin.service.id if origin.service else "", origin.address, origin.region]
        nameless = not canvas.manifest and canvas.id == f"#{canvas.number}"
        whose = [canvas.id, str(seen[canvas.id]), *(what if nameless else [])]
        stems.append(_sum(whose)[:WHOSE] + _sum([*what, str(side)])[:_WHAT])
        seen[canvas.id] += 1
    return stems


def _sum(told: list[str]) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _ending(body: bytes, address: str) -> str:
    """Choose the ending of a file's name by what it is, and refuse what is no picture.

    Raises:
        PictureError: If it is none that we read.
    """
    with tempfile.TemporaryDirectory() as desk:
        start = Path(desk) / "picture"
        start.write_bytes(body[:HEAD])
        try:
            with opened(start) as (_, kind):
                return _ENDINGS[kind]
        except PictureError as error:
            reason = str(error).removeprefix(f"cannot read {printable(start)}: ")
            raise PictureError(f"cannot read {printable(address)}: {reason}") from error
