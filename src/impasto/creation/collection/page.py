"""What is to be said of a generator, as a page to look at."""

from collections.abc import Iterator
from pathlib import Path

from impasto.creation.collection.inspecting import Inspection
from impasto.creation.collection.run import PAGE
from impasto.picture.files import replace_atomically
from impasto.report.charts import curves
from impasto.report.page import bullets, page, paragraph, section, table, works

UNSELECTED, NEAREST = 32, 12
"""Pictures that are shown as they come, and those nearest to a work."""


def write_page(found: Inspection, folder: str | Path) -> Path:
    """Write ``inspect.html`` into the run's folder; it replaces an older one.

    Raises:
        OutputError: If it can't be written.
    """
    path = Path(folder) / PAGE
    with replace_atomically(path, force=True) as aside:
        aside.write_text(html(found, Path(folder).resolve().name), encoding="utf-8")
    return path


def html(found: Inspection, name: str) -> str:
    """Lay it out."""
    parts = [
        bullets(found.lines()),
        _figures(found),
        section("Unselected pictures", [_unselected(found)]),
        section("The pictures nearest to a work, each before that work", [*_nearest(found)]),
        section("While it learned", [*_curves(found)]),
    ]
    return page(f"The generator {name}", parts)


def _figures(found: Inspection) -> str:
    shares = found.manifold
    rows = [
        ("KID to the works held out (less is better)", found.kid),
        ("KID of the works learned from", found.floor),
        ("precision (1 is best)", shares.precision),
        ("recall (1 is best)", shares.recall),
        ("copy rate (real works: 0.05)", found.copying.rate),
        ("variety (works: 1)", f"{found.spread:.3f}"),
    ]
    many = f"{len(found.pictures)} pictures, {len(found.works)} works; 95 % intervals"
    return table(["figure", "value"], rows, caption=many)


def _unselected(found: Inspection) -> str:
    shown = range(min(UNSELECTED, len(found.pictures)))
    return works((found.pictures[i], f"seed {found.seeds[i]}") for i in shown)


def _nearest(found: Inspection) -> Iterator[str]:
    """Show pictures beside the works they are nearest to, the most suspicious first."""
    yield paragraph(
        "Nearness is the share of real works that are as near to another one: 0 % is nearer than "
        "any real work is. Mirrored and shifted works were looked for, too."
    )
    order = found.copying.nearness.argsort(kind="stable")[:NEAREST].tolist()
    pairs = []
    for i in order:
        name, work = found.nearest(i)
        mark = ", a copy" if found.copying.copied[i] else ""
        nearness = f"nearness {found.copying.nearness[i]:.0%}{mark}"
        pairs += [(found.pictures[i], f"seed {found.seeds[i]}: {nearness}"), (work, name)]
    yield works(pairs)


def _curves(found: Inspection) -> Iterator[str]:
    rows = found.history
    if not rows:
        yield paragraph("No look was taken yet.")
    for title, names in (
        ("KID at each look, with its interval", ("kid", "kid_low", "kid_high")),
        ("copy rate, with its interval", ("copies", "copies_low", "copies_high")),
        ("variety as a share of the works'", ("spread",)),
    ):
        series = {
            name.replace("_", " "): [(row["step"], row[f"validation_{name}"]) for row in rows]
            for name in names
        }
        yield curves(series, title=title, across="steps")
