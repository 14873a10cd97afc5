"""Image services: how to ask one for a picture of a sensible size, in the words that it knows."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from impasto.data.iiif.nodes import Node, address, first_of, node, nodes, number, texts

Size = tuple[int, int]

_IMAGE_API = re.compile(
    r"imageservice\d|iiif\.io/api/image|iiif/image-api|^level[012]$|iiif:imageprofile",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:imageservice|api/image/|image-api/)(\d)", re.IGNORECASE)
_LEVEL = re.compile(r"level(\d)", re.IGNORECASE)
_OLDEST = re.compile(r"image-api/compliance|image-api/1", re.IGNORECASE)
_REGION = re.compile(r"full|square|(?:pct:)?\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?){3}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A server of one picture, as far as the manifest describes it.

    Attributes:
        id: Its address, without a slash at the end.
        version: Of the Image API: 1, 2 or 3.
        level: What it can do: 0 only certain sizes, 1 any width, 2 any box; None if not said.
        width: Pixels across of the whole picture, if known.
        height: Pixels down.
        sizes: Widths and heights that it has ready.
        max_width: The widest that it gives.
        max_height: The highest.
        max_area: The most pixels.
        confined: Whether it says that it fits pictures into a box, whatever its level.
    """

    id: str
    version: int = 2
    level: int | None = None
    width: int | None = None
    height: int | None = None
    sizes: tuple[Size, ...] = ()
    max_width: int | None = None
    max_height: int | None = None
    max_area: int | None = None
    confined: bool = False

    @property
    def whole(self) -> Size | None:
        """Width and height of the whole picture, if both are known."""
        return (self.width, self.height) if self.width and self.height else None

    @property
    def is_vague(self) -> bool:
        """Whether its own description, ``info.json``, must be read before it can be asked."""
        if self.confined or (self.level or 0) >= 2:
            return False
        return not (self.whole if self.level == 1 else self.sizes)

    @property
    def info(self) -> str:
        """Where its own description lies."""
        return f"{self.id}/info.json"

    def address(self, *, side: int, region: str = "full") -> str:
        """Write the address of its picture, fitted into a square but never enlarged.

        Args:
            side: Of the square in pixels.
            region: The part of the picture, as the Image API writes it.

        Notes:
            IIIF Image API 1.1, 2.1, 3.0: `!w,h` from level 2, `w,` from level 1, at level 0 one of
            the listed sizes. The smallest listed one that fills the square, else the largest.
        """
        size = self._size(side) if region == "full" else f"!{side},{side}"
        quality = "native" if self.version == 1 else "default"
        return f"{self.id}/{region}/{size}/0/{quality}.jpg"

    def _size(self, side: int) -> str:
        if self.confined or (self.level or 0) >= 2:
            return "!{},{}".format(*self._box(side))
        if self.level == 1 and self.whole:
            return self._width(side)
        return self._listed(side) if self.sizes else self._all()

    def _box(self, side: int) -> Size:
        """Find the box that respects the server's limits and enlarges nothing."""
        most = side if self.max_area is None else min(side, math.isqrt(self.max_area))
        limits = (self.max_width, first_of((self.max_height, self.max_width)))
        width, height = (min(most, limit or most) for limit in limits)
        whole = self.whole
        return whole if whole and whole[0] <= width and whole[1] <= height else (width, height)

    def _width(self, side: int) -> str:
        """Find the width that fits the picture into the box; only level 2 can be asked for that."""
        assert self.whole is not None, "asked only where it is known"
        box, whole = self._box(side), self.whole
        factor = min(1.0, box[0] / whole[0], box[1] / whole[1])
        return f"{max(1, math.floor(whole[0] * factor))},"

    def _listed(self, side: int) -> str:
        """Choose among the sizes that it has ready."""
        enough = [size for size in self.sizes if max(size) >= side]
        width, height = min(enough) if enough else max(self.sizes)
        if (width, height) == self.whole:
            return self._all()
        return f"{width},{height}" if self.version >= 3 else f"{width},"

    def _all(self) -> str:
        return "max" if self.version >= 3 else "full"


def service_of(resource: Node) -> Service | None:
    """Find the image service of a picture; None if there is none."""
    for one in nodes(resource.get("service")):
        if address(one) and any(_IMAGE_API.search(text) for text in _described(one)):
            found = read_service(one)
            size = number(resource.get("width")), number(resource.get("height"))
            return found if found.whole else replace(found, width=size[0], height=size[1])
    return None


def read_service(one: Node) -> Service:
    """Read a service's description, from a manifest or its own ``info.json``."""
    details = [one, *(node(part) for part in nodes(one.get("profile")) if "id" not in part)]
    features = [text for part in details for text in _features(part)]
    levels = (_LEVEL.search(text) for text in texts(one.get("profile")))
    return Service(
        id=address(one).rstrip("/"),
        version=_version(one),
        level=next((int(found[1]) for found in levels if found), None),
        width=number(one.get("width")),
        height=number(one.get("height")),
        sizes=tuple(_sizes(one.get("sizes"))),
        max_width=first_of(number(part.get("maxWidth")) for part in details),
        max_height=first_of(number(part.get("maxHeight")) for part in details),
        max_area=first_of(number(part.get("maxArea")) for part in details),
        confined="sizeByConfinedWh" in features or "sizeByWh" in features,
    )


def region_of(selector: Node) -> str:
    """Read which part of a picture is meant; ``full`` if it is not said in a way that we know."""
    found = selector.get("region")
    return found if isinstance(found, str) and _REGION.fullmatch(found) else "full"


def _described(one: Node) -> list[str]:
    """Collect what tells an image service from one that logs in or searches."""
    return [
        text for key in ("type", "@type", "@context", "profile") for text in texts(one.get(key))
    ]


def _version(one: Node) -> int:
    described = _described(one)
    found = next((match for text in described if (match := _VERSION.search(text))), None)
    if found and 1 <= int(found[1]) <= 3:
        return int(found[1])
    if any(_OLDEST.search(text) for text in described):
        return 1
    return 3 if "id" in one and "@id" not in one else 2


def _features(part: Node) -> list[str]:
    return texts(part.get("supports")) + texts(part.get("extraFeatures"))


def _sizes(value: object) -> Iterable[Size]:
    for one in nodes(value):
        width, height = number(one.get("width")), number(one.get("height"))
        if width and height:
            yield width, height
