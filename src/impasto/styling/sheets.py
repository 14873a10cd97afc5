"""One photograph many times: to choose settings, to meet styles, to walk between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeVar

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator

from impasto.data.vectors import StyleVector
from impasto.errors import SettingsError
from impasto.picture import AnyPicture, Picture, Recipe, as_picture, fit
from impasto.picture.provenance import made_bare
from impasto.progress import OnStep, Step
from impasto.report.sheet import contact_sheet
from impasto.settings import checked
from impasto.styling import library
from impasto.styling.parts import Part, Style, resolve
from impasto.styling.record import record
from impasto.styling.settings import StylizeSettings, settings_of
from impasto.styling.stylize import painted

T = TypeVar("T")

PREVIEW = 512
"""Shorter side of a preview in pixels; what is finer belongs to the final picture alone."""

TRIALS = 400
"""Previews on one sheet, at most."""


class SweepSettings(BaseModel):
    """Several values of each setting, of which every combination is tried."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    strength: list[float]
    stroke: list[float]
    keep_colors: list[bool]

    def rows(self) -> list[list[StylizeSettings]]:
        """Lay the combinations out: the strengths side by side, all else one below the other.

        Raises:
            SettingsError: If a value is out of its range.
        """
        return [
            [settings_of(strength=s, stroke=m, keep_colors=k) for s in self.strength]
            for k, m in product(self.keep_colors, self.stroke)
        ]

    @model_validator(mode="after")
    def _can_be_tried(self) -> "SweepSettings":
        trials = len(self.strength) * len(self.stroke) * len(self.keep_colors)
        if not 1 <= trials <= TRIALS:
            raise SettingsError(
                "a sweep needs at least one strength, one stroke, one keep_colors, and makes at "
                f"most {TRIALS} previews of them, not {trials:,}"
            )
        self.rows()
        return self


class WalkSettings(StylizeSettings, strict=True):
    """How a photograph is painted and shown along a walk."""

    steps: int = Field(9, ge=2, le=500, description="Pictures in all.")
    side: int = Field(
        640, ge=16, le=8192, description="Longer side of the pictures, in pixels, at most."
    )
    seconds: float = Field(0.2, ge=0.02, le=60, description="How long each picture stays.")
    back: bool = Field(False, description="Walk back again, without end.")


def sweep(
    picture: AnyPicture,
    style: Style | Sequence[Style],
    *,
    weights: Sequence[float] | None = None,
    strength: float | Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    stroke: float | Sequence[float] = (0.5, 1.0, 2.0),
    keep_colors: bool | Sequence[bool] = (False,),
    on_step: OnStep | None = None,
) -> Picture:
    """Lay out previews of several settings on one sheet, to choose from.

    Args:
        picture: The photograph; it is shrunk first, which the marks, relative to the picture,
            survive.
        style: As for `stylize`.
        weights: As for `stylize`.
        strength: The columns of the sheet; one value or several.
        stroke: The rows of the sheet; one value or several.
        keep_colors: With both, the rows come twice.
        on_step: Told of each preview; returning True leaves out the rest.

    Raises:
        SettingsError: If a value is out of its range, or there are none or too many to try.
        PictureError: If the picture can't be read.
        StyleError: If the style is unknown.
    """
    given = {"strength": strength, "stroke": stroke, "keep_colors": keep_colors}
    settings = checked(SweepSettings, {name: _several(value) for name, value in given.items()})
    return swept(picture, resolve(style, weights=weights), settings, on_step)


def swept(
    picture: AnyPicture, style: StyleVector, settings: SweepSettings, on_step: OnStep | None = None
) -> Picture:
    """Lay out previews; see `sweep`."""
    photo, rows = _small(picture), settings.rows()
    return _sheet(
        photo,
        [(Part(style), trial) for row in rows for trial in row],
        recipe=record("sweep", photo, [style], settings.model_dump()),
        columns=len(rows[0]),
        column_labels=[f"strength {trial.strength:g}" for trial in rows[0]],
        row_labels=[_row_label(row[0]) for row in rows],
        on_step=on_step,
    )


