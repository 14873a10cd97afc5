"""Maps of a collection: what is alike lies close together, on a page and on a wall."""

from impasto.analysis.mapping.arranging import arrange
from impasto.analysis.mapping.keeping import load_layout, save_layout
from impasto.analysis.mapping.layout import Layout
from impasto.analysis.mapping.making import Made, map_works
from impasto.analysis.mapping.poster import draw_poster
from impasto.analysis.mapping.settings import MapSettings
from impasto.analysis.mapping.verb import Mapped, map_collection
from impasto.analysis.mapping.works import Works

__all__ = [
    "Layout",
    "Made",
    "MapSettings",
    "Mapped",
    "Works",
    "arrange",
    "draw_poster",
    "load_layout",
    "map_collection",
    "map_works",
    "save_layout",
]
