"""The pictures of a manifest, fetched into a folder one by one, and none of them twice."""

import hashlib
import json
import tempfile
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
from impasto.picture.sniff import opened
from impasto.progress import OnStep, Step, Watch

_ENDINGS = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "TIFF": ".tif",
    "GIF": ".gif",
    "BMP": ".bmp",
}
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
    if side < 1:
        raise SettingsError(f"expected a side of 1 pixel or more, got {side}")
    root, watch = Path(folder), Watch(on_step)
    with reporting(root):
        root.mkdir(parents=True, exist_ok=True)
    found: list[Fetched] = []
    with tempfile.TemporaryDirectory() as desk:
        work = _Fetching(root, Path(desk) / "picture", fetcher or Fetcher(), side)
        for done, canvas in enumerate(manifest.canvases, 1):
            found.append(work.bring(canvas))
            if watch(Step(done, len(manifest.canvases), label=shown(canvas.label) or canvas.id)):
                break
    rest = manifest.canvases[len(found) :]
    return found + [Fetched(canvas=canvas, reason=_STOPPED) for canvas in rest]


class _Fetching:
    """Brings one canvas after the other into a folder.

    Args:
        root: The folder.
        desk: A file for the picture that is looked at; outside of the folder.
        fetcher: Who fetches.
        side: As for `fetch_canvases`.
    """

    def __init__(self, root: Path, desk: Path, fetcher: Fetcher, side: int) -> None:
        self.root = root
        self.desk = desk
        self.fetcher = fetcher
        self.side = side
        self.here = {path.stem: path for path in root.iterdir() if path.is_file()}

    def bring(self, canvas: Canvas) -> Fetched:
        if canvas.origin is None:
            return Fetched(canvas=canvas, reason=canvas.missing)
        stem = _stem(canvas, canvas.origin, self.side)
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
        return answer.body, self._ending(answer.body, address), address

    def _ending(self, body: bytes, address: str) -> str:
        """Choose the ending of a file's name by what it is, and refuse what is no picture.

        Raises:
            PictureError: If it is none that we read.
        """
        self.desk.write_bytes(body)
        try:
            with opened(self.desk) as (_, kind):
                return _ENDINGS[kind]
        except PictureError as error:
            reason = str(error).removeprefix(f"cannot read {printable(self.desk)}: ")
            raise PictureError(f"cannot read {printable(address)}: {reason}") from error


def _stem(canvas: Canvas, origin: Origin, side: int) -> str:
    """Name a canvas's picture by what it is, so that it is known again."""
    service = origin.service.id if origin.service else ""
    told = json.dumps([canvas.id, service, origin.address, origin.region, side])
    return hashlib.sha256(told.encode()).hexdigest()[:24]
