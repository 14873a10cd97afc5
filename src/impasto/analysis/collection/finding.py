"""The verb `search`: the works of a collection like a picture, of a color, or as words say."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from jaxtyping import Float, Int
from PIL import ImageColor
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from torch import Tensor

from impasto.analysis.collection.adding import check_eye
from impasto.analysis.collection.filters import parse
from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.indexing import COLUMN, EXACT
from impasto.analysis.collection.labels import Value
from impasto.analysis.collection.places import AnyHome
from impasto.analysis.collection.seeing import Sight, as_lab, the_sight
from impasto.analysis.collection.store import Vectors
from impasto.analysis.collection.texts import describe
from impasto.errors import SettingsError, printable
from impasto.jobs.embedding import prepared
from impasto.picture import AnyPicture, Picture, as_picture
from impasto.progress import OnStep
from impasto.settings import checked

Scores = Float[np.ndarray, " n"]
Box = tuple[int, int, int, int]

NEAR = 20.0
"""Distance in CIELAB at which a color counts six tenths of what the same color does."""

_CELLS = 64  # of the index that are searched; more find more and take longer


def _box(value: object) -> object:
    """Read ``x,y,w,h``."""
    if not isinstance(value, str):
        return value
    parts = value.split(",")
    if len(parts) == 4 and all(re.fullmatch(r"\s*\d{1,9}\s*", part) for part in parts):
        return tuple(int(part) for part in parts)
    raise ValueError("four whole numbers are needed, with commas between them")


class SearchSettings(BaseModel):
    """What to look for; one record for Python and the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    crop: Annotated[
        Box | None,
        BeforeValidator(_box),
        Field(description="Look for this part of the picture only: x,y,w,h in its pixels."),
    ] = None
    color: Annotated[
        str | None, Field(description='Works that hold a color, such as "#1f3a5f" or navy.')
    ] = None
    text: Annotated[
        str | None,
        Field(
            description='Works that words describe, such as "a storm at sea"; needs the extra hub.'
        ),
    ] = None
    model: Annotated[
        str | None,
        Field(description="Which model reads the words: a CLIP of huggingface.co, or its folder."),
    ] = None
    where: Annotated[
        str | None, Field(description="Only works that meet a condition, such as year < 1900.")
    ] = None
    top: Annotated[int, Field(description="How many works to show.", ge=1, le=1000)] = 20