def sheet(
    picture: AnyPicture,
    styles: Sequence[Style],
    *,
    columns: int = 4,
    on_step: OnStep | None = None,
) -> Picture:
    """Lay out one photograph in many styles; raises as `sweep` does."""
    photo, parts = _small(picture), [Part(resolve(s)) for s in styles]
    return _sheet(
        photo,
        [(part, StylizeSettings()) for part in parts],
        recipe=record(
            "sheet", photo, [], {"styles": [made_bare(p.style.name) for p in parts[:200]]}
        ),
        columns=min(columns, len(parts)),
        labels=[p.style.name for p in parts],
        on_step=on_step,
    )


def walk(
    picture: AnyPicture,
    styles: Sequence[Style],
    *,
    steps: int = 9,
    settings: StylizeSettings | None = None,
    on_step: OnStep | None = None,
) -> list[Picture]:
    """Go from style to style in even steps, painting the photograph at each.

    Args:
        picture: The photograph; painted at its own size.
        styles: At least two.
        steps: Pictures in all, at least 2; the first and the last are in the styles themselves.
        settings: As for `stylize`.
        on_step: Told of each picture; returning True ends the walk.

    Raises:
        SettingsError: If there are fewer than two styles or steps.
        PictureError: If the picture can't be read.
        StyleError: If a style is unknown.
    """
    return list(stroll(picture, styles, steps=steps, settings=settings, on_step=on_step))


def stroll(
    picture: AnyPicture,
    styles: Sequence[Style],
    *,
    steps: int = 9,
    settings: StylizeSettings | None = None,
    on_step: OnStep | None = None,
) -> Iterator[Picture]:
    """Walk, and hand over each picture when it is painted, so that nobody must hold them all.

    Takes and raises what `walk` does.
    """
    if len(styles) < 2 or steps < 2:
        raise SettingsError("a walk needs at least two styles and two steps")
    photo, ends = as_picture(picture), [resolve(s) for s in styles]
    settings = settings or StylizeSettings()
    recipe = record("walk", photo, ends, {**settings.model_dump(), "steps": steps})
    for done, place in enumerate(torch.linspace(0, len(ends) - 1, steps).tolist(), 1):
        start = min(int(place), len(ends) - 2)
        share = place - start
        mixed = library.blend(ends[start : start + 2], weights=(1 - share, share))
        pixels = painted(photo.pixels, [Part(mixed)], settings)
        yield replace(photo, pixels=pixels, recipe=recipe)
        if on_step is not None and on_step(Step(done, steps, label=mixed.name)) is True:
            return


def _small(picture: AnyPicture) -> Picture:
    photo = as_picture(picture)
    if min(photo.pixels.shape[-2:]) <= PREVIEW:
        return photo
    return replace(photo, pixels=fit(photo.pixels, short=PREVIEW), alpha=None)


def _several(given: T | Iterable[T]) -> list[T]:
    return list(given) if isinstance(given, Iterable) else [given]


def _row_label(settings: StylizeSettings) -> str:
    return f"stroke {settings.stroke:g}" + (", own colors" if settings.keep_colors else "")


def _sheet(
    photo: Picture,
    trials: Sequence[tuple[Part, StylizeSettings]],
    *,
    recipe: Recipe,
    columns: int,
    labels: Sequence[str] | None = None,
    column_labels: Sequence[str] | None = None,
    row_labels: Sequence[str] | None = None,
    on_step: OnStep | None = None,
) -> Picture:
    """Paint every trial and lay the results out."""
    cells = []
    for part, settings in trials:
        cells.append(painted(photo.pixels, [part], settings))
        step = Step(len(cells), len(trials), label=part.style.name)
        if on_step is not None and on_step(step) is True:
            break
    page = contact_sheet(
        cells,
        columns=columns,
        labels=labels and labels[: len(cells)],
        column_labels=column_labels,
        row_labels=row_labels,
        cell=384,
    )
    whole = recipe.model_copy(update={"finished": len(cells) == len(trials)})
    return replace(Picture.from_tensor(page), recipe=whole)
