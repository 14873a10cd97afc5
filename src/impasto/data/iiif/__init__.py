"""IIIF: how museums publish their pictures, page by page, with labels and rights."""

from impasto.data.iiif.canvases import Canvas, Origin
from impasto.data.iiif.fetching import WHOSE, Bringing, Fetched, fetch_canvases, stems_of
from impasto.data.iiif.manifest import Manifest, Skipped, read_manifest
from impasto.data.iiif.service import Service
from impasto.data.iiif.words import Words, shown, words

__all__ = [
    "WHOSE",
    "Bringing",
    "Canvas",
    "Fetched",
    "Manifest",
    "Origin",
    "Service",
    "Skipped",
    "Words",
    "fetch_canvases",
    "read_manifest",
    "shown",
    "stems_of",
    "words",
]
