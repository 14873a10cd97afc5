"""Canvases: the pages and views of a manifest, each with its picture or the reason for none."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from impasto.data.iiif.columns import columns_of
from impasto.data.iiif.nodes import Node, address, kind, node, nodes, texts
from impasto.data.iiif.service import Service, region_of, service_of
from impasto.data.iiif.words import Words, shown, words

_NOT_READ = {"image/jp2": "JPEG 2000", "image/jpx": "JPEG 2000", "application/pdf": "PDF"}
_NOT_READ |= {"image/svg+xml": "a drawing", "image/avif": "AVIF", "image/heic": "HEIC"}
_SOUNDING = {"sound": "a sound", "video": "a video", "movingimage": "a video"}
_SOUNDING |= {"text": "a text", "model": "a model in space", "physicalobject": "a thing"}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a picture comes from.

    Attributes:
        service: Its image service, or None.
        address: The picture as a file; empty if only the service has it.
        region: The part of the picture that belongs to the canvas.
    """

    service: Service | None = None
    address: str = ""
    region: str = "full"


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """A page or view of a work, as its museum describes it; nothing in it is believed or opened.

    Attributes:
        id: The name that the museum gave it.
        number: Counting from 1, over everything that was read.
        label: What it is called, such as ``1r``.
        manifest: The manifest's name.
        work: What the whole is called.
        rights: Addresses of licenses or statements of rights; its own, else the manifest's.
        attribution: What must be said wherever it is shown.
        provider: Who published it.
        metadata: Pairs of name and value; the manifest's, then its own.
        origin: Where its picture comes from, or None.
        missing: Why there is none.
        notes: What was chosen among several, or is unusual.
    """

    id: str
    number: int
    label: Words = field(default_factory=dict)
    manifest: str = ""
    work: Words = field(default_factory=dict)
    rights: tuple[str, ...] = ()
    attribution: Words = field(default_factory=dict)
    provider: Words = field(default_factory=dict)
    metadata: tuple[tuple[Words, Words], ...] = ()
    origin: Origin | None = None
    missing: str | None = None
    notes: tuple[str, ...] = ()

    def row(self, *, languages: Sequence[str] = ("en",)) -> dict[str, str | None]:
        """Write it as a row of a collection's table: what is shown, and under ``iiif`` all of it.

        What the museum says in pairs becomes columns of those names: see `columns`.

        Args:
            languages: Those that are liked, the best first.
        """
        kept = {
            "label": self.label,
            "work": self.work,
            "attribution": self.attribution,
            "provider": self.provider,
            "metadata": self.metadata,
            "notes": self.notes,
        }
        chosen = {
            "title": shown(self.work, languages=languages),
            "page": shown(self.label, languages=languages),
            "rights": "; ".join(self.rights),
            "attribution": shown(self.attribution, languages=languages),
            "provider": shown(self.provider, languages=languages),
            "canvas": self.id,
            "manifest": self.manifest,
            "iiif": json.dumps(kept, ensure_ascii=False),
        }
        told = columns_of(self.metadata, languages=languages)
        return {name: text or None for name, text in {**chosen, **told}.items()}


def canvases_of(manifest: Node, *, after: int = 0) -> Iterator[Canvas]:
    """Find all canvases of a manifest of version 2 or 3.

    Args:
        manifest: As it was published.
        after: The number of the last canvas before.
    """
    for number, one in enumerate(_canvas_nodes(manifest), after + 1):
        yield _canvas(one, manifest, address(one) or f"{address(manifest)}#{number}", number)


def _canvas_nodes(manifest: Node) -> Iterator[Node]:
    """Go through the sequences of version 2, and the items of version 3.

    A sequence after the first is another order of the same canvases; only what is new is taken.
    """
    known: set[str] = set()
    for sequence in nodes(manifest.get("sequences")):
        found = nodes(sequence.get("canvases"))
        yield from [one for one in found if address(one) not in known]
        known.update(address(one) for one in found)
    yield from (one for one in nodes(manifest.get("items")) if kind(one) in {"canvas", ""})