@dataclass(frozen=True)
class Hit:
    """A work that was found.

    Attributes:
        path: Where it lies.
        id: SHA-256 of its file.
        score: How well it fits; 1 is best. The cosine of two pictures' vectors, the share of a
            color, or the mean of both; the cosine of words and a picture, which is small even
            where they fit well; 0 where only a condition was asked for.
        labels: What is known of it.
    """

    path: Path
    id: str
    score: float
    labels: Mapping[str, Value]


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        hits: The best first.
        works: Works in the collection.
        among: Works that met the condition, all if there was none.
        exact: Whether each of them was compared; an index may miss one.
        unseen: Works of the collection that the model of words could not look at: their files are
            gone, changed or broken, or it was stopped before.
    """

    hits: tuple[Hit, ...]
    works: int
    among: int
    exact: bool = True
    unseen: int = 0


def search(
    name: str | os.PathLike[str],
    *,
    like: AnyPicture | Tensor | None = None,
    crop: str | Box | None = None,
    color: str | None = None,
    text: str | None = None,
    model: str | None = None,
    where: str | None = None,
    top: int = 20,
    home: AnyHome = None,
    sight: Sight | None = None,
    on_step: OnStep | None = None,
) -> Found:
    """Find works: like a picture or a part of one, of a color, as words say, of some labels.

    Args:
        name: The collection's.
        like: A picture; the works most like it come first.
        crop: ``(x, y, w, h)`` in pixels: only this part of the picture is looked for.
        color: ``#rrggbb`` or a name of CSS; works with much of it come first.
        text: Words, such as ``a storm at sea``, in the model's language; needs the extra ``hub``.
        model: Which model reads them: a CLIP of the Hugging Face hub that is on this computer, by
            its name, or a folder with its files. The first time it looks at all works, and later
            only at new ones.
        where: A condition on labels, such as ``year < 1900 and artist contains 'monet'``; the
            grammar stands in `filters`.
        top: How many works at most.
        home: Where collections with a name are kept.
        sight: What looks at the picture; the eye that ships unless given.
        on_step: Told of each work that the model of words looks at; returning True searches among
            those that it has looked at.

    Raises:
        DataError: If there is no such collection, or another eye saw it.
        WeightsError: If the model of words is not on this computer.
        PictureError: If the picture can't be read.
        SettingsError: If a value is out of its range, or nothing was asked for.
    """
    settings = settings_from(crop=crop, color=color, text=text, model=model, where=where, top=top)
    _check(settings, pictured=like is not None)
    if settings.text is not None:
        return by_words(open_gallery(name, home=home), settings, on_step)
    query = None
    if like is not None:
        sight = sight or the_sight()
        query = sight.see([prepared(part(as_picture(like), settings.crop))])[0].float().numpy()
    lab = None if color is None else as_lab(read_color(color))
    gallery = open_gallery(name, home=home)
    if sight is not None:
        check_eye(gallery.store, sight, name)
    chosen = choose(gallery, settings.where)
    if settings.where is None and lab is None and query is not None and len(gallery) > EXACT:
        return by_index(gallery, query, settings.top)
    scores = score(gallery, chosen, query, lab)
    best = nearest(scores, settings.top)
    hits = tuple(_hit(gallery, int(chosen[i]), float(scores[i])) for i in best)
    return Found(hits, len(gallery), len(chosen))


def _check(settings: SearchSettings, *, pictured: bool) -> None:
    """Take only what can be asked together."""
    asked = (settings.color, settings.text, settings.where)
    if not pictured and all(each is None for each in asked):
        raise SettingsError(
            "say what to look for: a picture (--like), a --color, words (--text), or --where"
        )
    if not pictured and settings.crop is not None:
        raise SettingsError("a crop is a part of a picture; name the picture with --like")
    if settings.text is None and settings.model is not None:
        raise SettingsError("the model reads words; name them with --text")
    if settings.text is not None and (pictured or settings.color is not None):
        raise SettingsError(
            "words are measured by another scale than pictures and colors; look for --text alone, "
            "or with --where"
        )


def settings_from(
    *,
    crop: str | Box | None = None,
    color: str | None = None,
    text: str | None = None,
    model: str | None = None,
    where: str | None = None,
    top: int = 20,
) -> SearchSettings:
    """Check settings.

    Raises:
        SettingsError: If one is out of its range.
    """
    values = {
        "crop": crop,
        "color": color,
        "text": text,
        "model": model,
        "where": where,
        "top": top,
    }
    return checked(SearchSettings, values)


def part(picture: Picture, box: Box | None) -> Picture:
    """Cut a part out of a picture.

    Raises:
        SettingsError: If it isn't inside.
    """
    if box is None:
        return picture
    x, y, width, height = box
    wide, high = picture.size
    if not (0 <= x < x + width <= wide and 0 <= y < y + height <= high):
        raise SettingsError(
            f"the part {x},{y},{width},{height} (x,y,w,h) isn't inside the picture, which has "
            f"{wide} × {high} pixels"
        )
    return Picture.from_tensor(picture.on_white[..., y : y + height, x : x + width])


def read_color(text: str) -> tuple[float, float, float]:
    """Read a color, ``#rrggbb`` or a name of CSS, as sRGB in 0..1.

    Examples:
        >>> read_color("#ff0000")
        (1.0, 0.0, 0.0)

    Raises:
        SettingsError: If it is none.
    """
    plain = re.fullmatch(r"#?[0-9a-zA-Z]{3,30}", text)
    code = f"#{text}" if re.fullmatch(r"[0-9a-fA-F]{6}", text) else text
    try:
        red, green, blue, *_ = ImageColor.getrgb(code if plain else "")
    except ValueError as error:
        raise SettingsError(
            f"expected a color such as #1f3a5f or navy, got {printable(repr(text), limit=40)}"
        ) from error
    return red / 255, green / 255, blue / 255


def choose(gallery: Gallery, where: str | None) -> Int[np.ndarray, " m"]:
    """Say which works meet a condition."""
    if where is None:
        return np.arange(len(gallery))
    return np.flatnonzero(parse(where, columns=gallery.columns)(gallery.columns))


def score(
    gallery: Gallery,
    chosen: Int[np.ndarray, " m"],
    query: Float[np.ndarray, " 384"] | None,
    lab: Float[np.ndarray, " 3"] | None,
) -> Float[np.ndarray, " m"]:
    """Say of works how well they fit; the mean where a picture and a color were given."""
    scores = []
    if query is not None:
        whole = len(chosen) == len(gallery)
        scores.append(likeness(gallery.vectors if whole else gallery.vectors[chosen], query))
    if lab is not None:
        scores.append(colored(gallery.colors[chosen], lab))
    return np.mean(scores, 0) if scores else np.zeros(len(chosen), np.float32)


def likeness(vectors: Vectors, query: Float[np.ndarray, " 384"]) -> Scores:
    """Compare a picture with each work: the cosine of their vectors."""
    return np.asarray(vectors @ query)


def colored(colors: Float[np.ndarray, "n 6 4"], lab: Float[np.ndarray, " 3"]) -> Scores:
    """Say how much of works has about this color, 0..1.

    Notes:
        Each of a work's colors counts with its share times exp(-(d / 20)² / 2), d the distance in
        CIELAB (CIE 1976); 2.3 is a difference that can just be seen (Mahy et al. 1994).
    """
    apart = np.square(colors[..., :3] - lab).sum(-1)
    return np.asarray((colors[..., 3] * np.exp(-apart / (2 * NEAR**2))).sum(-1))


def nearest(scores: Scores, top: int) -> Int[np.ndarray, " k"]:
    """Find the best, the best first; of equal ones the first."""
    count = min(top, len(scores))
    if count < len(scores):
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        some = np.flatnonzero(scores >= least)
    else:
        some = np.arange(len(scores))
    return some[np.argsort(-scores[some], kind="stable")][:count]


def by_index(gallery: Gallery, query: Float[np.ndarray, " 384"], top: int) -> Found:
    """Ask the index of a collection that is too large to compare with each work."""
    from lancedb.query import LanceVectorQueryBuilder

    with gallery.store.reading():
        ask = gallery.store.table("works").search(query, COLUMN, query_type="vector")
        assert isinstance(ask, LanceVectorQueryBuilder)
        ask = ask.distance_type("dot").nprobes(_CELLS)
        found = ask.limit(top).select(["id", "_distance"]).to_arrow().to_pylist()
    place = {key: i for i, key in enumerate(gallery.ids)}
    hits = [_hit(gallery, place[r["id"]], 1 - r["_distance"]) for r in found if r["id"] in place]
    return Found(tuple(hits), len(gallery), len(gallery), exact=False)


def by_words(gallery: Gallery, settings: SearchSettings, on_step: OnStep | None) -> Found:
    """Compare words with each work; the condition is looked at before the long work begins."""
    chosen = choose(gallery, settings.where)
    assert settings.text is not None
    found = describe(gallery, settings.text, model=settings.model, on_step=on_step)
    among = np.isin(found.places, chosen)
    places, scores = found.places[among], found.scores[among]
    hits = [_hit(gallery, int(places[i]), float(scores[i])) for i in nearest(scores, settings.top)]
    return Found(tuple(hits), len(gallery), len(chosen), unseen=found.unseen)


def _hit(gallery: Gallery, index: int, score: float) -> Hit:
    return Hit(gallery.paths[index][0], gallery.ids[index], score, gallery.known(index))
