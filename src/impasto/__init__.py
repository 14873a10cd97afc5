"""Impasto: a deep-learning studio for art that runs on your own computer.

The verbs are functions of this package, loaded when they are first used, so that importing it costs
nothing. The rooms behind them are folders with other names.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from impasto.version import __version__

if TYPE_CHECKING:
    from impasto import picture as picture
    from impasto.analysis.collection import add as add_works
    from impasto.analysis.collection import clusters, duplicates, search
    from impasto.analysis.mapping.verb import map_collection
    from impasto.analysis.single.analyze import analyze
    from impasto.creation.collection.inspecting import create_inspect
    from impasto.creation.collection.sample import create_sample
    from impasto.creation.collection.train import create_train
    from impasto.creation.patches.like import create_like
    from impasto.creation.pen.draw import create_draw
    from impasto.creation.pen.train import create_train_pen
    from impasto.creation.texture.grow import create_grow
    from impasto.creation.texture.learn import create_texture
    from impasto.errors import ImpastoError
    from impasto.jobs.again import again
    from impasto.jobs.embedding import embed
    from impasto.learning.compare import compare
    from impasto.learning.explain import explain
    from impasto.learning.predict import predict
    from impasto.learning.testing import test
    from impasto.learning.train import resume, train
    from impasto.picture import Picture
    from impasto.styling.files import stylize_file
    from impasto.styling.invent import invent as invent_style
    from impasto.styling.library import add as add_style
    from impasto.styling.sheets import sweep, walk
    from impasto.styling.stylize import stylize

_HOMES = {
    "ImpastoError": ("impasto.errors", "ImpastoError"),
    "Picture": ("impasto.picture", "Picture"),
    "add_style": ("impasto.styling.library", "add"),
    "add_works": ("impasto.analysis.collection", "add"),
    "again": ("impasto.jobs.again", "again"),
    "analyze": ("impasto.analysis.single.analyze", "analyze"),
    "clusters": ("impasto.analysis.collection", "clusters"),
    "compare": ("impasto.learning.compare", "compare"),
    "create_draw": ("impasto.creation.pen.draw", "create_draw"),
    "create_grow": ("impasto.creation.texture.grow", "create_grow"),
    "create_inspect": ("impasto.creation.collection.inspecting", "create_inspect"),
    "create_like": ("impasto.creation.patches.like", "create_like"),
    "create_sample": ("impasto.creation.collection.sample", "create_sample"),
    "create_texture": ("impasto.creation.texture.learn", "create_texture"),
    "create_train": ("impasto.creation.collection.train", "create_train"),
    "create_train_pen": ("impasto.creation.pen.train", "create_train_pen"),
    "duplicates": ("impasto.analysis.collection", "duplicates"),
    "embed": ("impasto.jobs.embedding", "embed"),
    "explain": ("impasto.learning.explain", "explain"),
    "invent_style": ("impasto.styling.invent", "invent"),
    "map_collection": ("impasto.analysis.mapping.verb", "map_collection"),
    "predict": ("impasto.learning.predict", "predict"),
    "resume": ("impasto.learning.train", "resume"),
    "search": ("impasto.analysis.collection", "search"),
    "stylize": ("impasto.styling.stylize", "stylize"),
    "stylize_file": ("impasto.styling.files", "stylize_file"),
    "sweep": ("impasto.styling.sheets", "sweep"),
    "test": ("impasto.learning.testing", "test"),
    "train": ("impasto.learning.train", "train"),
    "walk": ("impasto.styling.sheets", "walk"),
}

__all__ = [
    "ImpastoError",
    "Picture",
    "__version__",
    "add_style",
    "add_works",
    "again",
    "analyze",
    "clusters",
    "compare",
    "create_draw",
    "create_grow",
    "create_inspect",
    "create_like",
    "create_sample",
    "create_texture",
    "create_train",
    "create_train_pen",
    "duplicates",
    "embed",
    "explain",
    "invent_style",
    "map_collection",
    "predict",
    "resume",
    "search",
    "stylize",
    "stylize_file",
    "sweep",
    "test",
    "train",
    "walk",
]


def __getattr__(name: str) -> object:
    """Load a verb when it is first asked for."""
    if name == "picture":
        return import_module("impasto.picture")
    if name not in _HOMES:
        raise AttributeError(f"module 'impasto' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    """List the verbs, the unloaded ones too."""
    return sorted(__all__)