def _canvas(one: Node, manifest: Node, name: str, number: int) -> Canvas:
    origin, missing, notes = _picture(one)
    return Canvas(
        id=name,
        number=number,
        label=words(one.get("label")),
        manifest=address(manifest),
        work=words(manifest.get("label")),
        rights=_rights(one) or _rights(manifest),
        attribution=_attribution(one) or _attribution(manifest),
        provider=_provider(one) or _provider(manifest),
        metadata=_pairs(manifest) + _pairs(one),
        origin=origin,
        missing=missing,
        notes=tuple(notes),
    )


def _picture(canvas: Node) -> tuple[Origin | None, str | None, list[str]]:
    """Choose the picture of a canvas: the first one, and say so where there are several."""
    bodies = list(_bodies(canvas))
    notes: list[str] = []
    reasons: list[str] = []
    for body in bodies:
        found = _origin(body, notes)
        if isinstance(found, Origin):
            if len(bodies) > 1:
                notes.append(
                    f"{len(bodies)} pictures on one canvas; the first that can be is taken"
                )
            return found, None, notes
        reasons.append(found)
    if reasons:
        return None, reasons[0], notes
    return None, _why_empty(canvas), notes


def _bodies(canvas: Node) -> Iterator[Node]:
    """Go through what is painted on a canvas, in the way of version 2 and of version 3."""
    for annotation in nodes(canvas.get("images")):
        yield from nodes(annotation.get("resource") or annotation.get("body"))
    for page in nodes(canvas.get("items")):
        for annotation in nodes(page.get("items")):
            motives = texts(annotation.get("motivation")) or ["painting"]
            if any(motive.endswith("painting") for motive in motives):
                yield from nodes(annotation.get("body"))


def _why_empty(canvas: Node) -> str:
    outside = [address(page) for page in nodes(canvas.get("items")) if "items" not in page]
    if outside and outside[0]:
        return "its pictures are listed in another file, which is not read"
    return "the manifest names no picture for it"


def _origin(body: Node, notes: list[str]) -> Origin | str:
    """Find where a picture comes from, or say why it can't be had."""
    what, region = kind(body), "full"
    if what == "choice":
        return _chosen(body, notes)
    if what == "specificresource" or "source" in body or "full" in body:
        region = _part(node(body.get("selector")), notes)
        service = service_of(body)
        body = node(body.get("source") or body.get("full"))
        if service is not None:
            return Origin(service=service, address=address(body), region=region)
    if kind(body) in _SOUNDING:
        return f"it is {_SOUNDING[kind(body)]}, not a picture"
    return _plain_origin(body, region)


def _plain_origin(body: Node, region: str) -> Origin | str:
    service = service_of(body)
    found = address(body)
    form = next(iter(texts(body.get("format"))), "").lower()
    if service is not None:
        return Origin(service=service, address="" if form in _NOT_READ else found, region=region)
    if form in _NOT_READ:
        return f"it is {_NOT_READ[form]}, and no image service turns it into a JPEG"
    return Origin(address=found) if found else "its picture has no address"


def _chosen(body: Node, notes: list[str]) -> Origin | str:
    """Take the first of several views, such as in natural light and in infrared."""
    choices = [*nodes(body.get("default")), *nodes(body.get("item")), *nodes(body.get("items"))]
    if not choices:
        return "it is a choice among no pictures"
    if len(choices) > 1:
        name = shown(words(choices[0].get("label")))
        notes.append(
            f"a choice of {len(choices)} pictures; the first is taken" + (name and f": {name}")
        )
    first = choices[0]
    return "it is a choice among choices" if kind(first) == "choice" else _origin(first, notes)


def _part(selector: Node, notes: list[str]) -> str:
    region = region_of(selector)
    if region == "full" and selector and selector.get("region") != "full":
        notes.append("a part of a larger picture is meant; the whole is taken")
    return region


def _rights(one: Node) -> tuple[str, ...]:
    return tuple(texts(one.get("rights")) or texts(one.get("license")))


def _attribution(one: Node) -> Words:
    """Read what must be said: version 3 has a statement with a label, version 2 a text."""
    return words(node(one.get("requiredStatement")).get("value")) or words(one.get("attribution"))


def _provider(one: Node) -> Words:
    return words(node(one.get("provider")).get("label"))


def _pairs(one: Node) -> tuple[tuple[Words, Words], ...]:
    found = nodes(one.get("metadata"))
    return tuple((words(pair.get("label")), words(pair.get("value"))) for pair in found)
